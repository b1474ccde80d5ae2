"""The directive ``command-line``: every command with its usage and its arguments.

They are read off the parser itself.
"""

from __future__ import annotations

import re
from argparse import SUPPRESS, Action, ArgumentParser, _HelpAction, _SubParsersAction
from importlib import import_module
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

CODE = re.compile(r'("[^"]*"|--[a-z-]+)')


def parser() -> ArgumentParser:
    """The parser of ``planar``."""
    module: Any = import_module("planar.interfaces.cli.main")
    return module.parser()


class CommandLine(Directive):
    """A section for each command of ``planar``."""

    def run(self) -> list[nodes.Node]:
        commands = next(a for a in parser()._actions if isinstance(a, _SubParsersAction))
        helps = {choice.dest: choice.help or "" for choice in commands._choices_actions}
        return [
            _section(name, command, helps.get(name, ""))
            for name, command in commands.choices.items()
        ]


def _section(name: str, command: ArgumentParser, text: str) -> nodes.section:
    section = nodes.section("", nodes.title("", name), ids=[f"planar-{name}"], names=[name])
    section += nodes.paragraph("", "", *_prose(_sentence(command.description or text)))
    usage = nodes.literal_block(
        "", command.format_usage().removeprefix("usage: ").rstrip(), language="none"
    )
    section += usage
    entries = [
        _entry(action)
        for action in command._actions
        if not isinstance(action, _HelpAction) and action.help != SUPPRESS
    ]
    if entries:
        section += nodes.definition_list("", *entries, classes=["arguments"])
    for paragraph in (command.epilog or "").split("\n\n"):
        if paragraph.strip():
            section += nodes.paragraph("", "", *_prose(paragraph))
    return section


def _entry(action: Action) -> nodes.definition_list_item:
    term = nodes.term("", "")
    for k, name in enumerate(_names(action)):
        term += [nodes.Text(", ")] * (k > 0) + [nodes.literal("", name)]
    description = nodes.paragraph("", "", *_prose(_description(action)))
    return nodes.definition_list_item("", term, nodes.definition("", description))


def _names(action: Action) -> list[str]:
    """The forms of an option with its value, or the name of an argument."""
    value = (
        ""
        if action.nargs == 0
        else str(action.metavar or ("" if action.choices else action.dest.upper()))
    )
    forms = [f"{option} {value}".strip() for option in action.option_strings]
    return forms or [str(action.metavar or action.dest)]


def _description(action: Action) -> str:
    """The help, the choices, and the default unless the help says it."""
    text = _sentence(action.help % {**vars(action), "prog": "planar"} if action.help else "")
    choices = f"One of {', '.join(map(str, action.choices))}." if action.choices else ""
    says_default = (
        action.default in (None, False, SUPPRESS, [])
        or not action.option_strings
        or str(action.default) in text
    )
    default = "" if says_default else f"Default: {action.default}."
    return " ".join(part for part in (text, choices, default) if part)


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].upper() + text[1:] + ("" if not text or text[-1] in ".:?" else ".")


def _prose(text: str) -> list[nodes.Node]:
    """The text, with options and quoted parts as code."""
    parts = CODE.split(text)
    return [nodes.literal("", part) if k % 2 else nodes.Text(part) for k, part in enumerate(parts)]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
