"""A worker as a process of its own: commands on standard input, replies on standard output.

Started as `python -m core.worker.process`.
"""

import os
import threading
from pathlib import Path

from ..system import lower_priority
from .messages import decode_command
from .worker import Worker


def main() -> None:
    """Works until standard input ends, which it does when the web process has ended."""
    commands, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # On Windows a library that looks at standard input while it is loaded, as SciPy's does, would
    # wait for the next command.
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # what a library prints must not mix with the replies
    lower_priority()  # pages come before training

    def write(lines: bytes) -> None:
        replies.write(lines)
        replies.flush()

    worker = Worker(write)

    def read() -> None:
        for line in commands:
            worker.commands.put(decode_command(line))
        worker.commands.put(None)

    threading.Thread(target=read, daemon=True).start()
    worker.serve()
    os._exit(0)


if __name__ == "__main__":
    main()
