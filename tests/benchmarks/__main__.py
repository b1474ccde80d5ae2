"""Every benchmark, one after another."""

from tests.benchmarks import combinatorics, derive, expectation, kernels, peers

for benchmark in (derive, combinatorics, expectation, kernels):
    benchmark.main()
peers.main([])
