"""Non-crossing partitions, one at a time as tuples of blocks or all at once as arrays of labels."""

from planar.combinatorics.noncrossing.annular import annular_pairings, annular_partitions
from planar.combinatorics.noncrossing.annular_complement import (
    annular_kreweras_complement,
    is_annular_noncrossing,
)
from planar.combinatorics.noncrossing.annular_counts import annular_count, annular_pairing_count
from planar.combinatorics.noncrossing.complement import (
    inverse_kreweras_complement,
    is_noncrossing,
    kreweras_complement,
)
from planar.combinatorics.noncrossing.counting import (
    Type,
    block_types,
    catalan,
    fuss_catalan,
    narayana,
    type_count,
)
from planar.combinatorics.noncrossing.label_rows import block_counts, kreweras_array
from planar.combinatorics.noncrossing.lattice import (
    interval_partitions,
    is_below,
    join,
    meet,
    moebius,
    relative_kreweras_complement,
)
from planar.combinatorics.noncrossing.legs import Leg, alternate, rule
from planar.combinatorics.noncrossing.partition_arrays import pairing_array, partition_array
from planar.combinatorics.noncrossing.partition_count import count
from planar.combinatorics.noncrossing.partition_types import Cycles, Partition
from planar.combinatorics.noncrossing.partitions import pairings, partitions
from planar.combinatorics.noncrossing.random_partitions import random_pairing, random_partition
from planar.combinatorics.noncrossing.ranking import rank, unrank

__all__ = [
    "Cycles",
    "Leg",
    "Partition",
    "Type",
    "alternate",
    "annular_count",
    "annular_kreweras_complement",
    "annular_pairing_count",
    "annular_pairings",
    "annular_partitions",
    "block_counts",
    "block_types",
    "catalan",
    "count",
    "fuss_catalan",
    "interval_partitions",
    "inverse_kreweras_complement",
    "is_annular_noncrossing",
    "is_below",
    "is_noncrossing",
    "join",
    "kreweras_array",
    "kreweras_complement",
    "meet",
    "moebius",
    "narayana",
    "pairing_array",
    "pairings",
    "partition_array",
    "partitions",
    "random_pairing",
    "random_partition",
    "rank",
    "relative_kreweras_complement",
    "rule",
    "type_count",
    "unrank",
]
