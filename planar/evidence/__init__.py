"""Is it right? Exact series against enumerated diagrams, and sampling that shares no code with the
derivation.
"""
