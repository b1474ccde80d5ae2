"""A ``Program`` as text: ``numpy_module``, ``numba_module``, ``c_module`` and ``jax_module``.

The other files are what these share.
"""
