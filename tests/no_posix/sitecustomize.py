"""Hides from the app what Windows does not have; in every process with this folder on PYTHONPATH.

Only files of the app are deceived: libraries are told apart by the place of the file that imports,
and have ways of their own on Windows. Each process of the app notes in the file that the
environment names how it was started, and that it called what would have ended another on Windows.
"""

import builtins
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
OURS = tuple(str(ROOT / name) for name in ("core", "pages", "app.py"))
NOTES = os.environ["NO_POSIX_NOTES"]
NO_MODULES = {"resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix"}
NO_MODULES |= {"curses", "readline", "crypt", "nis", "spwd"}
NO_NAMES = {
    "os": {
        *("chown", "chroot", "confstr", "fchmod", "fchown", "fork", "forkpty", "getegid"),
        *("geteuid", "getgid", "getgroups", "getloadavg", "getpgid", "getpgrp", "getpriority"),
        *("getsid", "getuid", "killpg", "lchown", "lockf", "memfd_create", "mkfifo", "mknod"),
        *("nice", "openpty", "pathconf", "pidfd_open", "pipe2", "posix_fadvise", "posix_spawn"),
        *("pread", "pwrite", "register_at_fork", "sched_getaffinity", "sched_yield", "sendfile"),
        *("setegid", "seteuid", "setgid", "setgroups", "setpgid", "setpriority", "setsid"),
        *("setuid", "statvfs", "sync", "sysconf", "ttyname", "uname", "wait", "wait3", "wait4"),
        *("waitid", "WNOHANG", "WIFEXITED", "WIFSIGNALED", "WTERMSIG", "WEXITSTATUS"),
        *(name for name in dir(os) if name.startswith("EX_")),
    },
    "signal": {
        *("SIGALRM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGSTOP"),
        *("SIGTSTP", "SIGUSR1", "SIGUSR2", "SIGXCPU", "SIGXFSZ", "alarm", "pause"),
        *("pidfd_send_signal", "pthread_kill", "pthread_sigmask", "setitimer", "sigwait"),
    },
    "errno": {"EDQUOT"},
    "socket": {"AF_UNIX", "recv_fds", "send_fds"},
    "time": {"tzset"},
    "select": {"poll", "epoll"},
}


def note(text: str) -> None:
    """Writes a line that the test reads."""
    with Path(NOTES).open("a", encoding="utf-8") as notes:
        notes.write(f"{text}\n")


def terminates(pid: int, signal_number: int) -> NoReturn:
    """What `os.kill` is on Windows but for two signals of the console."""
    note(f"os.kill({pid}, {signal_number})")
    raise AssertionError("os.kill() ends a process on Windows.")


GIVEN: dict[str, dict[str, Any]] = {
    "os": {"name": "nt", "kill": terminates},
    "sys": {"platform": "win32"},
}


class Hiding(ModuleType):
    """A module as Windows has it."""

    def __init__(self, module: ModuleType):
        super().__init__(module.__name__)
        self._module = module
        self._hidden = NO_NAMES.get(module.__name__, set())
        self.__dict__.update(GIVEN.get(module.__name__, {}))

    def __getattr__(self, name: str) -> Any:
        if name in self._hidden:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(self._module, name)


SHOWN = {name: Hiding(__import__(name)) for name in {*NO_NAMES, *GIVEN}}
_import = builtins.__import__


def importing(
    name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
) -> ModuleType:
    """`import`, as the files of the app see it."""
    module = _import(name, globals, locals, fromlist, level)
    if level or not str((globals or {}).get("__file__", "")).startswith(OURS):
        return module
    if name.partition(".")[0] in NO_MODULES:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return SHOWN.get(module.__name__, module)


def without_proc(method: str) -> None:
    """Lets `pathlib`, by which the app looks at files, find nothing in /proc."""
    real = getattr(Path, method)

    def hiding(self: Path, *args: Any, **options: Any) -> Any:
        if self.parts[:2] == ("/", "proc"):
            raise FileNotFoundError(2, "No such file or directory", str(self))
        return real(self, *args, **options)

    setattr(Path, method, hiding)


builtins.__import__ = importing
for method in ("stat", "readlink", "open", "read_text", "read_bytes"):
    without_proc(method)
note(" ".join(sys.orig_argv))
