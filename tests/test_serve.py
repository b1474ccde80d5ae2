"""The page: what it answers, whom it refuses, what it survives, and what a browser shows."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from optional import chromium
from uvicorn import Config
from uvicorn.server import ServerState

from planar.foundations.errors import PlanarError
from planar.interfaces.serve import serve
from planar.interfaces.serve.app import TASKS
from planar.interfaces.serve.connection import Connection
from planar.interfaces.serve.guard import BODY, HEADERS, Refused, body
from planar.interfaces.serve.tasks import EXPORTS, answer
from planar.interfaces.serve.workers import Pool

LETTERS = "A = deterministic(N, positive=True)\nM = deterministic(N)\nW = Wishart(N, P)"
PAIR = {"declarations": LETTERS, "expression": "inv(lam + A*W) * M * inv(mu + W*A)"}
HARD = {"declarations": LETTERS, "expression": "(lam + A*W + M*W*M.T + W*M)**32"}


def asked(task: str, **more: Any) -> dict[str, Any]:
    """The answer of a task in this process."""
    return answer({**PAIR, **more, "task": task})


# -- what is computed ------------------------------------------------------------------------------


def test_an_expression_becomes_formula_counts_and_controls() -> None:
    found = asked("derive")
    assert r"\simeq S S'" in found["formula"]
    assert len(found["definitions"]) == 9
    assert all(
        r.startswith("\\begin{aligned}\n") and r.endswith("\n\\end{aligned}")
        for r in found["definitions"]
    )
    assert found["counts"] == [1, 2, 6, 20, 70, 252, 924, 3432, 12870]
    assert found["layouts"] == ["backbone", "ladder", "circle", "double-line"]
    controls = asked("controls")["controls"]
    assert [(c["text"], c["kind"]) for c in controls] == [
        ("λ", "positive"),
        ("μ", "positive"),
        ("P/N", "ratio"),
    ]
    json.dumps(found, allow_nan=False)


def test_diagrams_come_in_pages_with_their_values() -> None:
    found = asked("diagrams", order=5, first=240)
    assert found["count"] == 252
    assert len(found["drawn"]) == 12
    assert all(d["svg"].startswith("<svg") and d["latex"] for d in found["drawn"])


@pytest.mark.parametrize("along", ["lambda", "P"])
def test_samples_lie_on_the_theory(along: str) -> None:
    request = {"along": along, "size": 40, "values": {"lambda": 0.5, "P": 2.0}}
    theory, samples = asked("theory", **request), asked("samples", **request, trials=10)
    value = dict(zip(theory["x"], theory["y"], strict=True))
    near = [value[min(value, key=lambda v: abs(v - x))] for x in samples["x"]]
    assert theory["here"]["x"] == [0.5 if along == "lambda" else 2.0]
    assert len(samples["y"]) == len(samples["error_bar"]) == 9
    assert sum(abs(a - b) < 0.2 * abs(a) for a, b in zip(near, samples["y"], strict=True)) >= 7


def test_a_complex_parameter_has_two_controls_and_two_curves() -> None:
    text = {"declarations": "H = GOE(N)", "expression": "tr(inv(z - H))"}
    found = asked("controls", **text)
    assert [c["text"] for c in found["controls"]] == ["Re z", "Im z"]
    assert found["plotted"].count("z") == 1
    theory = asked("theory", **text, values={"z_re": 0.0, "z_im": 1.0})
    assert theory["here"]["y"] == pytest.approx([0.0], abs=1e-12)
    assert theory["here"]["imaginary"] == pytest.approx([(1 - 5**0.5) / 2])


def test_the_parts_of_a_complex_parameter_have_names_of_their_own() -> None:
    text = {"declarations": "H = GOE(N)", "expression": "tr(inv(z + z_re*H))"}
    found = asked("controls", **text)["controls"]
    assert [(c["name"], c["text"]) for c in found] == [
        ("z__re", "Re z"),
        ("z__im", "Im z"),
        ("z_re", "z_re"),
    ]
    assert len(asked("theory", **text)["imaginary"]) == 81


def test_what_cannot_be_plotted_is_derived_all_the_same() -> None:
    column = asked(
        "controls",
        declarations="W = Wishart(N, P)\nv = deterministic(N, 1)",
        expression="inv(lam + W) * v",
    )
    assert not column["plot"]
    assert "square" in column["why"]
    symbolic = asked("controls", declarations="B = RotationInvariant(N)", expression="inv(lam + B)")
    assert not symbolic["plot"]
    assert "R-transform" in symbolic["why"]
    half = {"declarations": "W = Wishart(30, P)", "expression": "tr(inv(lam + W))"}
    assert [c["text"] for c in asked("controls", **half)["controls"]] == ["λ", "P/30"]
    huge = {"declarations": "W = Wishart(10**30, P)", "expression": "tr(inv(lam + W))"}
    assert "too large" in asked("controls", **huge)["why"]
    fixed = {"declarations": "W = Wishart(30, 60)", "expression": "tr(W*W)"}
    assert asked("controls", **fixed)["controls"] == []
    assert "nothing to move" in asked("theory", **fixed)["error"]


@pytest.mark.parametrize("kind", EXPORTS)
def test_everything_can_be_taken_away(kind: str) -> None:
    begins = {
        "latex": r"\begin{align*}",
        "steps": r"\documentclass",
        "tikz": r"\tikzset",
        "svg": "<svg",
        "figure": "<?xml",
    }
    found = asked("export", kind=kind, size=20, trials=2)
    assert found["made"].startswith(begins.get(kind, "")), found["made"][:40]
    assert len(found["made"]) > 100


# -- errors at their place -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declarations", "expression", "field", "line", "marked"),
    [
        (LETTERS, "inv(lam + A*W) * Z", "expression", 0, "Z"),
        (LETTERS, "inv(lam + A*W) +\n  Z", "expression", 0, "Z"),
        (LETTERS, "A.__class__", "expression", 0, "A.__class__"),
        (LETTERS, "<script>alert(1)</script>", "expression", 0, "<"),
        (LETTERS, "λλ + α*Ж", "expression", 0, "Ж"),
        (
            LETTERS,
            "__import__('os').system('id')",
            "expression",
            0,
            "__import__('os').system('id')",
        ),
        ("A = deterministic(N)\nW = Wishart(N)", "A", "declarations", 1, "Wishart(N)"),
        (
            "A = deterministic(N)\n\n# data\nA = deterministic(N)",
            "A",
            "declarations",
            3,
            "A = deterministic(N)",
        ),
        ("A = open('/etc/passwd')", "A", "declarations", 0, "open"),
    ],
)
def test_an_error_knows_its_place(
    declarations: str, expression: str, field: str, line: int, marked: str
) -> None:
    found = asked("derive", declarations=declarations, expression=expression)
    assert found["field"] == field
    assert found["line"] == line
    text = expression if field == "expression" else declarations.split("\n")[line]
    assert text[found["start"] : found["end"]] == marked, found


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 1500 + "A" + ")" * 1500,
        "A" + "+A" * 1900,
        "A**9**9**9",
        "lam**999999999",
        "9**64**64",
        "-" * 3000 + "A",
        "A\0",
        "",
        "\n",
        "\\",
        "'" * 3999,
    ],
)
def test_hostile_text_is_one_sentence(expression: str) -> None:
    found = asked("derive", expression=expression)
    assert found["error"]
    assert "internal error" not in found["error"]
    assert "\n" not in found["error"]


@pytest.mark.parametrize(
    ("task", "more"),
    [
        ("derive", {"expression": 5}),
        ("derive", {"declarations": None}),
        ("derive", {"expression": "x" * 4001}),
        ("derive", {"expression": "A\ud800"}),
        ("diagrams", {"order": 9}),
        ("diagrams", {"order": True}),
        ("diagrams", {"first": -1}),
        ("diagrams", {"layout": "<b>"}),
        ("theory", {"along": "nothing"}),
        ("theory", {"along": {}}),
        ("theory", {"size": 10**9}),
        ("theory", {"values": [1]}),
        ("theory", {"values": {"lambda": "1"}}),
        ("theory", {"values": {"lambda": 10**400}}),
        ("theory", {"values": {"P": 1e9}}),
        ("theory", {"values": {str(i): 1 for i in range(100)}}),
        ("samples", {"trials": 10**6}),
        ("export", {"kind": "/etc/passwd"}),
    ],
)
def test_values_of_the_wrong_kind_are_refused(task: str, more: dict[str, Any]) -> None:
    found = asked(task, **more)
    assert found["error"]
    assert "internal error" not in found["error"]


def test_names_from_outside_are_escaped_in_drawings() -> None:
    """Names are identifiers, so that nothing in them is markup; planar escapes all the same."""
    from planar import Wishart, derive, dims, draw, tr

    drawn = draw(list(derive(tr(Wishart("<script>", *dims("N P")))).diagrams(1)))
    assert "<script" not in drawn
    assert "&lt;" in drawn


# -- who may ask -----------------------------------------------------------------------------------


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server in a process of its own, on a free port; it ends at Ctrl-C and leaves nothing
    behind.
    """
    code = "from planar.interfaces.serve import serve; serve(0, seconds=120, open_browser=False)"
    server = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=_environment()
    )
    assert server.stdout is not None
    line = server.stdout.readline()
    try:
        yield line.split()[2]
    finally:
        server.send_signal(2)
        assert server.wait(30) == 0
        server.stdout.close()


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    """Whoever asks the server from this machine."""
    with httpx.Client(base_url=address, timeout=60) as found:
        yield found


def test_the_page_and_its_files_are_served_with_strict_headers(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert {k: page.headers[k] for k in HEADERS} == HEADERS
    for path in (
        "/static/page.js",
        "/static/page.css",
        "/static/katex/katex.min.js",
        "/static/katex/fonts/KaTeX_Math-Italic.woff2",
    ):
        found = client.get(path)
        assert found.status_code == 200, path
        assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert "http" not in page.text
    assert "script-src 'self';" in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/katex/..%2f..%2f..%2ferrors.py",
        "/nothing",
    ],
)
def test_nothing_else_is_served(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.get("/derive").status_code == 405


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (421, {"host": "evil.example"}),
        (421, {"host": "evil.example:8000"}),
        (421, {"host": "127.0.0.1"}),
        (421, {"host": "127.0.0.1:1"}),
        (403, {"origin": "http://evil.example"}),
        (403, {"origin": "null"}),
        (403, {"origin": "https://127.0.0.1:8000"}),
        (403, {"origin": "http://127.0.0.1:1"}),
        (403, {"sec-fetch-site": "cross-site"}),
        (403, {"sec-fetch-site": "same-site"}),
        (415, {"content-type": "text/plain"}),
        (415, {"content-type": "application/x-www-form-urlencoded"}),
        (415, {"content-type": ""}),
    ],
)
def test_other_hosts_and_origins_are_refused(
    client: httpx.Client, status: int, headers: dict[str, str]
) -> None:
    found = client.post(
        "/derive", content=json.dumps(PAIR), headers={"content-type": "application/json", **headers}
    )
    assert found.status_code == status
    assert found.json()["error"]
    assert {k: found.headers[k] for k in HEADERS} == HEADERS


def test_the_page_itself_is_answered(client: httpx.Client) -> None:
    host = f"localhost:{client.base_url.port}"
    headers = {"origin": f"http://{host}", "host": host, "sec-fetch-site": "same-origin"}
    found = client.post("/derive", json=PAIR, headers=headers)
    assert found.status_code == 200
    assert found.json()["seconds"] > 0
    wrong = client.post("/derive", json={**PAIR, "expression": "Z"})
    assert wrong.status_code == 422
    assert (wrong.json()["start"], wrong.json()["end"]) == (0, 1)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\xff\xfe\x00",
        b"[",
        b"[" * 60000,
        b"[]",
        b"3",
        b'{"expression": NaN}',
        b"{'a': 1}",
        b"9" * 60000,
    ],
)
def test_what_is_no_json_object_is_refused(client: httpx.Client, sent: bytes) -> None:
    for task in TASKS:
        found = client.post(f"/{task}", content=sent, headers={"content-type": "application/json"})
        assert found.status_code == 400
        assert found.json()["error"]


def test_long_bodies_are_refused_declared_or_not(client: httpx.Client) -> None:
    head = {"content-type": "application/json"}
    assert client.post("/derive", content=b" " * (BODY + 1), headers=head).status_code == 413
    assert (
        client.post("/derive", content=(b" " * 1000 for _ in range(100)), headers=head).status_code
        == 413
    )


def test_a_slow_body_is_given_up() -> None:
    from starlette.requests import Request

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {}

    with pytest.raises(Refused, match="did not arrive") as refusal:
        asyncio.run(body(Request({"type": "http", "headers": []}, receive), seconds=0.01))
    assert refusal.value.status == 408


async def many_bytes(scope: Any, receive: Any, send: Any) -> None:
    """An application whose answer is longer than what a socket takes unread."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for more in (*[True] * 64, False):
        await send({"type": "http.response.body", "body": bytes(1 << 20), "more_body": more})


HEAD = b"GET / HTTP/1.1\r\nHost: x"


@pytest.mark.parametrize(
    ("sent", "count"),
    [
        (b"", 150),
        (HEAD, 150),
        (HEAD + b"\r\n\r\n", 4),
        (HEAD + b"\r\nContent-Length: 9\r\n\r\n", 4),
    ],
)
def test_connections_that_dawdle_are_cut_off(sent: bytes, count: int) -> None:
    """Unfinished heads, or answers that nobody takes, hold everyone off for a while only."""

    class Quick(Connection):
        patience = 0.5

    async def run() -> None:
        loop, state = asyncio.get_running_loop(), ServerState()
        config = Config(many_bytes, ws="none", limit_concurrency=100, log_level="critical")
        server = await loop.create_server(
            lambda: Quick(config=config, server_state=state, app_state={}), "127.0.0.1", 0
        )
        host, port = server.sockets[0].getsockname()
        lines = [await asyncio.open_connection(host, port, limit=1 << 10) for _ in range(count)]
        for _, writer in lines:
            writer.write(sent)
        async with asyncio.timeout(20):
            while len(state.connections) < count:
                await asyncio.sleep(0.01)
            while state.connections:
                lines[0][1].write(b"X" * sent.startswith(b"GET"))
                await asyncio.sleep(0.01)
        for _, writer in lines:
            writer.transport.abort()
        server.close()

    asyncio.run(run())


# -- limits ----------------------------------------------------------------------------------------


def test_a_derivation_that_takes_too_long_is_stopped() -> None:
    async def run() -> None:
        pool = Pool(seconds=0.5, count=1)
        await pool.open()
        try:
            with pytest.raises(
                Refused, match=r"the derivation was stopped after 0.5 seconds; derive a part"
            ):
                await pool.ask({**HARD, "task": "derive"})
        finally:
            await pool.close()

    asyncio.run(run())


PROGRAM = """
import json, os, sys, time
print("ready", flush=True)
for line in sys.stdin:
    match json.loads(line)["task"]:
        case "sleep": time.sleep(60)
        case "die": os.kill(os.getpid(), 9)
        case "spend": print(json.dumps({"error": "too much", "spent": True}), flush=True)
        case "shout": print("{" * 100_000_000, flush=True)
        case task: print(json.dumps({"task": task, "pid": os.getpid()}), flush=True)
"""
"""A worker that does as it is told."""


def test_a_pool_outlives_its_workers() -> None:
    async def run() -> None:
        pool = Pool(seconds=10, count=1, waiting=2, program=(sys.executable, "-c", PROGRAM))
        await pool.open()
        try:
            seen = [(await pool.ask({"task": "derive"}))["pid"]]
            for task, message in (
                ("die", "want of memory"),
                ("shout", "want of memory"),
                ("sleep", r"stopped after 0.2 seconds"),
            ):
                pool.seconds = 0.2 if task == "sleep" else 10
                with pytest.raises(Refused, match=message):
                    await pool.ask({"task": task})
                pool.seconds = 10
                seen.append((await pool.ask({"task": "derive"}))["pid"])
            assert await pool.ask({"task": "spend"}) == {"error": "too much"}
            seen.append((await pool.ask({"task": "derive"}))["pid"])
            assert len(set(seen)) == 5
        finally:
            await pool.close()
        assert all(worker._process is None for worker in pool.every)
        with pytest.raises(Refused, match="has ended"):
            await pool.ask({"task": "derive"})

    asyncio.run(run())


def test_a_worker_that_was_killed_while_idle_costs_nobody_an_answer() -> None:
    async def run() -> None:
        pool = Pool(seconds=10, count=2, program=(sys.executable, "-c", PROGRAM))
        await pool.open()
        try:
            while len(pool.free) < 2:
                await asyncio.sleep(0.01)
            before = [worker._process for worker in pool.every if worker._process is not None]
            for process in before:
                process.kill()
                await process.wait()
            after = {(await pool.ask({"task": "derive"}))["pid"] for _ in range(4)}
            assert not after & {process.pid for process in before}
        finally:
            await pool.close()

    asyncio.run(run())


def test_a_queue_is_bounded_and_may_be_left() -> None:
    async def run() -> None:
        pool = Pool(seconds=10, count=1, waiting=2, program=(sys.executable, "-c", PROGRAM))
        await pool.open()
        try:
            waiting = [asyncio.create_task(pool.ask({"task": "derive"})) for _ in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(Refused, match="2 requests are waiting") as refusal:
                await pool.ask({"task": "derive"})
            assert refusal.value.status == 503
            waiting[0].cancel()
            first = (await waiting[1])["pid"]
            left = asyncio.create_task(pool.ask({"task": "derive"}))
            await asyncio.sleep(0)
            left.cancel()
            assert (await pool.ask({"task": "derive"}))["pid"] == first
            hanging = asyncio.create_task(pool.ask({"task": "sleep"}))
            await asyncio.sleep(0.1)
            hanging.cancel()
            assert (await pool.ask({"task": "derive"}))["pid"] != first
        finally:
            await pool.close()

    asyncio.run(run())


@pytest.mark.skipif(sys.platform != "linux", reason="the address space is limited on Linux")
def test_what_takes_too_much_memory_is_one_sentence() -> None:
    code = (
        "import sys; from planar.interfaces.serve import worker\n"
        "import planar.interfaces.serve.tasks\n"
        "worker.limit_memory(1 << 31)\n"
        "print(worker._answered(lambda request: {'made': len(bytearray(1 << 32))}, b'{}'))"
    )
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_environment()
    )
    assert "more memory than one computation may have" in made.stdout
    assert "'spent': True" in made.stdout


def test_a_failure_of_planar_is_told_without_its_insides(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from planar.interfaces.serve.worker import _answered

    def fails(request: Any) -> dict[str, Any]:
        raise ZeroDivisionError("a secret")

    found = _answered(fails, b"{}")
    assert "an internal error (ZeroDivisionError)" in found["error"]
    assert "secret" not in found["error"]
    assert "a secret" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("port", "seconds"), [(-1, 30), (70000, 30), (True, 30), (0, 0), (0, float("nan")), (0, True)]
)
def test_a_port_and_a_time_are_checked(port: int, seconds: float) -> None:
    with pytest.raises(PlanarError):
        serve(port, seconds=seconds, open_browser=False)


def test_a_port_that_is_taken_is_told() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(PlanarError, match="cannot listen on port"),
    ):
        serve(taken.getsockname()[1], open_browser=False)


# -- the server and the browser --------------------------------------------------------------------


def test_the_server_listens_on_the_loopback_interface_alone(address: str) -> None:
    port = int(address.rsplit(":", 1)[1])
    assert httpx.get(address).status_code == 200
    assert httpx.get(address, headers={"host": "evil.example"}).status_code == 421
    others = {
        found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    } - {"127.0.0.1"}
    for other in sorted(o for o in others if not o.startswith("127.")):
        with pytest.raises(OSError), socket.create_connection((other, port), timeout=1):
            pass


def test_binary_garbage_is_survived(address: str) -> None:
    port = int(address.rsplit(":", 1)[1])
    for sent in (
        b"\x16\x03\x01" + bytes(range(256)) * 8,
        b"GET / HTTP/1.1\r\n\r\n",
        b"\r\n" * 100,
        b"POST /derive HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line, suppress(OSError):
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            assert b" 200 " not in line.recv(200)
    assert httpx.get(address).status_code == 200


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A tab in which every request leaves the machine in vain, and neither does any; the console
    stays silent.
    """
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    outside, complaints = list[str](), list[str]()

    def only_here(route: Any) -> None:
        if route.request.url.startswith(address):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    tab.route("**/*", only_here)
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    context.close()
    assert outside == []
    assert [c for c in complaints if "status of 422" not in c] == []


@pytest.mark.optional("chromium")
def test_the_page_from_typing_to_copying(page: Any, address: str) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=60_000)
    page.goto(address)
    page.fill("#declarations", LETTERS)
    page.fill("#expression", "inv(lam + A*W)")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#formula annotation")).to_contain_text(r"S \left(\kappa + A\right)^{-1}")
    expect(page.locator("#formula .katex-html")).to_be_visible()
    expect(page.locator("#error")).to_be_hidden()
    assert page.evaluate("document.fonts.check('16px KaTeX_Math')")

    page.check("input[name=order][value='3']", force=True)
    expect(page.locator("#diagrams figure svg")).to_have_count(5)
    page.select_option("#layout", "double-line")
    expect(page.locator("#diagrams polygon").first).to_be_attached()

    fresh = page.locator("#plot .samples:not(.stale) circle")
    expect(fresh).to_have_count(9)
    line = page.locator("#plot path.theory")
    before = line.get_attribute("d")
    page.focus("#slider-P")
    page.keyboard.press("PageUp")
    expect(line).not_to_have_attribute("d", before)
    expect(fresh).to_have_count(9)
    page.select_option("#along", "P")
    expect(page.locator("#plot svg")).to_contain_text("P/N")

    page.click("[data-kind=latex]")
    expect(page.locator("#copied")).to_contain_text("Copied LaTeX")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(r"\begin{align*}")
    assert copied == page.text_content("#made")

    link = page.evaluate("location.href")
    page.reload()
    expect(line).to_be_attached()
    assert page.evaluate("location.href") == link
    assert page.input_value("#expression") == "inv(lam + A*W)"
    assert page.is_checked("input[name=order][value='3']")


@pytest.mark.optional("chromium")
def test_an_error_is_marked_at_its_place_in_the_page(page: Any, address: str) -> None:
    page.goto(address)
    page.fill("#expression", "inv(lam + A*W) * Λ")
    page.click("#derive")
    page.wait_for_selector("#error:visible")
    assert "Λ is declared neither deterministic nor random" in page.text_content("#error")
    assert page.text_content("#expression >> xpath=../pre/mark") == "Λ"
    assert page.get_attribute("#expression", "aria-invalid") == "true"
    page.fill("#declarations", "A = deterministic(N)\n<img src=x onerror=alert(1)> = Wishart(N, P)")
    page.click("#derive")
    page.wait_for_selector("#declarations[aria-invalid=true]")
    assert page.locator("main img").count() == 0
    page.fill("#declarations", LETTERS)
    page.fill("#expression", "A*W")
    page.click("#derive")
    page.wait_for_selector("#error", state="hidden")
    assert page.locator("mark").count() == 0


@pytest.mark.optional("chromium")
def test_a_link_from_elsewhere_is_text_and_nothing_else(page: Any, address: str) -> None:
    page.goto(
        f"{address}/#let=W+%3D+Wishart(N,P)&derive=tr(inv(lam%2BW))&order=%3Cb%3E&layout=x&at.lambda=1e999&at.__proto__=3&along=%3Cscript%3E"
    )
    page.wait_for_selector("#plot path.theory")
    assert page.input_value("#expression") == "tr(inv(lam+W))"
    page.goto(f"{address}/#derive=%3Cscript%3Ealert(1)%3C/script%3E")
    page.wait_for_selector("#error:visible")
    assert page.evaluate("document.querySelectorAll('script').length") == 2
