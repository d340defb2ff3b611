"""Reads a learner's file in a subprocess that has limits on processor time and memory.

A file may be built to attack its reader: a decompression bomb, a million columns, bytes that crash
a library. In a subprocess it can harm nothing but the subprocess. To import what reading takes
costs more than to read most files: so a process is started while the file is still being saved.
"""

import atexit
import gc
import logging
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore, Lock, Timer
from typing import Any

import orjson

from ..errors import DISK_FULL, InputError, is_full
from ..package import ROOT
from ..system import crashed, exceeded_limit, limit_process, lower_priority
from .sanitize import clean_text

LOGGER = logging.getLogger("uphill.data")
BASE_CPU_SECONDS = 5.0  # of processor time for any file; a large one gets more
BYTES_PER_CPU_SECOND = 5e6
TIMEOUT_FACTOR = 6  # of wall-clock time to processor time, for a machine that is busy
BASE_MEMORY = 1_500_000_000  # bytes for any file; a large one gets more
MEMORY_PER_BYTE = 8
IDLE_SECONDS = 120.0  # that a process waits for a file
UNUSED = 75  # exit code of one that waited in vain
READER_SLOTS = BoundedSemaphore(max(1, os.cpu_count() or 1))  # as many subprocesses as cores
ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 23),  # larger pieces return to the system when freed
    "MALLOC_TRIM_THRESHOLD_": str(1 << 26),  # smaller ones are used for the next block of text
    "MALLOC_ARENA_MAX": "2",  # an arena per thread reserves address space, which the limit counts
    "PYDANTIC_DISABLE_PLUGINS": "__all__",  # there are none, and to look for some takes time
    "OMP_NUM_THREADS": str(min(2, os.cpu_count() or 1)),  # Arrow's too
}


class _Spare:
    """At most one process that waits for a file."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Starts a process, where none waits. Where the system has no room for one: nothing."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return
            self._end()
            with suppress(OSError):
                self._process = _start()

    def take(self) -> subprocess.Popen[bytes]:
        """The process that waits, or else a new one."""
        with self._lock:
            if self._process is not None and self._process.poll() is not None:
                self._end()
            process, self._process = self._process, None
        return process or _start()

    def end(self) -> None:
        """Ends the process that waits."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


SPARE = _Spare()
atexit.register(SPARE.end)


def prepare_reader() -> None:
    """Starts the process that will read the next file, unless one waits already."""
    SPARE.prepare()


def read_in_subprocess(
    path: Path, name: str, dialect: dict[str, Any], table: Path
) -> dict[str, Any]:
    """Reads a file in a subprocess, which writes its table as an Arrow file.

    Args:
        path: The file.
        name: The learner's name for it, for messages.
        dialect: The parts that are known, as fields of `Dialect`.
        table: The path of the Arrow file.

    Returns:
        The fields of `core.data.read.Reading` except the table, as JSON values, and `rows`.

    Raises:
        InputError: As `read_file` does, and for a file that takes too much time or memory.
    """
    file = clean_text(name)[:80] or "the file"
    size = path.stat().st_size
    seconds = BASE_CPU_SECONDS + size / BYTES_PER_CPU_SECOND
    request = {
        "path": str(path.absolute()),  # the subprocess has another working directory
        "name": name,
        "dialect": dialect,
        "table": str(table.absolute()),
        "seconds": seconds,
        "memory": BASE_MEMORY + MEMORY_PER_BYTE * size,
    }
    timeout_error = InputError(
        f"{file} must be read within {seconds:.0f} seconds. Received: a file that takes longer, "
        "because of how it is built."
    )
    process = _run(request, TIMEOUT_FACTOR * seconds, timeout_error)
    if crashed(process.returncode):
        LOGGER.warning("A reading process crashed: exit code %d.", process.returncode)
        # A library's threads may crash by chance: one retry.
        process = _run(request, TIMEOUT_FACTOR * seconds, timeout_error)
    if exceeded_limit(process.returncode):
        raise timeout_error
    if process.returncode:
        raise InputError(
            f"{file} must fit into memory. Received: a damaged file, or one that takes too much."
        )
    response = orjson.loads(process.stdout)
    if "error" in response:
        raise InputError(response["error"])
    return response


def _run(
    request: dict[str, Any], timeout: float, timeout_error: InputError
) -> subprocess.CompletedProcess[bytes]:
    """Runs the subprocess to its end; raises `timeout_error` after `timeout` seconds."""
    with READER_SLOTS:
        done = _finish(SPARE.take(), request, timeout, timeout_error)
        if done.returncode == UNUSED:
            done = _finish(_start(), request, timeout, timeout_error)
        return done


def _start() -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    command, environment = [sys.executable, "-m", __name__], os.environ | ENVIRONMENT
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, env=environment
    )


def _finish(
    process: subprocess.Popen[bytes],
    request: dict[str, Any],
    timeout: float,
    timeout_error: InputError,
) -> subprocess.CompletedProcess[bytes]:
    with process:
        try:
            response, errors = process.communicate(orjson.dumps(request), timeout)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise timeout_error from error
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, response, errors)


class _NoPandas:
    """Hides pandas, which Arrow imports where it is installed: that doubles the time to start."""

    @staticmethod
    def find_spec(name: str, *_: Any) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def main() -> int:
    """The subprocess' entry: a request as JSON on stdin, a response as JSON on stdout."""
    waiting = Timer(IDLE_SECONDS, os._exit, [UNUSED])
    waiting.daemon = True
    waiting.start()
    gc.disable()  # a short life, in which nothing is circular
    lower_priority()
    sys.meta_path.insert(0, _NoPandas())
    from . import read  # noqa: F401  while the file is still being saved

    received = sys.stdin.buffer.read()
    waiting.cancel()
    if not received:
        return UNUSED
    request = orjson.loads(received)
    limit_process(request["memory"], request["seconds"])
    try:
        response = _read(request)
    except InputError as error:
        response = {"error": str(error)}
    except MemoryError:
        return 1
    except OSError as error:
        if not is_full(error):
            raise
        response = {"error": DISK_FULL}
    sys.stdout.buffer.write(orjson.dumps(response))
    sys.stdout.buffer.flush()
    return 0


def _read(request: dict[str, Any]) -> dict[str, Any]:
    from dataclasses import asdict

    from .dialect import Dialect
    from .read import read_file, write_table

    reading = read_file(Path(request["path"]), request["name"], Dialect(**request["dialect"]))
    write_table(reading.table, Path(request["table"]))
    return {
        "kind": reading.kind,
        "dialect": reading.dialect.model_dump(),
        "columns": [asdict(column) for column in reading.columns],
        "decisions": asdict(reading.decisions),
        "left_out": list(reading.left_out),
        "sheets": list(reading.sheets),
        "rows": reading.table.num_rows,
    }


if __name__ == "__main__":
    os._exit(main())  # skips the interpreter's shutdown, where a library's threads may crash
