"""The application: the page, its files, and the tasks it asks for."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from planar.interfaces.serve.guard import Guard, Refused, body
from planar.interfaces.serve.workers import MEMORY, Pool
from planar.writing.html import KATEX

__all__ = ["TASKS", "application"]

STATIC = Path(__file__).parent / "static"
TASKS = ("derive", "diagrams", "controls", "theory", "samples", "export")
"""What the page asks for, each by POST of JSON to its name."""


def application(
    port: int, *, seconds: float = 30.0, workers: int = 2, waiting: int = 16, memory: int = MEMORY
) -> Starlette:
    """The application behind ``http://127.0.0.1:port``.

    ``workers`` processes compute, each within ``seconds`` and ``memory`` bytes; ``waiting``
    requests may queue.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.pool = Pool(seconds=seconds, count=workers, waiting=waiting, memory=memory)
        await app.state.pool.open()
        try:
            yield
        finally:
            await app.state.pool.close()

    routes = [
        Route("/", _page),
        Mount("/static/katex", StaticFiles(directory=KATEX)),
        Mount("/static", StaticFiles(directory=STATIC)),
        *(Route(f"/{task}", _task(task), methods=["POST"]) for task in TASKS),
    ]
    return Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(Guard, port=port)],
        exception_handlers={Refused: _refused},
    )


async def _page(request: Request) -> Response:
    return FileResponse(STATIC / "page.html", media_type="text/html; charset=utf-8")


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refused)
    return JSONResponse({"error": str(refusal)}, refusal.status)


def _task(name: str) -> Callable[[Request], Awaitable[Response]]:
    """The handler of one task: JSON in, JSON out.

    Where planar refuses, the answer is 422 with a sentence and a place.
    """

    async def handle(request: Request) -> Response:
        question = _read(await body(request))
        start = time.perf_counter()
        answer = await _unless_gone(request, request.app.state.pool.ask({**question, "task": name}))
        answer["seconds"] = round(time.perf_counter() - start, 4)
        return JSONResponse(answer, 422 if "error" in answer else 200)

    return handle


def _read(text: bytes) -> dict[str, Any]:
    """A JSON object, by a reader that takes no infinities and no deep nesting."""
    try:
        request = json.loads(text.decode("utf-8"), parse_constant=_not_a_number)
    except (ValueError, RecursionError):
        raise Refused(400, "the request is not valid JSON.") from None
    if not isinstance(request, dict):
        raise Refused(400, "the request is not a JSON object.")
    return request


def _not_a_number(text: str) -> float:
    raise ValueError(text)


async def _unless_gone(request: Request, work: Any) -> dict[str, Any]:
    """The answer, unless the reader goes away first; then its work is given up."""
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Refused(499, "nobody waits for this answer any more.")
        answer: dict[str, Any] = task.result()
        return answer
    finally:
        task.cancel()
        gone.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
