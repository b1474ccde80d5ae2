"""Every benchmark, one after another."""

from tests.benchmarks import combinatorics, curves, derive, expectation, forms, kernels, peers

for benchmark in (derive, combinatorics, expectation, kernels, curves):
    benchmark.main()
forms.main([])
peers.main([])
