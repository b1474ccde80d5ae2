"""What a kernel computes: a graph of typed nodes and the order in which it is evaluated."""
