"""From an equivalent to numbers.

A program, its printers (numpy, numba, JAX, C) and the solvers that they carry along.
"""
