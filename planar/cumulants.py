"""The public door to ``planar.combinatorics.cumulants``: moments, free cumulants, R- and
S-transforms.
"""

from planar.combinatorics.cumulants import *  # noqa: F403
from planar.combinatorics.cumulants import __all__ as __all__
