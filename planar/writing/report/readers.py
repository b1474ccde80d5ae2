"""What a report asks of the user's object, beside the fields of the equivalent as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from sympy import Symbol

from planar.diagrams import Diagram
from planar.evidence.agreement.agreement import Agreement
from planar.evidence.check.comparison import Comparison
from planar.evidence.check.verdict import Verdict
from planar.evidence.verify.certificate import Certificate
from planar.foundations.traces import Traceable
from planar.kernels.kernel import Kernel

__all__ = ["Bands", "Readers", "Sampled"]


class Bands(Protocol):
    """The support of a spectrum."""

    @property
    def intervals(self) -> tuple[tuple[float, float], ...]: ...

    @property
    def atoms(self) -> tuple[Any, ...]: ...

    def grid(self, points: int = ...) -> tuple[Any, Any]: ...


class Sampled(Protocol):
    """What plots ask."""

    @property
    def spectral_symbol(self) -> Symbol: ...

    def compile(self, backend: str = ...) -> Kernel: ...

    def compare(
        self, values: Mapping[Any, Any], *, trials: int = ..., points: int = ..., seed: int = ...
    ) -> Comparison: ...

    def density(self, grid: Any, values: Mapping[Any, Any] | None = ...) -> Traceable: ...

    def support(self, values: Mapping[Any, Any] | None = ...) -> Bands: ...

    def eigenvalues(
        self, values: Mapping[Any, Any] | None = ..., *, trials: int = ..., seed: int = ...
    ) -> Any: ...


class Readers(Sampled, Protocol):
    """What all of a report asks."""

    @property
    def certificate(self) -> Agreement: ...

    def diagrams(self, order: int) -> Iterator[Diagram]: ...

    def count_diagrams(self, order: int) -> int: ...

    def verify(self, order: int = ..., *, seed: int = ...) -> Certificate: ...

    def source(self, backend: str = ...) -> str: ...

    def example(self, size: int = ..., seed: int = ...) -> dict[Any, Any]: ...

    def check(
        self, values: Mapping[Any, Any], *, trials: int = ..., seed: int = ...
    ) -> Verdict: ...
