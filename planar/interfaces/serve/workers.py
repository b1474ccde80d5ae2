"""Processes that compute, each one request at a time: stopped when it takes too long, and replaced."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from planar.interfaces.serve.guard import Refused

__all__ = ["MEMORY", "Pool"]

MEMORY = 3 << 30
"""Bytes of address space that one process may take, where the system can limit that."""

_ANSWER = 32 << 20
"""No answer is longer, in bytes."""
_START = 120.0
_PATIENCE = 60.0
_GRACE = 2.0
"""Seconds for which the work of a reader who has gone goes on, before its process is replaced."""


class Stopped(Exception):
    """The process ended, or was ended, without an answer."""


class Worker:
    """One process that reads requests and writes answers, JSON, one a line."""

    def __init__(self, program: Sequence[str]) -> None:
        self.program = program
        self.subject: Any = None
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process and wait until it is ready."""
        here = {
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
            "OPENBLAS_NUM_THREADS": "1",
            "MPLBACKEND": "agg",
        }
        self.subject = None
        self._process = await asyncio.create_subprocess_exec(
            *self.program,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **here},
            limit=_ANSWER,
            start_new_session=True,
        )
        async with asyncio.timeout(_START):
            await self._line()

    async def ask(self, request: bytes) -> dict[str, Any]:
        """The answer to one request; raises ``Stopped`` where the process ends instead."""
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(request + b"\n")
            await self._process.stdin.drain()
        except ConnectionError:
            raise Stopped from None
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


class Pool:
    """A few workers and a bounded queue before them; one that knows the expression already is
    preferred.

    ``ask`` may be cancelled: a request that waits is forgotten, one that is computed gets a short
    grace, since its process knows things worth keeping.
    """

    def __init__(
        self,
        *,
        seconds: float,
        count: int = 2,
        waiting: int = 16,
        memory: int = MEMORY,
        program: Sequence[str] = (),
    ) -> None:
        self.seconds, self.limit = seconds, waiting
        usual = (sys.executable, "-P", "-m", "planar.interfaces.serve.worker", str(memory))
        self.free = [Worker(program or usual) for _ in range(count)]
        self.every = tuple(self.free)
        self._places = asyncio.Semaphore(count)
        self._waiting = 0
        self._behind: set[asyncio.Task[None]] = set()
        self._closed = False

    async def open(self) -> None:
        """Start every worker behind the scenes; a request waits until one is ready."""
        workers, self.free = self.free, []
        for worker in workers:
            await self._places.acquire()
            self._later(self._renew(worker))

    async def close(self) -> None:
        """End every process; nothing is left running."""
        self._closed = True
        behind = tuple(self._behind)
        for task in behind:
            task.cancel()
        await asyncio.gather(*behind, return_exceptions=True)
        for worker in self.every:
            await worker.stop()

    async def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of a worker.

        Raises ``Refused`` where too many requests wait, where the time is over, and where the
        process ends by itself.
        """
        if self._closed:
            raise self._refusal(False, "")
        if self._waiting >= self.limit:
            raise Refused(503, f"{self.limit} requests are waiting already; try again in a moment.")
        self._waiting += 1
        try:
            await asyncio.wait_for(self._places.acquire(), _PATIENCE)
        except TimeoutError:
            raise Refused(
                503, f"no process came free within {_PATIENCE:g} seconds; try again in a moment."
            ) from None
        finally:
            self._waiting -= 1
        worker = self._fitting((request.get("declarations"), request.get("expression")))
        work = asyncio.create_task(worker.ask(json.dumps(request).encode()))
        try:
            answer = await asyncio.wait_for(asyncio.shield(work), self.seconds)
        except asyncio.CancelledError:
            self._later(self._settle(worker, work))
            raise
        except (TimeoutError, Stopped) as reason:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            self._later(self._renew(worker))
            raise self._refusal(
                isinstance(reason, TimeoutError), str(request.get("task"))
            ) from None
        if answer.pop("spent", False):
            self._later(self._renew(worker))
        else:
            self._back(worker)
        return answer

    def _refusal(self, late: bool, task: str) -> Refused:
        if self._closed:
            return Refused(503, "planar serve has ended.")
        found = (
            f"was stopped after {self.seconds:g} seconds"
            if late
            else "ended without an answer, for want of memory perhaps"
        )
        return Refused(
            422,
            f"the {_WORDS.get(task, ('computation', ''))[0]} {found}; {_WORDS.get(task, ('', _ADVICE))[1]}.",
        )

    def _fitting(self, subject: Any) -> Worker:
        """A free worker: one that knows the subject, or else the one that has rested longest."""
        worker = next((w for w in self.free if w.subject == subject), self.free[0])
        self.free.remove(worker)
        worker.subject = subject
        return worker

    def _back(self, worker: Worker) -> None:
        self.free.append(worker)
        self._places.release()

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._behind.add(task)
        task.add_done_callback(self._behind.discard)

    async def _renew(self, worker: Worker) -> None:
        """A new process in the place of the old."""
        while not self._closed:
            try:
                await worker.stop()
                await worker.start()
            except (OSError, TimeoutError, Stopped):
                await asyncio.sleep(1)
            else:
                self._back(worker)
                return

    async def _settle(self, worker: Worker, work: asyncio.Task[dict[str, Any]]) -> None:
        """Let work end that nobody waits for, or end it."""
        done, _ = await asyncio.wait({work}, timeout=_GRACE)
        if done and work.exception() is None and not work.result().get("spent"):
            self._back(worker)
            return
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await self._renew(worker)


_ADVICE = "take a smaller part"
_WORDS = {
    "derive": ("derivation", "derive a part of the expression, with fewer letters or lower powers"),
    "diagrams": ("enumeration of diagrams", "take a lower order"),
    "controls": ("making of a kernel", "take the trace of a part of the expression"),
    "theory": ("evaluation", "take smaller dimensions, or parameters farther from the spectrum"),
    "samples": ("sampling", "take smaller dimensions or fewer trials"),
    "export": ("export", "take a smaller expression, or a lower order"),
}
"""What each task is called, and what to try when it does not end."""
