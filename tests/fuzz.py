"""Hostile text for the reader: grammar, token soup, mutations and noise; what is read is an
expression or one sentence.

``python -m tests.fuzz --count 100000 --seed 0`` reads that many declarations and expressions,
watches through an audit hook that nothing is executed, imported or opened, and prints how many were
read, how many refused, and the slowest.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sympy.sets.setexpr  # noqa: F401  # SymPy imports it late
from sympy import Basic

from planar.expression.reader import read_declaration, read_expression
from planar.expression.reader.declarations import LETTERS as LAWS
from planar.foundations.errors import PlanarError

__all__ = ["Findings", "declaration", "expression", "run"]

LETTERS = dict(
    read_declaration(line)
    for line in (
        "A = deterministic(N, positive=True)",
        "M = deterministic(N)",
        "J = deterministic(N, D)",
        "w = deterministic(N, 1)",
        "W = Wishart(N, P)",
        "X = Ginibre(P, N)",
        "H = GOE(N)",
        "O = HaarOrthogonal(N)",
        "Q = RandomProjection(N, K)",
        "B = RotationInvariant(N)",
    )
)
_WORDS = r"""
lambda eval exec import __import__ open os.system __class__ __mro__ ().__class__.__bases__ lambda:
yield await async def class
f'{A}' `A` $A \ ; := -> ** // % & | ^ ~ << >> @ == <= != not and or if else for in is None True
False ... [A] {A} {} [] () 'A'
"\"\" # λ µ ﬁ 中 1e999 0x1f 1_0 1j 10**10**10 9999999999999999999999 1/0 inf nan .T .H .inverse()
.free_symbols A. A.B A[0] A(1)
inv( inv() tr(,) *A **A A=1 print(A) globals() (((((( )))))) -+-+- **-1 **64 **65 !
"""
SOUP = [*_WORDS.split(), "\n", "\t", "\0", "\ud800", "\u202e", "e\u0301", ""]
KINDS = list(LAWS)
PIECES = [*LETTERS, "lam", "mu", "z", "2", "0", "0.5", "1j", "N", "P", "κ", "theta"]


def expression(rng: random.Random) -> str:
    """A text that may be an expression."""
    match rng.randrange(4):
        case 0:
            return _grammar(rng, rng.randrange(1, 6))
        case 1:
            return _mutated(rng, _grammar(rng, rng.randrange(1, 5)))
        case 2:
            return rng.choice(["", " "]).join(
                rng.choice([*SOUP, *PIECES]) for _ in range(rng.randrange(1, 14))
            )
        case _:
            return _noise(rng)


def declaration(rng: random.Random) -> str:
    """A text that may be a declaration."""
    match rng.randrange(4):
        case 0 | 1:
            name, kind = rng.choice([*LETTERS, "Y", "lam", "x1"]), rng.choice(KINDS)
            made = f"{name} = {kind}({_arguments(rng)})"
            return made if rng.random() < 0.7 else _mutated(rng, made)
        case 2:
            return rng.choice(["", " "]).join(
                rng.choice([*SOUP, *KINDS, "=", "N", ","]) for _ in range(rng.randrange(1, 12))
            )
        case _:
            return _noise(rng)


def _arguments(rng: random.Random) -> str:
    plain = [
        rng.choice(
            ["N", "P", "2*N", "N/P", "3", "0", "-1", "1.5", "q", "[1, 2]", "True", "N**64", "'N'"]
        )
        for _ in range(4)
    ]
    options = [
        "positive=True",
        "symmetric=True",
        "variance=2/N",
        "variance=0",
        "cumulants=[1, c]",
        "cumulants=[]",
        "cumulants=c",
    ]
    options += [
        "spectrum=[1, 2]",
        "spectrum={}",
        "colour=1",
        "sampler=1",
        "r_transform=z",
        "**{}",
        "*N",
        "name=1",
        "rows=N",
    ]
    return ", ".join(
        [
            *plain[: rng.choice([0, 1, 1, 2, 2, 2, 3, 4])],
            *rng.sample(options, rng.choice([0, 0, 1, 1, 2])),
        ]
    )


def _grammar(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.15:
        return rng.choice(PIECES)
    one, other = (_grammar(rng, depth - 1) for _ in range(2))
    return rng.choice(
        [
            f"{one} + {other}",
            f"{one} * {other}",
            f"{one}*{other}",
            f"({one} - {other})",
            f"inv({one})",
            f"inv(lam + {one})",
            f"tr({one})",
            f"resolvent({one}, mu)",
            f"({one})**{rng.choice([-2, -1, 0, 1, 2, 3, 64])}",
            f"({one}).T",
            f"({one}).H",
            f"{one} / {other}",
            f"-{one}",
        ]
    )


def _mutated(rng: random.Random, text: str) -> str:
    characters = list(text)
    for _ in range(rng.randrange(1, 5)):
        place = rng.randrange(len(characters) + 1)
        match rng.randrange(3):
            case 0:
                characters.insert(place, rng.choice([*SOUP, *"()*+-/,.=[]{}'\"\\:;@ \n"]))
            case 1 if characters:
                del characters[min(place, len(characters) - 1)]
            case _ if characters:
                start = min(place, len(characters) - 1)
                characters[start:start] = characters[start : start + 9] * rng.choice(
                    [1, 2, 40, 400]
                )
    return "".join(characters)


def _noise(rng: random.Random) -> str:
    match rng.randrange(5):
        case 0:
            return rng.choice("([{-+~'\"") * rng.choice([1, 90, 210, 3000, 20000])
        case 1:
            return (
                rng.choice(["inv(", "(A+", "A**", "-", "not ", "lam+", "A.T"])
                * rng.choice([3, 70, 250, 1500])
                + "A"
            )
        case 2:
            return "".join(chr(rng.randrange(0x110000)) for _ in range(rng.randrange(30)))
        case 3:
            return rng.randbytes(rng.randrange(40)).decode("utf-8", "surrogateescape")
        case _:
            return "".join(
                rng.choice("AWMlam0123456789.+-*/() \n\t_^@,") for _ in range(rng.randrange(60))
            )


@dataclass
class Findings:
    """What came of the inputs: counts, the slowest one, and everything that broke the promise."""

    read: int = 0
    refused: int = 0
    slowest: tuple[float, str] = (0.0, "")
    broken: list[tuple[str, str]] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        seconds, text = self.slowest
        lines = [
            f"{self.read} read, {self.refused} refused, {len(self.broken)} broken; "
            f"events {dict(self.events) or 'none'}"
        ]
        lines.append(f"slowest {seconds:.3f} s: {text[:60]!r}")
        return "\n".join(
            lines + [f"BROKEN {error}: {text[:300]!r}" for text, error in self.broken[:20]]
        )


FORBIDDEN = (
    "exec",
    "import",
    "open",
    "os.",
    "subprocess.",
    "socket.",
    "ctypes.",
    "pickle.",
    "shutil.",
    "code.__new__",
)
_watching: list[Counter[str]] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Python itself looks for a file named ``<unknown>`` when it words a syntax error."""
    if _watching and event.startswith(FORBIDDEN) and arguments[:1] != ("<unknown>",):
        _watching[-1][f"{event} {arguments[0] if arguments else ''}"[:80]] += 1


sys.addaudithook(_watch)


def run(count: int, seed: int) -> Findings:
    """Read ``count`` texts, half of them declarations; the same ones for the same seed."""
    rng, found = random.Random(seed), Findings()
    for make, read in _readers():  # whatever is imported late is imported now
        for _ in range(200):
            _one(make(random.Random(rng.random())), read, Findings())
    _watching.append(found.events)
    try:
        for i in range(count):
            make, read = _readers()[i % 2]
            _one(make(rng), read, found)
    finally:
        _watching.pop()
    return found


def _readers() -> Iterator[tuple[Callable[[random.Random], str], Callable[[str], Any]]] | Any:
    return (
        (expression, lambda text: read_expression(text, LETTERS)),
        (declaration, lambda text: read_declaration(text)[1]),
    )


def _one(text: str, read: Callable[[str], Any], found: Findings) -> None:
    start = time.perf_counter()
    try:
        value = read(text)
        found.read += 1
        if not isinstance(value, Basic):
            found.broken.append((text, f"no SymPy object but {type(value).__name__}"))
    except PlanarError as error:
        found.refused += 1
        if not str(error).strip() or "\n" in str(error) or len(str(error)) > 600:
            found.broken.append((text, f"no sentence: {str(error)[:80]!r}"))
        error.marked().encode()
    except BaseException as error:
        found.broken.append((text, f"{type(error).__name__}: {str(error)[:150]}"))
    found.slowest = max(found.slowest, (time.perf_counter() - start, text))


def main() -> None:
    """Run and print; the exit code says whether something broke."""
    parser = argparse.ArgumentParser(description="Read hostile text.")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    start = time.perf_counter()
    found = run(options.count, options.seed)
    print(f"{found}\n{time.perf_counter() - start:.0f} s")
    raise SystemExit(bool(found.broken or found.events))


if __name__ == "__main__":
    main()
