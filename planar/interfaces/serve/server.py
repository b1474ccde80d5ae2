"""A running server, from its socket to Ctrl-C."""

from __future__ import annotations

import socket
import webbrowser
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette

from planar.foundations.errors import PlanarError
from planar.interfaces.serve.app import application
from planar.interfaces.serve.connection import Connection

__all__ = ["run"]


def run(port: int, seconds: float, open_browser: bool) -> None:
    """Serve until Ctrl-C. Raises ``PlanarError`` where the port is taken."""
    with _listening(port) as listener:
        port = listener.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        server = _Server(application(port, seconds=seconds))
        print(f"planar serves {address} to this machine alone; Ctrl-C ends it.", flush=True)
        if open_browser:
            webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Ends its workers first, so that nobody waits for what they compute."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        config = uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            lifespan="on",
            limit_concurrency=100,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=2,
            log_level="warning",
            access_log=False,
            server_header=False,
        )
        super().__init__(config)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self.app.state.pool.close()
        await super().shutdown(sockets)


def _listening(port: int) -> socket.socket:
    """A socket on the loopback interface and on no other."""
    try:
        return socket.create_server(("127.0.0.1", port), backlog=128)
    except OSError as error:
        raise PlanarError(
            f"cannot listen on port {port}: {error.strerror}; give another, or 0 for any free one."
        ) from None
