"""Who may ask, and how much: hosts, origins, headers, sizes, slow senders."""

from __future__ import annotations

import asyncio
from itertools import product

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BODY", "HEADERS", "Guard", "Refused", "body"]

BODY = 64 * 1024
"""No request is longer, in bytes."""

_PATIENCE = 10.0
"""Seconds within which a request has to arrive."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Scripts come from this server only; KaTeX and the drawings carry inline styles."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""Sent with every answer."""


class Refused(Exception):
    """A request that is not read: a status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Guard:
    """Lets pass what the page itself sends, and puts ``HEADERS`` on every answer.

    A page elsewhere that has its own name point to this machine sends that name as ``Host``; one
    that posts across origins sends its own as ``Origin``. Both are refused.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app = app
        pairs = product(("127.0.0.1", "localhost"), _ends(port))
        self.hosts = tuple(f"{name}{end}" for name, end in pairs)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        try:
            self._check(scope["method"], Headers(scope=scope))
        except Refused as refusal:
            await JSONResponse({"error": str(refusal)}, refusal.status)(scope, receive, guarded)
            return
        await self.app(scope, receive, guarded)

    def _check(self, method: str, headers: Headers) -> None:
        if headers.getlist("host") not in [[host] for host in self.hosts]:
            raise Refused(421, f"this server only answers as {self.hosts[0]}.")
        if method in ("GET", "HEAD"):
            return
        origins = [f"http://{host}" for host in self.hosts]
        if any(origin not in origins for origin in headers.getlist("origin")):
            raise Refused(403, "this request comes from another page, and is not answered.")
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise Refused(403, "this request comes from another site, and is not answered.")
        if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            raise Refused(415, "requests are JSON; send Content-Type: application/json.")


def _ends(port: int) -> tuple[str, ...]:
    return ("", ":80") if port == 80 else (f":{port}",)


async def body(request: Request, limit: int = BODY, seconds: float = _PATIENCE) -> bytes:
    """The bytes of a request, refused as soon as they are too many or too slow."""
    too_long = Refused(
        413, f"the request is longer than {limit // 1024} KiB; derive parts of the expression."
    )
    declared = request.headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()):
        raise Refused(400, "the length of the request is not a number.")
    if len(declared) > 9 or int(declared) > limit:
        raise too_long
    content = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                content += chunk
                if len(content) > limit:
                    raise too_long
    except TimeoutError:
        raise Refused(408, f"the request did not arrive within {seconds:g} seconds.") from None
    except ClientDisconnect:
        raise Refused(400, "the request ended before it was whole.") from None
    return bytes(content)
