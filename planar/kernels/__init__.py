"""From an equivalent to numbers: a program, its printers (numpy, numba, JAX, C) and the solvers
that they carry along.
"""
