"""The render queue: few scripts at a time, reentrant, and a blocked script releases its slot."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from pages.ui.render_queue import (
    NO_MEMORY,
    RENDER_SLOTS,
    RenderSlots,
    released_slot,
    render_slot,
    with_render_slot,
)

SCRIPTS = 8


class Counter:
    """Counts threads inside of a block."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self._lock = Lock()

    def enter_and_leave(self) -> None:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        with self._lock:
            self.inside -= 1


def test_no_more_scripts_run_at_once_than_there_are_slots():
    counter = Counter()

    def script(_: int) -> None:
        with render_slot():
            for _ in range(200):
                counter.enter_and_leave()

    with ThreadPoolExecutor(SCRIPTS) as threads:
        list(threads.map(script, range(SCRIPTS)))
    assert 1 <= counter.most <= RENDER_SLOTS


def test_scripts_are_served_in_the_order_in_which_they_came():
    slots, served = RenderSlots(1), []
    slots.acquire()

    def script(number: int) -> None:
        slots.acquire()
        served.append(number)
        slots.release()

    with ThreadPoolExecutor(SCRIPTS) as threads:
        for number in range(SCRIPTS):
            threads.submit(script, number)
            while slots.waiting <= number:
                continue  # until it stands in the queue
        slots.release()
        slots.acquire()  # whoever comes back at once is the last
        served.append(SCRIPTS)
    assert served == list(range(SCRIPTS + 1))


def test_a_script_that_is_no_longer_wanted_leaves_the_queue():
    slots = RenderSlots(1)
    slots.acquire()

    def stop() -> None:
        raise StopException

    with ThreadPoolExecutor(SCRIPTS) as threads:
        stopped = [threads.submit(slots.acquire, stop) for _ in range(SCRIPTS)]
        assert all(isinstance(each.exception(10), StopException) for each in stopped)
    assert (slots.waiting, slots.free) == (0, 0)
    slots.release()
    slots.acquire(stop)  # one that is served at once is not asked
    assert slots.free == 0


def test_a_fragment_in_its_page_needs_no_second_slot():
    fragment = with_render_slot(lambda: "drawn")

    def script(_: int) -> str:
        with render_slot(), render_slot():
            return fragment()

    with ThreadPoolExecutor(SCRIPTS) as threads:
        assert list(threads.map(script, range(SCRIPTS))) == ["drawn"] * SCRIPTS


def test_a_script_that_waits_for_another_process_releases_its_slot():
    all_at_once = Barrier(SCRIPTS, timeout=60)

    def script(_: int) -> int:
        with render_slot(), released_slot():
            return all_at_once.wait()

    with ThreadPoolExecutor(SCRIPTS) as threads:
        assert sorted(threads.map(script, range(SCRIPTS))) == list(range(SCRIPTS))


def test_a_slot_is_released_when_a_script_fails():
    for _ in range(2 * RENDER_SLOTS):
        try:
            with render_slot():
                raise ValueError
        except ValueError:
            continue
    with render_slot():
        pass


def test_a_page_that_runs_out_of_memory_ends_with_a_sentence(caplog):
    def script() -> None:
        import streamlit as st

        from pages.ui.render_queue import render_slot

        with render_slot():
            st.write("before")
            raise MemoryError("of what somebody typed")

    at = AppTest.from_function(script).run()
    assert not at.exception
    assert at.error.values == [NO_MEMORY]
    assert "typed" not in caplog.text
