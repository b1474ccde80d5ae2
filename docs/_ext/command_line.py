"""The parser of the command line, for the page that describes it."""

from argparse import ArgumentParser
from importlib import import_module
from typing import Any


def parser() -> ArgumentParser:
    module: Any = import_module("planar.cli.main")
    found: ArgumentParser = getattr(module, "parser", None) or module._parser()
    return found() if callable(found) else found
