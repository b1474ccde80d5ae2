"""Independent realisations of an expression, collected one after another or in parallel."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from planar.ensembles.law import Law
from planar.evidence.check.trials import Experiment, experiment
from planar.expression.numeric import Array
from planar.expression.tree import Target
from planar.expression.values import Values
from planar.foundations.errors import PlanarError, TooLargeError, ValueMissing

__all__ = ["Samples", "joined", "sample"]

_CHUNK = 10


@dataclass(frozen=True, eq=False)
class Samples:
    """Probe values, one row a trial, one column a probe.

    ``magnitude`` is the natural scale of the expression, the mean over trials of the product of its
    normalised Hilbert-Schmidt norms; the bias at size N is O(N^-bias_order): 2 for complex
    ensembles, 1 for real ones.
    """

    names: tuple[str, ...]
    values: Array
    magnitude: float
    bias_order: int
    copies: int
    seed: int
    sizes: tuple[tuple[str, int], ...]

    @property
    def trials(self) -> int:
        return len(self.values)

    @property
    def mean(self) -> Array:
        result: Array = self.values.mean(axis=0)
        return result

    @property
    def standard_error(self) -> Array:
        """Of each probe's mean; real and imaginary parts together."""
        result: Array = self.values.std(axis=0, ddof=1) / np.sqrt(self.trials)
        return result


def sample(
    target: Target,
    laws: Sequence[Law],
    values: Values,
    *,
    trials: int,
    seed: int,
    real: bool = False,
    executor: Executor | None = None,
    copies: int = 1,
    first: int = 0,
) -> Samples:
    """The probes of the target in ``trials`` independent realisations, from the trial ``first`` on.

    Each trial has a seed of its own, spawned from (seed, copies): results depend neither on the
    executor nor on how trials are grouped. With ``copies`` = c the problem is tensored with the c x
    c identity, which gives a second size.
    """
    if trials < 2 or copies < 1:
        raise ValueMissing(
            "sampling needs at least two trials and one copy; "
            f"got trials={trials}, copies={copies}."
        )
    seeds = np.random.SeedSequence(seed, spawn_key=(copies,)).spawn(first + trials)[first:]
    try:
        run = experiment(target, laws, values, real, copies)
        drawn = _drawn(run, seeds, executor)
    except MemoryError:
        raise _too_large(values) from None
    if not np.isfinite(drawn).all():
        raise PlanarError(
            "the expression overflows for the sampled matrices; "
            "move the spectral parameter off the spectrum."
        )
    return Samples(
        run.probes.names,
        drawn[:, :-1],
        float(drawn[:, -1].real.mean()),
        _bias_order(run, seeds[0]),
        copies,
        seed,
        tuple((str(d), copies * n) for d, n in values.dimensions.items()),
    )


def _too_large(values: Values) -> TooLargeError:
    sizes = ", ".join(f"{d} = {n}" for d, n in values.dimensions.items())
    return TooLargeError(
        f"a sample with {sizes} does not fit into memory; check at smaller sizes in the same "
        "proportions, which the equivalent depends on."
    )


def _drawn(
    run: Experiment, seeds: Sequence[np.random.SeedSequence], executor: Executor | None
) -> Array:
    """One row a trial, its magnitude last."""
    chunks = [seeds[i : i + _CHUNK] for i in range(0, len(seeds), _CHUNK)]
    if executor is None:
        return np.concatenate([run.chunk(chunk) for chunk in chunks])
    futures = [executor.submit(run.chunk, chunk) for chunk in chunks]
    return np.concatenate([future.result() for future in futures])


def joined(one: Samples, other: Samples) -> Samples:
    """More trials of the same experiment in one."""
    weights = np.array([one.trials, other.trials]) / (one.trials + other.trials)
    magnitude = float(weights @ [one.magnitude, other.magnitude])
    return replace(one, values=np.concatenate([one.values, other.values]), magnitude=magnitude)


def _bias_order(run: Experiment, seed: np.random.SeedSequence) -> int:
    """2 for complex matrices whose law holds exactly at this size, else 1."""
    drawn = run.draw(np.random.default_rng(seed))
    exact = all(_divides(law, run.sizes[law.shape[0]]) for law in run.laws)
    return 2 if exact and all(np.iscomplexobj(matrix) for matrix in drawn.values()) else 1


def _divides(law: Law, n: int) -> bool:
    """Whether n eigenvalues can have the weights of the law."""
    atoms = law.atoms_and_weights()
    return atoms is None or all((n * weight).is_Integer for weight in atoms[1])
