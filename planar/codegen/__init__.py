"""Numeric kernels and readable modules from an equivalent."""
