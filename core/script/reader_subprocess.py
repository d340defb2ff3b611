"""Reads a learner's program in a subprocess that has limits on processor time and memory.

The text is only parsed and walked, with bounds on its size and on what that costs. In a subprocess,
what those bounds miss can harm nothing but the subprocess.
"""

import logging
import os
import subprocess
import sys
from threading import BoundedSemaphore
from typing import Any

import orjson

from ..errors import InputError
from ..package import ROOT
from ..system import limit_process, lower_priority
from .result import ScriptReading
from .text import MAX_BYTES

LOGGER = logging.getLogger("uphill.script")
CPU_SECONDS = 12.0
TIMEOUT = 60.0  # seconds of wall-clock time, for a machine that is busy
MEMORY = 2_000_000_000  # bytes of address space
READER_SLOTS = BoundedSemaphore(max(1, os.cpu_count() or 1))
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
OUT_OF_MEMORY = 3  # exit code
TOO_LONG = "The script must be read within a few seconds. Received: one that takes longer."
TOO_LARGE = "The script must be read with little memory. Received: one that takes too much."


def read_in_subprocess(text: str) -> ScriptReading:
    """What a program says, read in a subprocess.

    Args:
        text: A Python script, or a notebook's JSON.

    Raises:
        InputError: As `read_script` does, and for a text that takes too much time or memory.
    """
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        raise InputError(f"A script must have at most {MAX_BYTES // 1000} kB.")
    with READER_SLOTS:
        try:
            done = subprocess.run(
                [sys.executable, "-m", __name__],
                input=data,
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
        LOGGER.error(
            "A script could not be read: %s", done.stderr[-2000:].decode("utf-8", "replace")
        )
        raise InputError("The script must be one that the reader knows. Received: one it fails at.")
    answer = orjson.loads(done.stdout)
    if "error" in answer:
        raise InputError(answer["error"])
    return ScriptReading.from_json(answer)


def main() -> int:
    """The subprocess' entry: a program on stdin, what it says as JSON on stdout."""
    from .read import read_script

    text = sys.stdin.buffer.read(MAX_BYTES + 1).decode("utf-8", "replace")
    lower_priority()
    limit_process(MEMORY, CPU_SECONDS)
    answer: dict[str, Any]
    try:
        answer = read_script(text).to_json()
    except InputError as error:
        answer = {"error": str(error)}
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(orjson.dumps(answer))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
