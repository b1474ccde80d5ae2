"""Non-crossing partitions: combinatorics alone."""

from planar.noncrossing.partitions import Partition, count, is_noncrossing, kreweras_complement, pairings, partitions

__all__ = ["Partition", "count", "is_noncrossing", "kreweras_complement", "pairings", "partitions"]
