"""Every benchmark, one after another."""

from tests.benchmarks import combinatorics, derive, expectation, peers

for benchmark in (derive, combinatorics, expectation):
    benchmark.main()
peers.main([])
