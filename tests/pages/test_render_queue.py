"""Scripts take turns: few at once, none twice in its own way, and one that waits lets others in."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

from pages.ui.render_queue import RENDER_SLOTS, released_slot, render_slot, with_render_slot

SCRIPTS = 8


class Room:
    """Counts who is inside."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self._lock = Lock()

    def visit(self) -> None:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        with self._lock:
            self.inside -= 1


def test_no_more_run_at_once_than_there_are_places():
    room = Room()

    def script(_: int) -> None:
        with render_slot():
            for _ in range(200):
                room.visit()

    with ThreadPoolExecutor(SCRIPTS) as threads:
        list(threads.map(script, range(SCRIPTS)))
    assert 1 <= room.most <= RENDER_SLOTS


def test_a_fragment_in_its_page_needs_no_second_place():
    fragment = with_render_slot(lambda: "drawn")

    def script(_: int) -> str:
        with render_slot(), render_slot():
            return fragment()

    with ThreadPoolExecutor(SCRIPTS) as threads:
        assert list(threads.map(script, range(SCRIPTS))) == ["drawn"] * SCRIPTS


def test_who_waits_for_another_process_gives_the_place_away():
    all_at_once = Barrier(SCRIPTS, timeout=60)

    def script(_: int) -> int:
        with render_slot(), released_slot():
            return all_at_once.wait()

    with ThreadPoolExecutor(SCRIPTS) as threads:
        assert sorted(threads.map(script, range(SCRIPTS))) == list(range(SCRIPTS))


def test_a_place_comes_back_when_a_script_fails():
    for _ in range(2 * RENDER_SLOTS):
        try:
            with render_slot():
                raise ValueError
        except ValueError:
            continue
    with render_slot():
        pass
