"""The pencil summed: one-point equations, ladders, and the formula with its names."""
