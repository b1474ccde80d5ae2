"""A connection that keeps nobody else waiting: it has to make a request, and to take its answer."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["Connection"]


class Connection(H11Protocol):
    """HTTP/1.1, cut off where the other side is due to do something and does not.

    Until the head of a request has arrived, and while an answer is not taken, a deadline runs.
    What is sent meanwhile does not put it off, so that a head in a thousand pieces does not hold
    one of the few connections for ever.
    """

    patience = 10.0
    """Seconds for the head of a request, and for an answer to be taken."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Waits for the first request."""
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        self._expect()

    def handle_events(self) -> None:
        """Reads on; a request whose head is whole is the server's turn."""
        answered = self.cycle
        super().handle_events()
        if self.cycle is not answered:
            self._settled()

    def on_response_complete(self) -> None:
        """Waits for the next request, which may have arrived already."""
        self._expect()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Waits until more of the answer is taken."""
        super().pause_writing()
        self._expect()

    def resume_writing(self) -> None:
        """Goes on with the answer."""
        super().resume_writing()
        self._settled()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no longer."""
        self._settled()
        super().connection_lost(exc)

    def _expect(self) -> None:
        self._settled()
        self._deadline = self.loop.call_later(self.patience, self.transport.abort)

    def _settled(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
