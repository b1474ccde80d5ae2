"""From a problem to its deterministic equivalent: solved, named, written; equivalents from
equivalents; the proof.
"""
