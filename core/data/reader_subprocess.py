"""Reading a learner's file in a process of its own, with little time and little memory.

A file may be made to harm its reader: to unpack without end, to claim a million columns, to crash
a library. Here it can harm nothing but the process that reads it.
"""

import logging
import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import orjson

from ..errors import DISK_FULL, InputError, is_full
from .names import clean_text

LOGGER = logging.getLogger("uphill.data")
ROOT = Path(__file__).parents[2]
START_SECONDS = 5.0  # of processor time for any file, plus its share for a large one
BYTES_PER_SECOND = 5e6
PATIENCE = 6  # times as long on the clock, for a machine that is busy with others
MEMORY = 1_500_000_000
MEMORY_PER_BYTE = 8
AT_ONCE = BoundedSemaphore(max(1, os.cpu_count() or 1))
QUIET = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_MMAP_THRESHOLD_": "65536",  # what is freed goes back at once
    "MALLOC_ARENA_MAX": "2",  # each thread's own would reserve room, and the limit counts that
    "OMP_NUM_THREADS": str(min(2, os.cpu_count() or 1)),  # Arrow's too
}


def read_apart(path: Path, name: str, dialect: dict[str, Any], table: Path) -> dict[str, Any]:
    """Reads a file elsewhere; writes its table as an Arrow file.

    Args:
        path: The file.
        name: What the learner calls it, for messages.
        dialect: What is known of it, as `Dialect` has it.
        table: Where its table goes.

    Returns:
        What `core.data.read.Reading` tells of it beside the table, as JSON values.

    Raises:
        InputError: As `read_file` does, and for a file that takes too much time or memory.
    """
    file = clean_text(name)[:80] or "the file"
    size = path.stat().st_size
    seconds = START_SECONDS + size / BYTES_PER_SECOND
    order = {
        "path": str(path),
        "name": name,
        "dialect": dialect,
        "table": str(table),
        "seconds": seconds,
        "memory": MEMORY + MEMORY_PER_BYTE * size,
    }
    slow = InputError(
        f"{file} must be read within {seconds:.0f} seconds. Received: a file that takes longer, "
        "because of how it is built."
    )
    done = _run(order, PATIENCE * seconds, slow)
    if done.returncode < 0 and -done.returncode not in (signal.SIGXCPU, signal.SIGKILL):
        LOGGER.warning("A reading process crashed with signal %d.", -done.returncode)
        done = _run(order, PATIENCE * seconds, slow)  # a library's threads may crash by chance
    if -done.returncode in (signal.SIGXCPU, signal.SIGKILL):
        raise slow
    if done.returncode:
        raise InputError(
            f"{file} must fit into memory. Received: a damaged file, or one that takes too much."
        )
    told = orjson.loads(done.stdout)
    if "error" in told:
        raise InputError(told["error"])
    return told


def _run(
    order: dict[str, Any], patience: float, slow: InputError
) -> subprocess.CompletedProcess[bytes]:
    """One reading process, which is given so many seconds; raises `slow` behind them."""
    with AT_ONCE:
        try:
            return subprocess.run(
                [sys.executable, "-m", "core.data.reader_subprocess"],
                input=orjson.dumps(order),
                capture_output=True,
                cwd=ROOT,
                env=os.environ | QUIET,
                timeout=patience,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise slow from error


class _NoPandas:
    """Arrow imports pandas wherever it is, which would double the time to start, for nothing."""

    @staticmethod
    def find_spec(name: str, *_: Any) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def main() -> int:
    """The process' own side: an order on standard input, an answer on standard output."""
    order = orjson.loads(sys.stdin.buffer.read())
    _bound(order["seconds"], order["memory"])
    sys.meta_path.insert(0, _NoPandas())
    try:
        answer = _answer(order)
    except InputError as error:
        answer = {"error": str(error)}
    except MemoryError:
        return 1
    except OSError as error:
        if not is_full(error):
            raise
        answer = {"error": DISK_FULL}
    sys.stdout.buffer.write(orjson.dumps(answer))
    sys.stdout.buffer.flush()
    return 0


def _bound(seconds: float, memory: int) -> None:
    with suppress(OSError):
        os.nice(5)
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (limit, limit))


def _answer(order: dict[str, Any]) -> dict[str, Any]:
    from dataclasses import asdict

    from .dialect import Dialect
    from .read import read_file, write_table

    reading = read_file(Path(order["path"]), order["name"], Dialect(**order["dialect"]))
    write_table(reading.table, Path(order["table"]))
    return {
        "kind": reading.kind,
        "dialect": reading.dialect.model_dump(),
        "columns": [asdict(column) for column in reading.columns],
        "left_out": list(reading.left_out),
        "sheets": list(reading.sheets),
        "rows": reading.table.num_rows,
    }


if __name__ == "__main__":
    os._exit(main())  # what a library's threads do at the end of Python is no part of the answer
