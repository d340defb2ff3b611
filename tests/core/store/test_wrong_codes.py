"""Wrong join codes are counted by all servers of a database, with a pause that grows."""

import pytest

from core.classroom.tries import FREE, FREE_IN_ALL, LONGEST, LONGEST_IN_ALL
from core.store import Store
from core.store.wrong_codes import FORGOTTEN_SECONDS, WrongCodes


class Clock:
    now = 1e9

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def codes(store: Store, clock: Clock) -> WrongCodes:
    return WrongCodes(store._session, clock)


def test_wrong_codes_earn_a_pause_that_grows_and_is_forgotten(codes, clock, open_store):
    elsewhere = WrongCodes(open_store()._session, clock)  # another server of the database
    for server in (codes, elsewhere) * (FREE // 2):
        server.note_wrong("a")
    assert codes.pause("a") == elsewhere.pause("a") == 0
    pauses = []
    for server in (codes, elsewhere) * 4:
        server.note_wrong("a")
        assert codes.pause("a") == elsewhere.pause("a")
        pauses.append(codes.pause("a"))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert codes.pause("b") == 0  # whoever else sits behind the same address
    clock.now += 60
    assert codes.pause("a") == 0
    codes.note_right("a")
    elsewhere.note_wrong("a")
    assert codes.pause("a") == 0


def test_with_very_many_wrong_codes_from_all_everybody_waits_a_little(codes, clock, store):
    for number in range(FREE_IN_ALL + 80):
        codes.note_wrong(f"learner {number}")
    assert codes.pause("new") == LONGEST_IN_ALL
    clock.now += LONGEST_IN_ALL
    assert codes.pause("new") == 0
    clock.now += FORGOTTEN_SECONDS
    codes.note_wrong("last")
    with store.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT learner FROM wrong_codes ORDER BY 1").all()
    assert [learner for (learner,) in rows] == ["", "last"]


@pytest.mark.parametrize("jump", [-1e6, -200, 1e6])
def test_behind_a_clock_that_jumps_the_right_code_enters_at_once(codes, clock, jump):
    for _ in range(FREE + 8):
        codes.note_wrong("a")
    assert codes.pause("a") == LONGEST
    clock.now += jump
    assert codes.pause("a") == 0
