"""A ``Program`` as the text of a module: numpy, numba, C and JAX, one ``..._module`` each.

``registry`` names them; the other files are what they share.
"""
