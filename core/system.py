"""What the operating system gives: limits, priority, processes; each with a plain fallback.

Windows has no `resource` module, no niceness and no fork, and its `os.kill(pid, 0)` ends the
process. macOS accepts a limit of memory and does not enforce it.
"""

import ctypes
import os
import re
import shutil
import signal
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

try:
    import resource
except ImportError:  # Windows
    resource = None

WINDOWS = sys.platform == "win32"
MAPPINGS = Path("/proc/self/smaps")  # Linux: what this process has mapped, page by page
UNCHANGED = re.compile(r"^Anonymous: +0 kB$", re.MULTILINE)
MADV_DONTNEED = 4
STATUS = Path("/proc/self/status")  # Linux: its memory is limited from what this says
PID_NAMESPACE = Path("/proc/self/ns/pid")  # Linux: a container has process ids of its own
NICENESS = 10
LIMIT_SIGNALS = {  # of a process that exceeds its processor time: at the soft, the hard limit
    -getattr(signal, name) for name in ("SIGXCPU", "SIGKILL") if hasattr(signal, name)
}
WINDOWS_EXCEPTIONS = 0xC0000000  # exit codes from here on: an access violation and its like


def missing() -> list[str]:
    """What this system lacks, for `/api/health`; nothing on Linux.

    Returns:
        `memory_limit`: a run or a file that needs too much memory slows everybody down, or ends
        its process. `cpu_limit`: a file that is built to take long is stopped by the clock alone.
        `nice`: training and pages have the same priority. `fork`: each worker imports TensorFlow
        by itself. `pid_exists`: a server that ended without a word is found out by its heartbeat.
    """
    given = {
        "memory_limit": resource is not None and STATUS.exists(),
        "cpu_limit": resource is not None,
        "nice": hasattr(os, "nice"),
        "fork": can_fork(),
        "pid_exists": not WINDOWS,
    }
    return [name for name, available in given.items() if not available]


def limit_process(memory: int, cpu_seconds: float) -> None:
    """Limits this process, which leaves no core dump either. Else: no limit.

    Args:
        memory: Bytes of address space, at most.
        cpu_seconds: Processor time, at most; rounded up.
    """
    _set_limit("RLIMIT_AS", memory)
    _set_limit("RLIMIT_CPU", int(cpu_seconds) + 1)
    _set_limit("RLIMIT_CORE", 0)


def limit_memory_growth(megabytes: int) -> None:
    """Limits this process' memory to so much more than it has now. Else: no limit.

    Beyond it the run, or the page, that asks for memory fails with a `MemoryError`; the others go
    on. It is a soft limit: a process that this one starts may set a higher one for itself.
    Arrow's allocator reserves addresses by the gigabyte at its first use, and the limit counts them
    as used: so that comes before.
    """
    _allocate_arrow()
    if STATUS.exists() and (used := re.search(r"VmData:\s+(\d+) kB", STATUS.read_text("ascii"))):
        _set_limit("RLIMIT_DATA", int(used[1]) * 1024 + megabytes * 1_000_000, hard=False)


def _allocate_arrow() -> None:
    """Lets Arrow's allocator reserve its addresses. Where Arrow is not installed: nothing."""
    with suppress(ImportError):
        from pyarrow import allocate_buffer

        allocate_buffer(1)


def _set_limit(name: str, value: int, hard: bool = True) -> None:
    """Sets a limit where the system has it, and where it is no higher than what is allowed."""
    kind = getattr(resource, name, None)
    if resource is not None and kind is not None:
        highest = value if hard else resource.getrlimit(kind)[1]
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (value, highest))


def drop_clean_pages() -> None:
    """Unmaps what this process has mapped of files and not changed. Else: nothing.

    Importing TensorFlow touches 250 MB of its libraries that running it does not. What is needed
    again is mapped again from the system's cache of files.
    """
    if not MAPPINGS.exists():
        return
    libc = ctypes.CDLL(None)
    for mapping in re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", MAPPINGS.read_text("utf-8", "replace")):
        head, _, figures = mapping.partition("\n")
        addresses, access, *_, path = head.split(maxsplit=5)
        of_file = path.startswith("/") and "w" not in access
        if of_file and UNCHANGED.search(figures):
            start, end = (int(address, 16) for address in addresses.split("-"))
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_DONTNEED)


def lower_priority() -> None:
    """Lets other processes, the pages' above all, come before this one. Else: nothing."""
    nice = getattr(os, "nice", None)
    if nice is not None:
        with suppress(OSError):
            nice(NICENESS)


def can_fork() -> bool:
    """Whether workers can be forked: not on Windows, nor safely with the libraries of macOS.

    A forked worker is no child of the process that ends it, which needs Linux' pidfd for that.
    """
    return hasattr(os, "fork") and hasattr(os, "pidfd_open") and sys.platform != "darwin"


def pid_exists(pid: int) -> bool | None:
    """Whether a process of this machine runs. Else: None, for not known."""
    if WINDOWS:
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True


def pid_namespace() -> str:
    """What tells the process ids of two containers apart. Else: empty, as if there were none."""
    try:
        return str(PID_NAMESPACE.readlink())
    except (OSError, NotImplementedError):
        return ""


def exceeded_limit(returncode: int) -> bool:
    """Whether the system ended a subprocess because of its limits. Else: False."""
    return returncode in LIMIT_SIGNALS


def crashed(returncode: int) -> bool:
    """Whether a subprocess ended neither by itself nor because of its limits."""
    if WINDOWS:
        return returncode >= WINDOWS_EXCEPTIONS
    return returncode < 0 and not exceeded_limit(returncode)


def link_or_copy(source: Path, target: Path) -> None:
    """Gives a file a second name. Else, on a file system without hard links: a copy."""
    try:
        target.hardlink_to(source)
    except (OSError, NotImplementedError):
        shutil.copyfile(source, target)


def write_utf8(*streams: TextIO) -> None:
    """Lets streams write UTF-8 and plain line feeds, whatever encoding the system prefers."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", newline="\n")
