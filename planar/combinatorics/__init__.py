"""Non-crossing partitions, moments and free cumulants: mathematics that knows no matrix expression."""
