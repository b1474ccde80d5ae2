"""The demonstration: a derivation from expression to checked formula, then ridge regression on real
data.
"""
