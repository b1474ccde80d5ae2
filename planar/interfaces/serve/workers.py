"""A few processes that compute, each one request at a time; a late one is replaced."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from planar.interfaces.serve.guard import Refused
from planar.interfaces.serve.worker_process import Gone, Stopped, Worker

__all__ = ["MEMORY", "Pool"]

MEMORY = 3 << 30
"""Bytes of address space that one process may take, where the system can limit that."""

_PATIENCE = 60.0
"""Seconds for which a request waits for a free process."""

_GRACE = 2.0
"""Seconds for which the work of a reader who has gone goes on, before its process is replaced."""

_ADVICE = "take a smaller part"
_WORDS = {
    "derive": ("derivation", "derive a part of the expression, with fewer letters or lower powers"),
    "diagrams": ("enumeration of diagrams", "take a lower order"),
    "controls": (
        "preparation of the plot",
        "take the trace of a part of the expression, or a complex z in place of a parameter that "
        "lies on the spectrum",
    ),
    "theory": ("evaluation", "take smaller dimensions, or parameters farther from the spectrum"),
    "samples": ("sampling", "take smaller dimensions or fewer trials"),
    "export": ("export", "take a smaller expression, or a lower order"),
}
"""What each task is called, and what to try when it does not end."""


class Pool:
    """A few workers and a bounded queue before them.

    A worker that has derived the expression already is preferred.

    ``ask`` may be cancelled: a request that waits is forgotten, one that is computed gets a short
    grace, since its process holds results worth keeping.
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

        A process that was ended while it was idle costs nobody an answer: the next one is asked.
        Raises ``Refused`` where too many requests wait, where the time is over, and where the
        process ends by itself.
        """
        for _ in self.every:
            with suppress(Gone):
                return await self._asked(request)
        return await self._asked(request)

    async def _asked(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of the next free worker; raises ``Gone`` where its process was dead."""
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
        answer = await self._answer(worker, request)
        if answer.pop("spent", False):
            self._later(self._renew(worker))
        else:
            self._back(worker)
        return answer

    async def _answer(self, worker: Worker, request: Mapping[str, Any]) -> dict[str, Any]:
        """What the worker answers in time; a worker that does not is replaced."""
        work = asyncio.create_task(worker.ask(json.dumps(request).encode()))
        try:
            return await asyncio.wait_for(asyncio.shield(work), self.seconds)
        except asyncio.CancelledError:
            self._later(self._settle(worker, work))
            raise
        except (TimeoutError, Stopped) as reason:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            self._later(self._renew(worker))
            if isinstance(reason, Gone):
                raise
            raise self._refusal(
                isinstance(reason, TimeoutError), str(request.get("task"))
            ) from None

    def _refusal(self, late: bool, task: str) -> Refused:
        if self._closed:
            return Refused(503, "planar serve has ended.")
        end = (
            f"was stopped after {self.seconds:g} seconds"
            if late
            else "ended without an answer, for want of memory perhaps"
        )
        work, advice = _WORDS.get(task, ("computation", _ADVICE))
        return Refused(422, f"the {work} {end}; {advice}.")

    def _fitting(self, subject: Any) -> Worker:
        """A free worker: one that has the subject, or else the one that has been free longest."""
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
