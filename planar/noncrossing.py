"""The public door to ``planar.combinatorics.noncrossing``: non-crossing partitions, one at a time
or as arrays.
"""

from planar.combinatorics.noncrossing import *  # noqa: F403
from planar.combinatorics.noncrossing import __all__ as __all__
