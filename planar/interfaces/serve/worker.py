"""The process that computes: it reads requests and writes answers, JSON, one per line."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import traceback
from contextlib import suppress
from typing import Any, BinaryIO

__all__ = ["main"]


def main(arguments: list[str]) -> int:
    """Answer until the input ends; ``arguments`` is the address space in bytes.

    Answers go to a copy of standard output, and what anything else prints goes to standard error.
    The tasks are imported once the input is watched, so that the process ends with its parent even
    while they load.
    """
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = queue.SimpleQueue[bytes]()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    from planar.interfaces.serve.tasks import answer

    limit_memory(int(arguments[0]))
    _write(out, {"ready": True})
    while True:
        _write(out, _answered(answer, requests.get()))


def limit_memory(size: int) -> None:
    """Bound the address space of this process, where the system can; no core is written."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _listen(source: BinaryIO, requests: queue.SimpleQueue[bytes]) -> None:
    """Hand on every line; when the input ends so does the process, whatever it computes."""
    for line in source:
        requests.put(line)
    os._exit(0)


def _answered(answer: Any, line: bytes) -> dict[str, Any]:
    """The answer to a line; a process that ran out of memory is ``spent``, to be replaced."""
    try:
        answered: dict[str, Any] = answer(json.loads(line))
    except MemoryError:
        return {
            "error": "this takes more memory than one computation may have; take a smaller part.",
            "spent": True,
        }
    except RecursionError:
        return {"error": "this is too deeply nested to compute; take a smaller part."}
    except Exception as error:
        traceback.print_exc()
        return {
            "error": f"planar failed with an internal error ({type(error).__name__}); "
            "please report the expression."
        }
    return answered


def _write(out: BinaryIO, answer: dict[str, Any]) -> None:
    out.write(json.dumps(answer).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
