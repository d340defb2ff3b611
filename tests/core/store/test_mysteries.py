"""Mysteries in the database: hidden, run by whom they are for, played, opened."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.classroom.mystery import Secret
from core.classroom.play import PIECES, START
from core.errors import InputError
from core.store.mysteries import (
    FORGOTTEN_SECONDS,
    KEPT,
    ONLY_TEACHERS,
    OTHER_CLASS,
    UNKNOWN,
    Mysteries,
)

SECRET = Secret.of("bug:misplaced-scale", {"scale": 3.0})
MIA, TOM, TEACHER = "mia", "tom", "teacher"


@pytest.fixture
def known(store) -> Mysteries:
    return store.mysteries


def test_a_mystery_is_hidden_until_it_is_found(known, open_store):
    name = known.make(MIA, SECRET)
    assert len(name) == 22 and known.make(MIA, SECRET) != name
    assert known.to_train(name) == SECRET and known.told(name, MIA) is None
    known.buy(name, TOM, "norms")
    assert not known.guess(name, TOM, "loss").stage
    assert known.guess(name, TOM, "forward").stage == "forward"
    play = known.guess(name, TOM, "bug:misplaced-scale")
    assert play.solved and play.points == START - 1 - 2
    again = open_store().mysteries  # another server, or after a restart
    assert again.play(name, TOM) == play and again.told(name, TOM) == SECRET
    assert again.told(name, MIA) is None and again.play(name, MIA).points == START


def test_who_gives_up_is_told_for_no_points(known):
    name = known.make(MIA, SECRET)
    assert known.give_up(name, MIA).points == 0
    assert known.told(name, MIA) == SECRET and known.told(name, TOM) is None
    with pytest.raises(InputError, match="over"):
        known.buy(name, MIA, "norms")


def test_a_class_has_its_own_and_its_teacher_opens_it(store, known):
    class_id, _ = store.classes.open(TEACHER)
    store.members.join(class_id, MIA, "Mia")
    name = known.make(TEACHER, SECRET, class_id)
    for act in (known.play, known.told, known.give_up, known.check):
        with pytest.raises(InputError, match=OTHER_CLASS.split(":")[0]):
            act(name, TOM)
    for act in (known.give_up, known.open):
        with pytest.raises(InputError, match=ONLY_TEACHERS):
            act(name, MIA)
    known.guess(name, MIA, "forward")
    assert known.guess(name, MIA, "bug:misplaced-scale").solved
    assert known.told(name, MIA) is None, "the class is told by its teacher"
    assert known.told(name, TEACHER) is None
    assert known.hidden_from_class(name, TEACHER) == SECRET
    assert known.hidden_from_class(name, MIA) is None
    assert [*known.plays(name)] == [MIA] and known.class_of(name) == class_id
    known.open(name, TEACHER)
    assert known.told(name, MIA) == known.told(name, TEACHER) == SECRET
    with pytest.raises(InputError, match="opened"):
        known.buy(name, MIA, "norms")
    store.classes.delete(class_id)
    with pytest.raises(InputError, match=UNKNOWN.split(":")[0]):
        known.play(name, MIA)


def test_two_tabs_lose_no_purchase(known):
    name = known.make(MIA, SECRET)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda piece: known.buy(name, MIA, piece), [*PIECES, *PIECES]))
    assert sorted(known.play(name, MIA).bought) == sorted(PIECES)
    assert known.play(name, MIA).points == START - sum(PIECES.values())


def test_the_oldest_of_many_goes(known):
    first, *others = [known.make(MIA, SECRET) for _ in range(KEPT + 1)]
    with pytest.raises(InputError, match=UNKNOWN.split(":")[0]):
        known.to_train(first)
    assert known.to_train(others[0]) and known.make(TOM, SECRET)


def test_what_was_made_a_month_ago_is_forgotten_and_a_class_keeps_its_own(store, known):
    class_id, _ = store.classes.open(TEACHER)
    old, of_class = known.make(MIA, SECRET), known.make(TEACHER, SECRET, class_id)
    later = time.time() + FORGOTTEN_SECONDS + 60
    Mysteries(store._session, store.classes, lambda: later).make(TOM, SECRET)
    with pytest.raises(InputError, match=UNKNOWN.split(":")[0]):
        known.to_train(old)
    assert known.to_train(of_class) == SECRET


def test_the_row_of_a_mystery_is_all_that_says_it(store, known):
    name = known.make(MIA, SECRET)
    known.guess(name, MIA, "loss")
    with store.database.engine.connect() as connection:
        told = [
            json.dumps([*map(str, row)])
            for table in ("plays", "runs", "members")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    assert told and not any("misplaced" in row for row in told)


def test_when_its_class_ends_a_mystery_is_told_and_its_points_stand(store, known):
    class_id, _ = store.classes.open(TEACHER)
    store.members.join(class_id, MIA, "Mia")
    name = known.make(TEACHER, SECRET, class_id)
    known.guess(name, MIA, "loss")
    assert known.told(name, MIA) is None
    store.classes.end(class_id)
    assert known.told(name, MIA) == known.told(name, TEACHER) == SECRET
    assert [mystery.secret for mystery in known.of_class(class_id)] == [SECRET]
    for act, what in ((known.guess, "forward"), (known.buy, "norms")):
        with pytest.raises(InputError, match="opened"):
            act(name, MIA, what)
    with pytest.raises(InputError, match=OTHER_CLASS.split(":")[0]):
        known.told(name, TOM)


def test_what_of_a_class_its_teacher_may_hand_on(store, known):
    class_id, _ = store.classes.open(TEACHER)
    store.members.join(class_id, MIA, "Mia")
    first, other, untouched = (known.make(TEACHER, SECRET, class_id) for _ in range(3))
    known.make(MIA, SECRET)
    known.buy(first, MIA, "norms")
    known.guess(other, MIA, "forward")
    known.open(other, TEACHER)
    told = known.of_class(class_id)
    assert [mystery.secret for mystery in told] == [None, SECRET]
    assert told[0].plays == {MIA: known.play(first, MIA)} and untouched


def test_who_joins_twice_is_two_and_who_comes_back_plays_on(store, known):
    class_id, _ = store.classes.open(TEACHER)
    store.members.join(class_id, MIA, "Mia")
    name = known.make(TEACHER, SECRET, class_id)
    assert known.joined_since(name) == []
    known.guess(name, MIA, "loss")
    store.members.leave(class_id, MIA)
    store.members.join(class_id, TOM, "Mia")
    assert [member.learner for member in known.joined_since(name)] == [TOM]
    assert known.play(name, TOM).points == START
    store.members.join(class_id, MIA, "Mia")
    assert known.play(name, MIA).points == START - 2, "leaving takes no wrong guess back"
    called = [member.name for member in known.joined_since(name)]
    assert len(called) == 2 and len({*called}) == 2


def test_one_that_does_not_show_goes_at_once_and_only_its_owner_lets_it(known):
    name = known.make(MIA, SECRET)
    known.discard(name, TOM)
    assert known.to_train(name) == SECRET
    known.discard(name, MIA)
    with pytest.raises(InputError, match=UNKNOWN.split(":")[0]):
        known.to_train(name)
