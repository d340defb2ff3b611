"""Scripts take turns: few at once, none twice in its own way, and one that waits lets others in."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

from pages.ui.render_queue import PLACES, aside, in_turn, turn

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
        with turn():
            for _ in range(200):
                room.visit()

    with ThreadPoolExecutor(SCRIPTS) as threads:
        list(threads.map(script, range(SCRIPTS)))
    assert 1 <= room.most <= PLACES


def test_a_fragment_in_its_page_needs_no_second_place():
    fragment = in_turn(lambda: "drawn")

    def script(_: int) -> str:
        with turn(), turn():
            return fragment()

    with ThreadPoolExecutor(SCRIPTS) as threads:
        assert list(threads.map(script, range(SCRIPTS))) == ["drawn"] * SCRIPTS


def test_who_waits_for_another_process_gives_the_place_away():
    all_at_once = Barrier(SCRIPTS, timeout=60)

    def script(_: int) -> int:
        with turn(), aside():
            return all_at_once.wait()

    with ThreadPoolExecutor(SCRIPTS) as threads:
        assert sorted(threads.map(script, range(SCRIPTS))) == list(range(SCRIPTS))


def test_a_place_comes_back_when_a_script_fails():
    for _ in range(2 * PLACES):
        try:
            with turn():
                raise ValueError
        except ValueError:
            continue
    with turn():
        pass
