"""Forks workers from a process that has imported TensorFlow and run none of it.

Started as `python -m core.worker.fork_server`, with a Unix socket as standard input. A request is
`FORK`, with the worker's ends of its two pipes as file descriptors; the answer is its `PID`, with a
pidfd. The server ends when the other end of the socket is closed.

The standard library's fork server (`multiprocessing`) does the same, but imports the web process'
main script into every child, Streamlit with it.
"""

import gc
import os
import signal
import socket
from typing import NoReturn

from ..system import drop_clean_pages
from . import process
from .messages import FORK, PID


def serve(requests: socket.socket) -> None:
    """Answers requests until the other end is closed.

    Args:
        requests: A connected Unix stream socket.
    """
    _preload()
    while True:
        message, descriptors, *_ = socket.recv_fds(requests, len(FORK), 2)
        _reap()
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            _become_worker(requests, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        pidfd = os.pidfd_open(pid)
        socket.send_fds(requests, [PID.pack(pid)], [pidfd])
        os.close(pidfd)


def _preload() -> None:
    """Imports what workers use, so that they share it, and unmaps what they do not use."""
    import keras  # noqa: F401
    import tensorflow  # noqa: F401

    from ..sweep import run  # noqa: F401
    from ..training import batched_program, trainer  # noqa: F401

    gc.collect()
    gc.freeze()  # a collection in a child would write to, and so copy, every page of shared objects
    drop_clean_pages()


def _reap() -> None:
    """Waits for children that have ended; until then nobody else can get their process id."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:  # there are none
        return


def _become_worker(requests: socket.socket, commands: int, replies: int) -> NoReturn:
    """Runs a worker in the process that was just forked."""
    requests.close()
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl+C is for the web process, which ends its workers
    process.run(os.fdopen(commands, "rb"), os.fdopen(replies, "wb"))


if __name__ == "__main__":
    serve(socket.socket(fileno=0))
