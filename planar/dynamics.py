"""The public door to ``planar.applications.dynamics``: inverse transforms, Volterra equations,
curves of SGD.
"""

from planar.applications.dynamics import *  # noqa: F403
from planar.applications.dynamics import __all__ as __all__
