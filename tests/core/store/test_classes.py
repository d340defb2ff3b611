"""Classes in the database, on every backend: opened, joined, changed, answered, ended."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.classroom.code import read_code
from core.classroom.question import Question
from core.classroom.state import ClassState
from core.errors import InputError
from core.store import Store
from core.store.classes import DAY, FORGOTTEN_SECONDS, MOST_OPEN, Classes
from core.store.members import Members

TEACHER, OTHER, MIA, TOM = "teacher", "other", "mia", "tom"


@pytest.fixture
def class_id(store: Store) -> str:
    return store.classes.open(TEACHER, "Physics  8b")[0]


def state_of(store: Store, class_id: str) -> ClassState:
    view = store.classes.get(class_id)
    assert view
    return view.state


def test_a_class_is_opened_and_found_by_its_code_however_it_is_typed(store, class_id):
    view = store.classes.get(class_id)
    assert (view.owner, view.state.title) == (TEACHER, "Physics 8b")
    assert read_code(view.code) == view.code
    assert store.classes.by_code(f" {view.code.replace('-', '  ').upper()} ") == class_id
    assert store.classes.by_code("amber-otter") == store.classes.by_code("") == ""


def test_the_teachers_link_is_kept_as_a_hash_and_made_anew(store, open_store):
    class_id, secret = store.classes.open(TEACHER)
    with store.database.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT * FROM classes").one()
    assert secret not in map(str, row)
    assert store.classes.redeem("wrong", OTHER) == ""
    assert not store.classes.is_teacher(class_id, OTHER)
    assert open_store().classes.redeem(secret, OTHER) == class_id  # another server of the database
    assert store.classes.is_teacher(class_id, OTHER) and store.classes.is_teacher(class_id, TEACHER)
    assert [view.id for view in store.classes.owned(OTHER)] == [class_id]
    with pytest.raises(InputError, match="no such class"):
        store.classes.renew_link(class_id, OTHER)
    anew = store.classes.renew_link(class_id, TEACHER)
    assert store.classes.get(class_id).epoch == 1
    assert not store.classes.is_teacher(class_id, OTHER)
    assert store.classes.redeem(secret, OTHER) == "" and store.classes.redeem(anew, OTHER)


def test_two_devices_change_a_class_at_once_and_no_change_is_lost(store, open_store, class_id):
    stores = [store, open_store()]
    with ThreadPoolExecutor(4) as pool:
        acts = [
            pool.submit(stores[n % 2].classes.change, class_id, ClassState.everybody_trains)
            for n in range(8)
        ]
        assert max(act.result().state.train for act in acts) == 8
    view = store.classes.get(class_id)
    assert (view.state.train, view.version) == (8, 9)


def test_learners_that_join_at_once_have_numbers_and_names_of_their_own(store, class_id):
    with ThreadPoolExecutor(10) as pool:
        joined = list(
            pool.map(lambda n: store.members.join(class_id, f"learner {n}", "Kim"), range(40))
        )
    assert sorted(member.number for member in joined) == list(range(1, 41))
    assert {m.name for m in joined} == {"Kim", *(f"Kim {n}" for n in range(2, 41))}


def test_two_tabs_of_one_learner_are_one_learner(store, class_id):
    assert store.members.join(class_id, MIA).name
    again = store.members.join(class_id, MIA, " Mia\n\u202e ")
    assert (again.number, again.name) == (1, "Mia")
    assert store.members.join(class_id, MIA).name == "Mia"
    assert len(store.members.members(class_id)) == 1
    store.classes.change(class_id, ClassState.everybody_trains)
    assert store.members.claim_train(class_id, MIA, 1)
    assert not store.members.claim_train(class_id, MIA, 1)
    store.members.set_run(class_id, MIA, "r" * 22)
    store.members.set_run(class_id, MIA, "s" * 22)
    (member,) = store.members.members(class_id)
    assert (member.run, member.runs) == ("s" * 22, 2)


def test_who_comes_later_does_not_do_the_trains_before(store, class_id):
    store.classes.change(class_id, ClassState.everybody_trains)
    store.members.join(class_id, MIA)
    assert not store.members.claim_train(class_id, MIA, 1)


def test_the_last_answer_of_a_round_counts_and_none_twice(store, class_id):
    for learner in (MIA, TOM):
        store.members.join(class_id, learner)
    with pytest.raises(InputError, match="Another question"):
        store.members.answer(class_id, MIA, 1, 0)
    store.classes.change(class_id, lambda state: state.asked(Question.of("regime")))
    store.members.answer(class_id, MIA, 1, 0)
    store.members.answer(class_id, MIA, 1, 2)
    store.members.answer(class_id, TOM, 1, 1)
    store.classes.change(class_id, ClassState.asked_again)
    store.members.answer(class_id, TOM, 1, 2)
    kept = {(a.learner, a.round): a.value for a in store.members.answers(class_id, 1)}
    assert kept == {(MIA, 1): "2", (TOM, 1): "1", (TOM, 2): "2"}
    assert store.members.own_answers(class_id, TOM) == {(1, 1): 1, (1, 2): 2}
    with pytest.raises(InputError, match="have left this class"):
        store.members.answer(class_id, OTHER, 1, 0)  # who is not in it, or in another tab was
    store.classes.change(class_id, ClassState.closed)
    with pytest.raises(InputError, match="closed"):
        store.members.answer(class_id, MIA, 1, 1)
    store.members.leave(class_id, TOM)
    assert {a.learner for a in store.members.answers(class_id)} == {MIA}


def test_a_class_that_has_ended_takes_nobody_and_nothing(store, class_id):
    code = store.classes.get(class_id).code
    store.members.join(class_id, MIA)
    assert store.members.class_of(MIA) == class_id
    store.classes.end(class_id)
    assert state_of(store, class_id).ended
    assert store.classes.by_code(code) == store.members.class_of(MIA) == ""
    for act in (
        lambda: store.members.join(class_id, TOM),
        lambda: store.members.answer(class_id, MIA, 1, 0),
        lambda: store.classes.change(class_id, ClassState.everybody_trains),
    ):
        with pytest.raises(InputError, match="ended"):
            act()
    assert len(store.members.members(class_id)) == 1  # for the report
    store.classes.delete(class_id)
    assert store.classes.get(class_id) is None
    assert store.members.members(class_id) == []


def test_a_class_lives_a_day_or_is_kept_and_is_forgotten_a_week_later(store, class_id):
    later = Classes(store._session, lambda: view.opened_at + DAY + 1)
    view = store.classes.get(class_id)
    assert later.get(class_id).state.ended
    assert Members(store._session, later).class_of(MIA) == later.by_code(view.code) == ""
    store.classes.keep(class_id, True)
    assert not later.get(class_id).state.ended
    store.classes.keep(class_id, False)
    long_after = Classes(store._session, lambda: view.opened_at + 3 * DAY + FORGOTTEN_SECONDS)
    long_after.open(OTHER)
    assert store.classes.get(class_id) is None


@pytest.mark.parametrize("days", [-20_000, 20])
def test_a_clock_that_is_put_right_in_mid_class_ends_nothing(store, class_id, monkeypatch, days):
    right = time.time() + days * DAY
    monkeypatch.setattr(time, "time", lambda: right)
    store.members.join(class_id, MIA)
    other, _ = store.classes.open(OTHER)
    assert not state_of(store, class_id).ended and not state_of(store, other).ended
    assert store.members.class_of(MIA) == class_id


def test_a_teacher_may_have_so_many_classes_open(store, class_id):
    for _ in range(MOST_OPEN - 1):
        store.classes.open(TEACHER)
    with pytest.raises(InputError, match="End one of them"):
        store.classes.open(TEACHER)
    store.classes.end(class_id)
    assert store.classes.open(TEACHER)


def test_a_nickname_is_blanked_and_shown_again(store, class_id):
    store.members.join(class_id, MIA, "rude")
    for blanked in (True, False):
        store.members.blank(class_id, 1, blanked)
        (member,) = store.members.members(class_id)
        assert (member.blanked, member.name) == (blanked, "rude")


def test_a_restart_loses_no_class_and_no_answer(store, open_store, class_id):
    store.members.join(class_id, MIA, "Mia")
    store.classes.change(class_id, lambda state: state.asked(Question.of("epochs")))
    store.members.answer(class_id, MIA, 1, 40)
    store.close()
    after = open_store()
    assert state_of(after, class_id).question == Question.of("epochs")
    assert after.members.own_answers(class_id, MIA) == {(1, 1): 40}
