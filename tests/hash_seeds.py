"""Output of a script under another hash seed than that of this process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["under_another_seed"]


def under_another_seed(script: str, seed: str, folder: Path) -> str:
    """What the script prints under the seed, or under 1 where this process has that very one."""
    own = os.environ.get("PYTHONHASHSEED")
    other = "1" if own == seed else seed
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": other, "PYTHONIOENCODING": "utf-8"},
        cwd=folder,
    )
    return run.stdout.decode("utf-8")
