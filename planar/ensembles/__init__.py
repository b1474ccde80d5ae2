"""Random matrix ensembles, one a file: free cumulants, R-transform, relation, sampler.

``law``, ``notation``, ``stated_law`` and ``user_law`` are what they share.
"""
