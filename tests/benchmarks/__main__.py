"""Every benchmark, one after another."""

from tests.benchmarks import combinatorics, curves, derive, expectation, kernels, peers

for benchmark in (derive, combinatorics, expectation, kernels, curves):
    benchmark.main()
peers.main([])
