"""One process that computes, seen from the server: started, asked, stopped."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

__all__ = ["Gone", "Stopped", "Worker"]

_ANSWER = 32 << 20
"""No answer is longer, in bytes."""

_START = 120.0
"""Seconds within which a process has to be ready."""


class Stopped(Exception):
    """The process ended, or was ended, without an answer."""


class Gone(Stopped):
    """The process had ended before it took the request, which another one can answer."""


class Worker:
    """One process that reads requests and writes answers, JSON, one per line."""

    def __init__(self, program: Sequence[str]) -> None:
        self.program = program
        self.subject: Any = None
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process and wait until it is ready."""
        variables = {
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
            "OPENBLAS_NUM_THREADS": "1",
            "MPLBACKEND": "agg",
        }
        self.subject = None
        self._process = await asyncio.create_subprocess_exec(
            *self.program,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **variables},
            limit=_ANSWER,
            start_new_session=True,
        )
        async with asyncio.timeout(_START):
            await self._line()

    async def ask(self, request: bytes) -> dict[str, Any]:
        """The answer to one request.

        Raises ``Stopped`` where the process ends instead, ``Gone`` where it had ended already.
        """
        assert self._process is not None
        assert self._process.stdin is not None
        if self._process.returncode is not None:
            raise Gone
        try:
            self._process.stdin.write(request + b"\n")
            await self._process.stdin.drain()
        except ConnectionError:
            raise Gone from None
        answer: dict[str, Any] = json.loads(await self._line())
        return answer

    async def _line(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            line = await self._process.stdout.readline()
        except ValueError:
            raise Stopped from None
        if not line.endswith(b"\n"):
            raise Stopped
        return line

    async def stop(self) -> None:
        """End the process, whatever it does, and wait until it has ended."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None
