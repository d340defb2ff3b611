"""A worker as a process of its own."""

import subprocess
import sys
from pathlib import Path
from threading import Timer

ROOT = Path(__file__).parents[3]
READER_OF_STANDARD_INPUT = """
import os, queue, sys, types

class Worker:
    def __init__(self, write):
        self.commands, self.write = queue.Queue(), write

    def serve(self):
        self.write(b"%r\\n" % os.read(0, 9))
        os.write(1, b"what a library says")
        self.write(b"%s\\n" % self.commands.get(timeout=60)["do"].encode())
        assert self.commands.get(timeout=60) is None

sys.modules["core.worker.worker"] = types.SimpleNamespace(Worker=Worker)  # no TensorFlow
from core.worker import process
process.main()
"""


def test_a_library_that_looks_at_standard_input_does_not_wait_for_a_command():
    """Nor does it take one, and what it prints is no reply."""
    with subprocess.Popen(
        [sys.executable, "-c", READER_OF_STANDARD_INPUT],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        limit = Timer(30, process.kill)
        limit.start()
        assert process.stdout.readline() == b"b''\n"
        process.stdin.write(b'{"do": "stop"}\n')
        process.stdin.flush()
        assert process.stdout.readline() == b"stop\n"
        rest, noise = process.communicate()
        limit.cancel()
    assert rest == b""
    assert noise == b"what a library says"
    assert process.returncode == 0
