"""From the command line to a running server."""

from __future__ import annotations

import socket
import webbrowser
from contextlib import suppress
from math import isfinite

from planar.errors import PlanarError

__all__ = ["serve"]

_LONGEST = 86400.0


def serve(port: int = 8000, *, seconds: float = 30.0, open_browser: bool = True) -> None:
    """Serve the page at ``http://127.0.0.1:port`` until Ctrl-C; a port of 0 is any free one.

    ``seconds`` is how long one request may compute before it is stopped.

    Raises ``PlanarError`` where the port is taken, or starlette and uvicorn are not installed.
    """
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port < 65536:
        raise PlanarError(f"{port!r} is no port; give an integer below 65536, for example 8000.")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not (isfinite(seconds) and 0 < seconds <= _LONGEST):
        raise PlanarError(f"a request cannot take {seconds!r} seconds; give a positive number, for example 30.")
    try:
        import uvicorn

        from planar.serve.app import application
    except ImportError as error:
        raise PlanarError(f'the page needs {error.name}; pip install "planar-rmt[serve]".') from None
    with _listening(port) as listener:
        port = listener.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        config = uvicorn.Config(
            application(port, seconds=seconds),
            http="h11",
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=100,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=2,
        )
        print(f"planar serves {address} to this machine alone; Ctrl-C ends it.", flush=True)
        if open_browser:
            webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _listening(port: int) -> socket.socket:
    """A socket on the loopback interface and on no other."""
    try:
        return socket.create_server(("127.0.0.1", port), backlog=128)
    except OSError as error:
        raise PlanarError(
            f"cannot listen on port {port}: {error.strerror}; give another port, or 0 for any free one."
        ) from None
