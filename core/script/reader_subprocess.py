"""Reads a learner's program in a subprocess that has limits on processor time and memory.

The text is only parsed and walked, with bounds on its size and on what that costs. In a subprocess,
what those bounds miss can harm nothing but the subprocess.
"""

import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from threading import BoundedSemaphore
from typing import Any

import orjson

from ..errors import InputError
from ..package import ROOT
from ..system import limit_process, lower_priority
from .diff import Rewritten, write_back
from .read import read_script
from .result import ScriptReading
from .text import check_size

LOGGER = logging.getLogger("uphill.script")
CPU_SECONDS = 20.0
TIMEOUT = 60.0  # seconds of wall-clock time, for a machine that is busy
MEMORY = 2_000_000_000  # bytes of address space
READER_SLOTS = BoundedSemaphore(max(1, os.cpu_count() or 1))
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
OUT_OF_MEMORY = 3  # exit code
TOO_LONG = "The script must be read within a few seconds. Received: one that takes longer."
FAILED = "The script must be one that the reader knows. Received: one it fails at."
TOO_LARGE = "The script must be read with little memory. Received: one that takes too much."


def read_in_subprocess(text: str) -> ScriptReading:
    """What a program says, read in a subprocess.

    Args:
        text: A Python script, or a notebook's JSON.

    Raises:
        InputError: As `read_script` does, and for a text that takes too much time or memory.
    """
    return ScriptReading.from_json(_asked({"text": text}))


def write_back_in_subprocess(text: str, patches: list[Mapping[str, Any]]) -> list[Rewritten]:
    """A script with each of several remedies, written in a subprocess; see `diff.write_back`.

    Raises:
        InputError: As `read_in_subprocess` does.
    """
    answers = _asked({"text": text, "patches": patches})["rewritten"]
    return [Rewritten(item["text"], item["diff"], tuple(item["left"])) for item in answers]


def _asked(request: dict[str, Any]) -> dict[str, Any]:
    check_size(request["text"])
    data = request["text"].encode("utf-8", "replace")
    request["text"] = data.decode("utf-8", "replace")
    with READER_SLOTS:
        try:
            done = subprocess.run(
                [sys.executable, "-m", __name__],
                input=orjson.dumps(request),
                capture_output=True,
                cwd=ROOT,
                env=os.environ | ENVIRONMENT,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise InputError(TOO_LONG) from error
    if done.returncode < 0:
        raise InputError(TOO_LONG)
    if done.returncode == OUT_OF_MEMORY:
        raise InputError(TOO_LARGE)
    if done.returncode:
        stderr = done.stderr[-2000:].decode("utf-8", "replace")
        LOGGER.error("A script could not be read: %s", stderr)
        raise InputError(FAILED)
    answer = orjson.loads(done.stdout)
    if "error" in answer:
        raise InputError(answer["error"])
    return answer


def main() -> int:
    """The subprocess' entry: a request on stdin, what the program says as JSON on stdout."""
    request = orjson.loads(sys.stdin.buffer.read())
    lower_priority()
    limit_process(MEMORY, CPU_SECONDS)
    answer: dict[str, Any]
    try:
        if "patches" in request:
            made = [write_back(request["text"], patch) for patch in request["patches"]]
            answer = {"rewritten": [asdict(item) for item in made]}
        else:
            answer = read_script(request["text"]).to_json()
    except InputError as error:
        answer = {"error": str(error)}
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(orjson.dumps(answer))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
