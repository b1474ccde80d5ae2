"""Non-crossing partitions: combinatorics alone."""

from planar.noncrossing.legs import Leg, alternate, rule
from planar.noncrossing.partitions import Partition, count, is_noncrossing, kreweras_complement, pairings, partitions

__all__ = [
    "Leg",
    "Partition",
    "alternate",
    "count",
    "is_noncrossing",
    "kreweras_complement",
    "pairings",
    "partitions",
    "rule",
]
