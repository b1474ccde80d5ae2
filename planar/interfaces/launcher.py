"""The console script ``planar``, installed beside the package as ``planar_launcher``.

``planar --version`` is answered from the metadata of the package alone: whatever stands inside the
package is imported with all of it, SymPy included, which takes a hundred times as long. Everything
else is ``python -m planar``.
"""

import sys
from importlib.metadata import version
from runpy import run_module

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        print(f"planar {version('planar-rmt')}")
    else:
        run_module("planar", run_name="__main__")
