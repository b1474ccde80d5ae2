"""Evidence for a formula: exact series against enumerated diagrams, and sampled matrices.

Sampling shares no code with the derivation.
"""
