"""From a problem to its deterministic equivalent, calculus with equivalents, and the proof."""
