"""Wrong join codes are counted by all servers of a database, with a pause that grows."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.classroom.tries import FORGIVEN, FREE, LONGEST, LONGEST_IN_ALL
from core.store import Store, wrong_codes
from core.store.tables import WrongCode
from core.store.wrong_codes import EVERYBODY, FORGOTTEN_SECONDS, SPARE_SECONDS, WrongCodes


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


def tried(codes: WrongCodes, learner: str, right: bool = False) -> float:
    return codes.admit(learner, right)


def records(store: Store) -> list[str]:
    """Of whom there are records, beside the one of everybody."""
    with store.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT learner FROM wrong_codes ORDER BY learner").all()
    return [learner for (learner,) in rows if learner != EVERYBODY]


def test_wrong_codes_earn_a_pause_that_grows_and_is_forgotten(codes, clock, open_store):
    elsewhere = WrongCodes(open_store()._session, clock)  # another server of the database
    pauses = []
    for server in (codes, elsewhere) * 7:
        while pause := tried(server, "a"):
            assert tried(codes, "a", right=True) == pause, "nor does a right one enter before"
            pauses.append(pause)
            clock.now += pause
    assert len(pauses) == 14 - FREE - 1
    assert pauses[:5] == pytest.approx([1, 2, 4, 8, 16], rel=0.1)  # time has forgiven a little
    assert pauses[-1] == LONGEST
    assert tried(codes, "b", right=True) == 0  # whoever else sits behind the same address
    clock.now += LONGEST
    assert tried(elsewhere, "a", right=True) == 0
    assert tried(codes, "a") == 0, "who was right begins anew"


def test_of_many_tries_at_once_none_is_looked_at_before_another_is_counted(
    codes, open_store, clock, store
):
    servers = [codes, WrongCodes(open_store()._session, clock)]
    with ThreadPoolExecutor(8) as pool:
        pauses = list(pool.map(lambda n: tried(servers[n % 2], "a"), range(40)))
    assert sorted(pauses) == [0.0] * (FREE + 1) + [1.0] * (40 - FREE - 1)


def test_with_very_many_wrong_codes_from_all_everybody_waits_a_little(codes, clock, store):
    with store.database.session() as session:
        session.add(WrongCode(learner=EVERYBODY, wrong=200.0, came=clock.now))
    assert tried(codes, "new", right=True) == LONGEST_IN_ALL
    for number in range(10):  # others go on, and keep nobody out
        clock.now += LONGEST_IN_ALL / 10
        tried(codes, f"learner {number}")
    assert tried(codes, "new", right=True) == 0
    assert tried(codes, "new", right=True) == LONGEST_IN_ALL, "each with a clean record"


def test_cookies_made_anew_for_each_code_fill_no_table(codes, clock, store, monkeypatch):
    monkeypatch.setattr(wrong_codes, "MOST_RECORDS", 10)
    for number in range(30):
        clock.now += 0.1
        tried(codes, f"learner {number:02}")
    assert records(store) == [f"learner {number}" for number in range(20, 30)]
    clock.now += FORGIVEN + SPARE_SECONDS + 1
    tried(codes, "last")
    assert records(store) == ["last"], "a clean record needs none"
    for _ in range(20):
        clock.now += tried(codes, "last")
    clock.now += FORGOTTEN_SECONDS + 1
    tried(codes, "new")
    assert records(store) == ["new"]


@pytest.mark.parametrize("jump", [-1e6, -200, 1e6])
def test_behind_a_clock_that_jumps_the_right_code_enters_at_once(codes, clock, jump):
    for _ in range(FREE + 8):
        clock.now += tried(codes, "a")
        tried(codes, "a")
    assert tried(codes, "a", right=True) == LONGEST
    clock.now += jump
    assert tried(codes, "a", right=True) == 0
