"""What the operating system gives, and what is done where it gives less."""

import errno
import io
import os
import signal
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from core import errors, system

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="what only Linux gives")
EVERYTHING = ["memory_limit", "cpu_limit", "nice", "fork", "pid_exists"]
LIMITED = """
import sys, time
from core.system import limit_process
limit_process(memory=int(sys.argv[1]), cpu_seconds=0.1)
if sys.argv[2] == "memory":
    try:
        bytes(3_000_000_000)
    except MemoryError:
        sys.exit(5)
while True:
    pass
"""


def fresh(module: ModuleType) -> ModuleType:
    """A module read once more, beside the one that everybody uses."""
    spec = spec_from_file_location("fresh", str(module.__file__))
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(made := module_from_spec(spec))
    return made


@pytest.fixture
def bare() -> ModuleType:
    """The module as on Windows: no `resource`, fewer signals, no niceness, no fork, no /proc."""

    def terminates(pid: int, signal_number: int) -> None:
        raise AssertionError("os.kill() ends a process on Windows, whatever the signal.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "resource", None)
        for name in ("SIGKILL", "SIGXCPU"):
            patch.delattr(signal, name)
        patch.setattr(sys, "platform", "win32")
        made: Any = fresh(system)
    made.os = SimpleNamespace(kill=terminates)
    made.STATUS = made.PID_NAMESPACE = Path("/nowhere/of/proc")
    return made


@LINUX
def test_linux_lacks_nothing():
    assert system.missing() == []


def test_what_is_missing_is_named(bare):
    assert bare.missing() == EVERYTHING


@pytest.mark.parametrize(
    ("platform", "has", "can"),
    [
        ("linux", ["fork", "pidfd_open"], True),
        ("linux", ["fork"], False),
        ("darwin", ["fork", "pidfd_open"], False),
        ("win32", ["pidfd_open"], False),
    ],
)
def test_a_process_is_forked_where_that_is_safe(platform, has, can, monkeypatch):
    monkeypatch.setattr(system.sys, "platform", platform)
    for name in ("fork", "pidfd_open"):
        monkeypatch.setattr(system.os, name, None, raising=False)
        if name not in has:
            monkeypatch.delattr(system.os, name)
    assert system.can_fork() == can
    assert ("fork" in system.missing()) == (not can)


def test_macos_enforces_no_limit_of_memory(monkeypatch):
    monkeypatch.setattr(system, "STATUS", Path("/nowhere/status"))
    assert system.missing() == ["memory_limit"]


def test_without_limits_nothing_is_limited_and_nothing_fails(bare):
    bare.limit_process(1, 0.0)
    bare.limit_memory_growth(1)
    bare.lower_priority()
    assert bare.pid_namespace() == ""


@LINUX
@pytest.mark.parametrize(("memory", "what", "code"), [(2**30, "memory", 5), (2**40, "time", -9)])
def test_a_limited_process_runs_out_of_memory_or_time(memory, what, code):
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, f"{memory}", what], cwd=ROOT, check=False
    )
    assert ended.returncode == code
    assert system.exceeded_limit(ended.returncode) == (code < 0)


def test_a_limit_that_the_system_refuses_changes_nothing(monkeypatch):
    seen = {}

    def setrlimit(kind: str, limits: tuple[int, int]) -> None:
        seen[kind] = limits
        if kind == "address space":
            raise ValueError("not allowed to raise maximum limit")

    given = {"RLIMIT_AS": "address space", "RLIMIT_CPU": "time", "RLIMIT_CORE": "core dump"}
    monkeypatch.setattr(system, "resource", SimpleNamespace(setrlimit=setrlimit, **given))
    system.limit_process(10, 6.5)
    system.limit_memory_growth(10)  # there is no RLIMIT_DATA
    assert seen == {"address space": (10, 10), "time": (7, 7), "core dump": (0, 0)}


@LINUX
def test_memory_is_refused_beyond_what_is_used_now():
    code = (
        "from core.system import limit_memory_growth; import numpy as np\n"
        "held = np.ones(4 * 10**7)\n"
        "limit_memory_growth(100)\n"
        "try: np.ones(10**9)\n"
        "except MemoryError: np.ones(10**6); print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == b"refused\n"


@LINUX
def test_priority_is_lower_behind_it():
    code = (
        "import os; from core.system import NICENESS, lower_priority\n"
        "before = os.nice(0); lower_priority(); print(os.nice(0) - before == NICENESS > 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
    )
    assert done.stdout == "True\n"


@LINUX
def test_a_process_that_has_ended_does_not_exist(monkeypatch):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert system.pid_exists(os.getpid()) is True
    assert system.pid_exists(ended.pid) is False

    def foreign(pid: int, signal_number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(system.os, "kill", foreign)
    assert system.pid_exists(1) is True


def test_windows_ends_no_process_by_asking_whether_it_exists(bare):
    assert bare.pid_exists(os.getpid()) is None


@pytest.mark.parametrize(
    ("returncode", "exceeded", "crashed"),
    [
        (0, False, False),
        (1, False, False),
        (-9, True, False),
        (-24, True, False),
        (-11, False, True),
    ],
)
def test_how_a_subprocess_ended(returncode, exceeded, crashed):
    assert system.exceeded_limit(returncode) == exceeded
    assert system.crashed(returncode) == crashed


@pytest.mark.parametrize(
    ("returncode", "crashed"), [(0, False), (1, False), (0xC0000005, True), (0xC0000000, True)]
)
def test_how_a_subprocess_ended_on_windows(returncode, crashed, bare):
    assert not bare.exceeded_limit(returncode)
    assert bare.crashed(returncode) == crashed


@pytest.mark.parametrize("refused", [None, OSError(errno.EPERM, ""), NotImplementedError()])
def test_a_file_has_a_second_name_or_a_copy(refused, tmp_path, monkeypatch):
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"a\r\nb")
    if refused:

        def link(self: Path, target: Path) -> None:
            raise refused

        monkeypatch.setattr(Path, "hardlink_to", link)
    system.link_or_copy(source, target)
    assert target.read_bytes() == b"a\r\nb"
    assert target.samefile(source) == (refused is None)


def test_a_stream_writes_utf8_whatever_the_system_prefers():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", newline="\r\n")
    system.write_utf8(stream, io.StringIO())
    print("λmax ≤ 2", file=stream, flush=True)
    assert stream.buffer.getvalue() == "λmax ≤ 2\n".encode()


@LINUX
def test_what_arrow_reserves_at_its_first_use_is_not_taken_from_the_limit():
    code = (
        "from core.system import limit_memory_growth; import numpy as np, pyarrow as pa\n"
        "limit_memory_growth(1200)\n"
        "table = pa.table({'x': ['1', '2']})\n"
        "print(len(np.ones(10**8)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.stdout == b"100000000\n", done.stderr.decode()


def test_a_disk_is_full_also_where_a_quota_has_no_number():
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(errno, "EDQUOT")
        module = fresh(errors)
    full = [code for code in errno.errorcode if module.is_full(OSError(code, ""))]
    assert sorted(full) == sorted([errno.ENOSPC, errno.EFBIG])
    assert errors.is_full(OSError(errno.EDQUOT, ""))


GROWS = """
import sys
from core.system import limit_memory_growth
limit_memory_growth(100)
def fails(size):
    try:
        return not bytes(size)
    except MemoryError:
        return True
assert not fails(50_000_000)
assert fails(500_000_000)
limit_memory_growth(1000)  # a process that this one starts needs more
assert not fails(500_000_000)
"""


@LINUX
def test_what_needs_too_much_memory_fails_and_the_process_goes_on():
    subprocess.run([sys.executable, "-c", GROWS], cwd=ROOT, check=True, timeout=60)
