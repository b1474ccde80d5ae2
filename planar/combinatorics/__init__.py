"""Non-crossing partitions, moments and free cumulants: mathematics without matrix expressions."""
