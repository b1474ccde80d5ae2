"""The command line: one parser, one exit code, one sentence for every error."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from planar.foundations.errors import PlanarError, TooLargeError
from planar.interfaces.cli import computing, deriving, documents

__all__ = ["main", "parser"]

_EXIT = """
exit codes: 0 done; 1 the samples or the series disagree; 2 the input cannot be read or planar
refuses it, with one sentence that says why; 3 the samples are inconclusive, or the theory has no
value at some point; 130 interrupted
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    An error is one sentence on standard error, with the place in the text, and exit code 2.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except PlanarError as error:
        return _refused(error, machine=getattr(options, "json", False))
    except MemoryError:
        reason = "what was asked for does not fit into memory; give smaller sizes or fewer points."
        return _refused(TooLargeError(reason), machine=getattr(options, "json", False))
    except KeyboardInterrupt:
        sys.stderr.write("planar: interrupted\n")
        return 130
    except BrokenPipeError:
        sys.stdout = None  # the reader has gone: nothing more is written, not even at exit
        return 0


def _refused(error: PlanarError, *, machine: bool) -> int:
    """The sentence and its place; for ``--json`` an object on standard output."""
    if machine:
        start, end = error.place or (None, None)
        refusal = {"sentence": str(error), "text": error.text, "start": start, "end": end}
        print(json.dumps({"error": refusal}))
        return 2
    place = "".join(f"\n  {line}" for line in error.marked().splitlines())
    sys.stderr.write(f"planar: {error}{place}\n")
    return 2


def parser() -> argparse.ArgumentParser:
    """The parser of every command; completions and documentation are made from it."""
    root = argparse.ArgumentParser(
        "planar",
        description="Deterministic equivalents of rational expressions in free random matrices.",
        epilog=_EXIT,
    )
    root.add_argument("--version", action="version", version=f"planar {_version()}")
    root.set_defaults(parser=root)
    commands = root.add_subparsers(required=True, metavar="command")
    for part in (deriving, computing, documents):
        part.add(commands)
    return root


def _version() -> str:
    try:
        return version("planar-rmt")
    except PackageNotFoundError:
        return "0"
