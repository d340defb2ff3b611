"""A learner's next file finds a process that waits for it; a process that is gone is no loss."""

import subprocess
import sys

import pytest

from core.data.reader_subprocess import SPARE, UNUSED
from core.data.uploads import save_file

pytestmark = pytest.mark.usefixtures("uploads_folder")
CONTENT = [b"a,b\n1,2\n3,4\n"]


@pytest.fixture(autouse=True)
def none_waits():
    SPARE.end()
    yield
    SPARE.end()


def test_a_process_waits_for_the_next_file_of_a_learner_alone():
    save_file(CONTENT, "table.csv")  # of the command line
    assert SPARE._process is None
    save_file(CONTENT, "table.csv", "learner")
    first = SPARE._process
    assert first is not None
    assert save_file(CONTENT, "next.csv").rows == 2
    assert (first.returncode, SPARE._process) == (0, None)


@pytest.mark.parametrize("code", [None, f"import sys; sys.stdin.read(); sys.exit({UNUSED})"])
def test_a_process_that_has_waited_in_vain_is_replaced(code):
    pipe = subprocess.PIPE
    if code is None:
        SPARE.prepare()
        SPARE._process.kill()
        SPARE._process.wait()
    else:
        command = [sys.executable, "-c", code]
        SPARE._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
    assert save_file(CONTENT, "table.csv").rows == 2


def test_a_file_that_was_read_is_kept_where_no_process_can_be_started_to_wait(monkeypatch):
    def refuse() -> None:
        raise OSError(11, "Resource temporarily unavailable")

    SPARE.prepare()
    process = SPARE.take()
    monkeypatch.setattr(SPARE, "take", lambda: process)
    monkeypatch.setattr("core.data.reader_subprocess._start", refuse)
    assert save_file(CONTENT, "table.csv", "learner").rows == 2
    assert SPARE._process is None
