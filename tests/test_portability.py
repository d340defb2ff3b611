"""Nothing is taken for Linux' own: the system is asked in one place, text has an encoding."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
APP = sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"])
TESTS = sorted(ROOT.glob("tests/**/*.py"))
SYSTEM = {  # what asks the system; the others are only used where `can_fork()` says yes
    *("core/system.py", "core/worker/fork_server.py", "core/service/process_launcher.py"),
}
MODULES = {"resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix"}
FUNCTIONS = {
    "os": re.compile(
        r"nice|\w*fork\w*|kill(pg)?|get[ep]?[ug]id|getloadavg|set\w*[ug]id|setsid|sched_\w+|uname"
        r"|sysconf|statvfs|wait(3|4|id|pid)?|W[A-Z]+|EX_\w+|mkfifo|mknod|l?chown|fch\w+|pidfd_\w+"
        r"|pipe2|p(read|write)|sendfile|(get|set)priority|link|symlink|readlink|chmod|times"
    ),
    "signal": re.compile(r"(?!SIG(TERM|INT)$)SIG[A-Z0-9]+|alarm|pause|setitimer|p\w+_\w+"),
    "errno": re.compile(r"EDQUOT"),
    "socket": re.compile(r"AF_UNIX|(send|recv)_fds"),
    "select": re.compile(r"e?poll"),
    "time": re.compile(r"tzset"),
}
PLACES = re.compile(r"/(proc|dev|tmp|etc|usr|var|bin|home)(/|$)")
DAY_WITHOUT_ZERO = re.compile(r"%-[a-zA-Z]")  # of glibc's strftime
TEXT_MODE = re.compile(r"[rwax]\+?t?\+?")
TEXT_PIPES = ("text=True", "universal_newlines=True")  # of a subprocess
NOT_FILES = re.compile(r"database|store|learner|Tab\(")  # whose `open` opens no file


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def places(files: list[Path], find: Callable[[ast.AST], Iterator[ast.AST]]) -> list[str]:
    """Where in these files something is."""
    return [
        f"{name_of(file)}:{getattr(node, 'lineno', 0)}"
        for file in files
        for node in find(ast.parse(file.read_text(encoding="utf-8")))
    ]


def system_calls(tree: ast.AST) -> Iterator[ast.AST]:
    """What not every system has: modules, functions and constants, and their places for files."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                if any(alias.name.partition(".")[0] in MODULES for alias in names):
                    yield node
            case ast.ImportFrom(module=str(module), names=names, level=0):
                found = FUNCTIONS.get(module)
                if module in MODULES or any(found and found.fullmatch(a.name) for a in names):
                    yield node
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in FUNCTIONS:
                if FUNCTIONS[module].fullmatch(name):
                    yield node
            case ast.Constant(value=str(text)) if id(node) not in docstrings:
                if PLACES.match(text):
                    yield node


def default_encodings(tree: ast.AST) -> Iterator[ast.Call]:
    """Text that is read or written in the encoding that the system prefers."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if "encoding" in given:
            continue
        words = [a.value for a in [*node.args, *given.values()] if isinstance(a, ast.Constant)]
        modes = [word for word in words if isinstance(word, str)]
        text = any(TEXT_MODE.fullmatch(mode) for mode in modes)
        match node.func:
            case ast.Attribute(attr="read_text") if not node.args:
                yield node
            case ast.Attribute(attr="write_text") if len(node.args) < 2:
                yield node
            case ast.Name(id="open") if not any("b" in mode for mode in modes[-1:]):
                yield node
            case ast.Attribute(attr="open", value=what) if not node.args and not given:
                if not NOT_FILES.search(ast.unparse(what)):
                    yield node
            case ast.Attribute(attr="open" | "fdopen" | "NamedTemporaryFile") if text:
                yield node
            case _ if any(ast.unparse(k) in TEXT_PIPES for k in node.keywords):
                yield node


def days_without_zero(tree: ast.AST) -> Iterator[ast.AST]:
    """Formats of dates that only glibc knows."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and DAY_WITHOUT_ZERO.search(str(node.value)):
            yield node


def test_the_system_is_asked_in_one_place():
    """Else: let `core.system` have it, with a fallback."""
    assert not places([file for file in APP if name_of(file) not in SYSTEM], system_calls)


def test_text_has_an_encoding():
    """Else: say `encoding="utf-8"`."""
    assert not places(APP + TESTS, default_encodings)


def test_dates_are_written_as_every_system_can():
    """Else: take `.day` for a day without a zero."""
    assert not places(APP, days_without_zero)


@pytest.mark.parametrize(
    "code",
    [
        "import resource",
        "import os, fcntl",
        "from resource import setrlimit",
        "from signal import SIGKILL",
        "from os import fork",
        "os.nice(5)",
        "os.kill(1, 0)",
        "os.getuid()",
        "os.fork()",
        "os.EX_OK",
        "signal.SIGKILL",
        "signal.SIGXCPU",
        "signal.pidfd_send_signal",
        "errno.EDQUOT",
        "Path('/proc/self/status')",
        "open('/dev/null', 'rb')",
    ],
)
def test_what_only_some_systems_have_is_found(code: str):
    assert list(system_calls(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "import os, signal",
        "os.getpid()",
        "os.cpu_count()",
        "signal.SIGTERM",
        "signal.SIGINT",
        "signal.signal",
        "errno.ENOSPC",
        "'/api/runs'",
        "'''/proc is Linux'.'''",
    ],
)
def test_what_every_system_has_is_not(code: str):
    assert not list(system_calls(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "open(path)",
        "open(path, 'w')",
        "path.open()",
        "path.open('a')",
        "path.open(mode='r')",
        "gzip.open(path, 'rt')",
        "os.fdopen(1, 'w')",
        "path.read_text()",
        "path.write_text(text)",
        "subprocess.run(words, text=True)",
    ],
)
def test_text_without_an_encoding_is_found(code: str):
    assert list(default_encodings(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "open(path, 'rb')",
        "open(path, encoding='utf-8')",
        "path.open('ab')",
        "archive.open(name)",
        "self._database.open()",
        "path.read_text('utf-8')",
        "path.write_text(text, encoding='utf-8')",
        "read_text(text)",
        "subprocess.run(words, encoding='utf-8')",
        "subprocess.run(words, capture_output=True)",
    ],
)
def test_text_with_an_encoding_is_not(code: str):
    assert not list(default_encodings(ast.parse(code)))


@pytest.mark.parametrize(("code", "found"), [("f'{t:%-d %b}'", 1), ("t.strftime('%d')", 0)])
def test_a_day_without_a_zero_is_found(code: str, found: int):
    assert len(list(days_without_zero(ast.parse(code)))) == found
