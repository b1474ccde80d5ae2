"""Random matrix ensembles, one law a file: free cumulants, R-transform, relation, sampler."""
