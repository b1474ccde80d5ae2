"""A local page: type an expression, see its equivalent, its diagrams, and theory beside sampling.

The page and everything on it comes from this machine and is served to this machine alone. What is
typed is read by the whitelist of ``planar.expression.reader`` in a process of its own, within
limits of time and memory.
"""

from __future__ import annotations

from math import isfinite

from planar.foundations.errors import PlanarError

__all__ = ["serve"]

_LONGEST = 86400.0


def serve(port: int = 8765, *, seconds: float = 30.0, open_browser: bool = True) -> None:
    """Serve the page at ``http://127.0.0.1:port`` until Ctrl-C; a port of 0 is any free one.

    ``seconds`` is how long one request may compute before it is stopped.

    Raises ``PlanarError`` where the port is taken, or starlette and uvicorn are not installed.
    """
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port < 65536:
        raise PlanarError(
            f"{port!r} is not a valid port; give an integer from 0 to 65535, for example 8765."
        )
    if (
        isinstance(seconds, bool)
        or not isinstance(seconds, int | float)
        or not (isfinite(seconds) and 0 < seconds <= _LONGEST)
    ):
        raise PlanarError(
            f"the time limit of a request must be a positive number of seconds up to {_LONGEST:g}, "
            f"got {seconds!r}; give for example 30."
        )
    try:
        from planar.interfaces.serve.server import run
    except ImportError as error:
        raise PlanarError(
            f'the page needs {error.name}; install planar with pip install ".[serve]".'
        ) from None
    run(port, seconds, open_browser)
