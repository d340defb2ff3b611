"""A worker as a process of its own: commands from one pipe, replies into another.

Started as `python -m core.worker.process`, the pipes being standard input and output, or forked by
`core.worker.fork_server`.
"""

import os
import threading
from pathlib import Path
from typing import BinaryIO, NoReturn

from ..system import lower_priority
from .messages import decode_command
from .worker import Worker


def main() -> None:
    """Runs a worker on copies of standard input and output.

    What libraries print must not mix with the replies; and on Windows a library that looks at
    standard input while it is loaded, as SciPy's does, would wait for the next command.
    """
    commands, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    run(commands, replies)


def run(commands: BinaryIO, replies: BinaryIO) -> NoReturn:
    """Works until the commands end, which they do when the web process has ended; ends the process.

    Args:
        commands: Lines as `encode_command` makes them.
        replies: Takes lines as `Reply.to_line` makes them.
    """
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
