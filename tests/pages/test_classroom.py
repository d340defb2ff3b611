"""A class on screen: the door, the teacher's room, what learners' labs do with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from core.classroom.mystery import mystery_id
from core.classroom.question import Question
from core.classroom.state import ClassState
from core.classroom.tries import FREE
from core.data.uploads import save_file
from core.diagnosis.finding import Remedy, Search
from core.errors import InputError
from core.events import encode
from core.lessons import LESSON_BY_KEY, LESSONS
from core.service.run_log import RunLog
from core.spec import Spec
from core.store import Store
from core.store.database import UNREACHABLE
from core.store.wrong_codes import WrongCodes
from core.web import class_cache
from core.web.learner import COOKIE, owner_id, sign
from pages.ui.class_strip import PREDICT_FIRST
from pages.ui.hideable import HIDEABLE
from pages.ui.link import link_to
from tests.core.charts.runs import diverged
from tests.pages.app import ME, YOU, button, checked, component_data, open_page, press, use_store

OTHER = "o" * 22
PUSHED = LESSON_BY_KEY["momentum-too-high"].spec


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    assert store.writer.ready.wait(20)
    use_store(monkeypatch, store)
    cache = class_cache.ClassCache(store.classes.get, clock=iter(range(10**9)).__next__)
    monkeypatch.setattr(class_cache, "class_cache", lambda: cache)
    for place in ("pages.ui.classes", "pages.ui.classroom.entry", "pages.ui.classroom.keeping"):
        monkeypatch.setattr(f"{place}.class_cache", lambda: cache, raising=False)
    yield store
    store.close()


class Class:
    """A class with one learner, and who is asking now."""

    def __init__(self, store: Store, cookies: dict[str, str]):
        self.store, self._cookies = store, cookies
        self.id, self.secret = store.classes.open(owner_id(ME), "Physics *8b*")
        self.code = store.classes.get(self.id).code
        store.members.join(self.id, owner_id(YOU), "Mia **b**")

    def as_(self, cookie: str, page: str = "", **link: str) -> AppTest:
        self._cookies[COOKIE] = sign(cookie)
        return open_page(page, **link)

    def teacher(self) -> AppTest:
        return self.as_(ME, "classroom.py")

    def learner(self, **link: str) -> AppTest:
        return self.as_(YOU, **link)

    def again(self, at: AppTest, cookie: str = YOU) -> AppTest:
        self._cookies[COOKIE] = sign(cookie)
        return checked(at.run())

    def change(self, act: Any) -> None:
        self.store.classes.change(self.id, act)

    def push(self, spec: Spec = PUSHED, **more: Any) -> None:
        self.change(lambda state: state.pushed(spec.model_dump(mode="json"), **more))

    @property
    def state(self) -> ClassState:
        return self.store.classes.get(self.id).state


@pytest.fixture
def room(store: Store, cookies: dict[str, str]) -> Class:
    return Class(store, cookies)


def strip(at: AppTest) -> str:
    return "\n".join(told.value for told in at.markdown)


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def test_who_is_in_no_class_sees_nothing_of_it(store, cookies):
    cookies[COOKIE] = sign(OTHER)
    at = open_page()
    assert "groups" not in strip(at)
    assert not button(at, "Train").disabled


def test_a_class_is_opened_and_its_teacher_sees_the_room(store, cookies):
    cookies[COOKIE] = sign(OTHER)
    at = open_page("classroom.py")
    at.text_input(key="class_title").set_value("Physics 8b")
    at = press(at, "Open a class")
    (view,) = store.classes.owned(owner_id(OTHER))
    assert view.state.title == "Physics 8b"
    told = component_data(at, "regimes")
    assert told["named"] and told["question"] is None
    assert f"and type **{view.code}**" in strip(at), "what to do, until somebody is in"
    assert "Everybody Train" in labels(at)


def test_a_learner_comes_in_by_the_code_and_is_told_what_the_teacher_sees(room):
    at = room.as_(OTHER, "classroom.py")
    assert any("Your teacher sees your nickname" in c.value for c in at.caption)
    at.text_input(key="join_code").set_value(room.code.replace("-", " ").upper())
    at.text_input(key="join_name").set_value("Tom")
    at = press(at, "Join")
    assert [member.name for member in room.store.members.members(room.id)] == ["Mia **b**", "Tom"]
    assert "Physics \\*8b\\*** · Tom" in strip(at)  # in the lab


def test_a_link_brings_the_code_along(room):
    at = room.as_(OTHER, "classroom.py", code=room.code)
    at = press(at, "Join")
    assert len(room.store.members.members(room.id)) == 2
    assert room.store.members.member(room.id, owner_id(OTHER)).name


def test_what_can_be_no_code_is_told_so_and_not_counted(room):
    at = room.as_(OTHER, "classroom.py")
    for typed in ("", "amber", *["amber-nosuch-1000"] * (FREE + 1)):
        at.text_input(key="join_code").set_value(typed)
        at = press(at, "Join")
        assert "two words and a number" in at.error[0].value
    at.text_input(key="join_code").set_value(room.code)
    press(at, "Join")
    assert room.store.members.member(room.id, owner_id(OTHER))


def test_wrong_codes_earn_a_pause_behind_which_the_right_one_enters(room, monkeypatch):
    at = room.as_(OTHER, "classroom.py")
    for _ in range(FREE + 1):
        at.text_input(key="join_code").set_value("amber-otter-1000")
        at = press(at, "Join")
        assert "no such class" in at.error[0].value
    at.text_input(key="join_code").set_value(room.code)
    at = press(at, "Join")
    assert "checked by itself" in at.info[0].value
    assert room.store.members.member(room.id, owner_id(OTHER)) is None
    assert component_data(at, "seconds")["seconds"] <= 1
    monkeypatch.setattr(WrongCodes, "admit", lambda *_, right: 0.0)  # the pause is over
    at = checked(at.run())
    assert room.store.members.member(room.id, owner_id(OTHER))


def test_a_learners_page_has_no_way_to_the_teachers_link(room):
    room.push()
    for page in ("", "classroom.py"):
        at = room.as_(YOU, page, **{"class": room.id})
        shown = str(at.main) + strip(at) + str([e.proto.json for e in at.get("bidi_component")])
        assert room.secret not in shown and "teach=" not in shown
        assert "Everybody Train" not in labels(at) and "Make a teacher's link" not in labels(at)


def test_the_teachers_link_works_on_a_second_device_until_it_is_made_anew(room):
    at = room.as_(OTHER, "classroom.py", teach=room.secret)
    assert "Everybody Train" in labels(at)
    assert "teach" not in at.query_params
    first = room.teacher()
    first.session_state["keeping_open"] = True
    press(checked(first.run()), "Make a teacher's link")
    assert not room.store.classes.is_teacher(room.id, owner_id(OTHER))
    at = room.as_(OTHER, "classroom.py", teach=room.secret)
    assert "opens nothing" in at.warning[0].value
    assert "Everybody Train" not in labels(at)


def test_a_push_takes_the_lab_over_and_one_click_brings_ones_own_back(room):
    at = room.learner()
    room.push()
    at = room.again(at)
    assert at.number_input(key="momentum" if False else "learning_rate").value == pytest.approx(
        PUSHED.optimizer.learning_rate
    )
    assert "Back to the teacher's set-up" not in labels(at)
    moved = checked(at.number_input(key="learning_rate").set_value(0.123).run())
    back = press(moved, "Back to the teacher's set-up")
    assert "Back to the teacher's set-up" not in labels(back)
    mine = checked(back.number_input(key="learning_rate").set_value(0.123).run())
    assert "Back to the teacher's set-up" in labels(mine)
    room.push(LESSONS[0].spec)
    at = room.again(mine)
    assert at.number_input(key="learning_rate").value == LESSONS[0].spec.optimizer.learning_rate
    at = press(at, "Back to mine")
    assert at.number_input(key="learning_rate").value == 0.123


def test_a_page_that_is_loaded_again_stays_as_it_was(room, service):
    """After F5, or where the server was restarted, or another one answers."""
    room.push()
    at = room.learner()
    token = service.submit(PUSHED, learner=owner_id(YOU))
    service.logs[token].learner = owner_id(YOU)
    address = {**link_to(PUSHED), "run": token}
    for mine in ({}, {"learning_rate": "0.123"}):
        at = room.learner(**address | mine)
        rate = float(mine.get("learning_rate", PUSHED.optimizer.learning_rate))
        assert at.number_input(key="learning_rate").value == pytest.approx(rate)
        assert component_data(at, "token")["token"] == token
        assert (token, "stop", {}) not in service.commands
    room.push(LESSONS[0].spec)  # while the page is away
    at = room.learner(**address | mine)
    assert at.number_input(key="learning_rate").value == LESSONS[0].spec.optimizer.learning_rate
    assert (token, "stop", {}) not in service.commands, "it is another tab's"
    at = press(at, "Back to mine")
    assert at.number_input(key="learning_rate").value == pytest.approx(0.123)
    room.push(locked=True)
    room.again(at)
    at = room.learner(**address | mine)
    assert at.number_input(key="learning_rate").value == PUSHED.optimizer.learning_rate


def test_a_new_tab_without_a_setup_of_its_own_has_the_teachers(room):
    room.push()
    room.learner()
    at = room.learner()
    assert at.number_input(key="learning_rate").value == PUSHED.optimizer.learning_rate
    at = room.as_(YOU, "catalogue.py")
    assert "groups" in strip(at), "on the page that was asked for"
    assert {"What to do", "Train"}.isdisjoint(labels(at))


def test_where_each_goes_alone_a_push_waits_to_be_opened(room):
    room.change(lambda state: state.with_(pace="alone"))
    room.push()
    at = room.learner()
    room.push(LESSONS[0].spec)
    at = room.again(at)
    assert at.number_input(key="learning_rate").value == PUSHED.optimizer.learning_rate
    at = press(at, "Open the teacher's set-up")
    assert at.number_input(key="learning_rate").value == LESSONS[0].spec.optimizer.learning_rate


def test_what_the_teacher_leaves_out_is_left_out_and_a_lock_leaves_out_all(room):
    room.push(hide=("bug", "rate"))
    at = room.learner()
    assert component_data(at, "hidden")["hidden"] == ["bug", "rate"]
    room.push(locked=True)
    at = room.again(at)
    assert component_data(at, "hidden")["hidden"] == list(HIDEABLE)


def test_a_locked_lab_trains_the_teachers_settings_whatever_the_browser_sends(room, service):
    room.push(locked=True)
    at = room.learner()
    at.number_input(key="learning_rate").set_value(5.0)
    press(at, "Train")
    (log,) = service.logs.values()
    assert log.spec == PUSHED


def test_what_helps_is_told_in_a_locked_lab_and_changes_nothing_there(room, service):
    events = [told for told in diverged() if told["event"] != "probe"]
    spec = Spec.of(events[0]["spec"])
    for locked in (True, False):
        room.push(spec, locked=locked)
        token = service.submit(spec, learner=owner_id(YOU))
        for told in events:
            service.logs[token].append(encode(told))
        remedy = Remedy("Go on for longer", {"training": {"epochs": 900}}, 1, "optimum", 800)
        service.found[token] = Search((remedy,))
        at = room.learner(**link_to(spec), run=token)
        assert "Go on for longer" in strip(at)
        assert ("Apply and train" in labels(at)) is not locked


def test_everybody_trains_once_in_whatever_tab(room, service):
    first, second = room.learner(), room.learner()
    room.change(ClassState.everybody_trains)
    for at in (first, second, first, second):
        room.again(at)
    assert len(service.logs) == 1
    (member,) = room.store.members.members(room.id)
    assert (member.run, member.runs, member.trained) == ("run-0", 1, 1)


def test_a_paused_class_cannot_train_and_all_runs_stand_still(room, service):
    room.change(ClassState.everybody_trains)
    room.store.members.set_run(room.id, owner_id(YOU), "run-9")
    at = press(room.teacher(), "Pause all")
    assert ("run-9", "pause", {}) in service.commands
    learner = room.learner()
    assert button(learner, "Train").disabled
    assert "Paused" in strip(learner)
    press(at, "Resume all")
    assert ("run-9", "resume", {}) in service.commands
    assert not button(room.again(learner), "Train").disabled


def test_train_opens_after_the_answer_and_the_prediction_waits_as_well(room):
    room.change(lambda state: state.asked(Question.of("regime")))
    at = room.learner()
    assert button(at, "Train").disabled
    assert "Answer first" in strip(at) and "Wait for" not in strip(at)
    assert any(PREDICT_FIRST in found.proto.body for found in at.get("html"))
    at = press(at, "It rises")
    assert not button(at, "Train").disabled
    assert not any(PREDICT_FIRST in found.proto.body for found in at.get("html"))
    assert "**It rises**" in strip(at)
    (answer,) = room.store.members.answers(room.id, 1)
    assert answer.value == "2"
    at = press(press(at, "Change"), "It falls and settles")
    assert [a.value for a in room.store.members.answers(room.id, 1)] == ["0"]
    room.change(ClassState.asked_again)
    at = room.again(at)
    assert any("You said: It falls and settles" in c.value for c in at.caption)
    press(at, "It swings up and down")
    assert {a.round: a.value for a in room.store.members.answers(room.id, 1)} == {1: "0", 2: "1"}


def test_an_answer_that_comes_too_late_is_told_so_and_not_kept(room):
    room.change(lambda state: state.asked(Question.of("regime")))
    at = room.learner()
    room.change(ClassState.closed)
    press(at, "It rises")
    assert room.store.members.answers(room.id) == []


def test_epochs_causes_and_own_options(room):
    questions = (
        (Question.of("epochs"), "Answer", "100"),
        (Question.of("cause", options=("features-unscaled", "no-bias")), "No bias", "1"),
        (Question.of("choice", "Why [x](http://evil)?", ("*one*", "two")), "\\*one\\*", "0"),
    )
    at = room.learner()
    for number, (question, label, value) in enumerate(questions, 1):
        room.change(lambda state, question=question: state.asked(question))
        at = press(room.again(at), label)
        (answer,) = room.store.members.answers(room.id, number)
        assert answer.value == value
    assert "](http" not in strip(at)


def test_a_class_that_has_ended_says_so_and_leaves_the_lab_alone(room):
    at = room.learner()
    room.store.classes.end(room.id)
    at = room.again(at)
    assert "has ended" in strip(at)
    assert not button(at, "Train").disabled
    at = press(at, "Close")
    assert "has ended" not in strip(at)


def test_the_room_on_the_wall_has_no_names(room):
    at = room.as_(ME, "classroom.py", projector="1")
    told = component_data(at, "regimes")
    assert not told["named"]
    assert "projector" in told["ticket"]
    assert "Mia" not in str(at.main)


def test_a_teacher_asks_and_pushes_from_the_screen(room):
    at = room.teacher()
    at.session_state["push_open"] = True
    at = checked(at.run())
    at = press(at, "Push to everybody")
    assert room.state.push.spec == LESSONS[0].spec.model_dump(mode="json")
    at.session_state["ask_open"] = True
    at = checked(at.run())
    at = press(at, "Ask everybody")
    assert room.state.question == Question.of("regime")
    assert {"Push to everybody", "Ask everybody"}.isdisjoint(labels(at))  # both have closed
    for label in ("Show answers", "Ask again", "Close"):
        at = press(at, label)
    assert (room.state.question.round, room.state.question.open) == (2, False)


def test_a_pushed_upload_is_the_class_s_and_that_is_said_before(room, service, uploads_folder):
    upload = save_file([b"zebras,price\n1,2\n3,4\n5,7\n"], "prices.csv", owner_id(ME))
    link = {"source": upload.source, "target": "price"}

    def sees_columns(cookie: str, page: str = "") -> bool:
        return "zebras" in shown(room.as_(cookie, page, **link))

    assert [sees_columns(cookie) for cookie in (ME, YOU, OTHER)] == [True, False, False]
    assert not sees_columns(OTHER, "data.py") and not sees_columns(OTHER, "sweep.py")
    at = room.as_(ME, **link)
    at.session_state["push_open"] = True
    at = checked(at.run())
    assert [w.value for w in at.warning if "everybody in the class can see it" in w.value]
    assert room.state.shared == ()
    press(at, "Push to everybody")
    assert room.state.shared == (upload.source,)
    assert [sees_columns(cookie) for cookie in (YOU, OTHER)] == [True, False]
    assert "The first row is data" in labels(room.as_(ME, **link))
    learner = room.as_(YOU, **link)
    assert "The first row is data" not in labels(learner), "it would be the teacher's anew"
    spec = learner.session_state["uphill"].lab_spec
    log = service.logs["theirs"] = RunLog(spec, None, learner=owner_id(YOU))
    for told in diverged():
        log.append(encode(told))
    room.store.members.set_run(room.id, owner_id(YOU), "theirs")
    at = room.teacher()
    at.session_state["uphill"].classroom.chosen = 1
    told = component_data(checked(at.run()), "events")
    assert "fit" in [chart["key"] for chart in told["charts"]]  # it is the teacher's own table


def test_a_table_of_a_class_that_has_ended_is_refused_by_that_reason(room, uploads_folder):
    upload = save_file([b"zebras,price\n1,2\n3,4\n5,7\n"], "prices.csv", owner_id(ME))
    own = {"data": {"source": upload.source, "target": "price", "features": None}}
    room.push(Spec.of(own), share=upload.source)
    at = room.learner()
    assert "zebras" in shown(at)
    room.change(lambda state: state.with_(ended=True))
    said = shown(room.again(at))
    assert "a class shared while it lasted" in said
    assert "it is theirs alone" not in said
    assert "it is theirs alone" in shown(room.as_(OTHER, source=upload.source, target="price"))


def shown(at: AppTest) -> str:
    return f"{[told.proto for told in at.get('bidi_component')]} {at.main} {at.sidebar}"


def test_who_came_by_a_teachers_link_of_before_can_do_nothing_in_an_open_page(room):
    at = room.as_(OTHER, "classroom.py", teach=room.secret)
    room.store.classes.renew_link(room.id, owner_id(ME))
    at = press(at, "Pause all")
    assert not room.state.paused
    assert "Pause all" not in labels(at) and "Join" in labels(at)


def test_who_teaches_one_class_and_joins_another_is_a_learner_there(room):
    other, _ = room.store.classes.open(owner_id(OTHER))
    room.store.members.join(room.id, owner_id(OTHER), "Tom")
    assert "· Tom" in strip(room.as_(OTHER))
    room.store.members.join(other, owner_id(ME), "Me")
    room.store.members.join(room.id, owner_id(ME), "Me")
    assert "Everybody Train" in labels(room.as_(ME)), "one's own class, looked at as a learner"


def test_report_end_and_deletion(room):
    room.change(lambda state: state.asked(Question.of("regime")))
    room.store.members.answer(room.id, owner_id(YOU), 1, 2)
    at = room.teacher()
    at.session_state["keeping_open"] = True
    at = press(checked(at.run()), "Keep it")
    assert room.store.classes.get(room.id).ends_at is None
    at = press(at, "End the class")
    assert room.state.ended
    at.checkbox(key="delete_sure").check()
    at = press(checked(at.run()), "Delete")
    assert room.store.classes.get(room.id) is None
    assert room.store.members.answers(room.id) == []


class NoWriting:
    """The database can be read and not written, as where the disk is full."""

    def __init__(self, store: Store):
        self.on = False
        event.listen(store.database.engine, "checkout", self._set)

    def _set(self, connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA query_only={'ON' if self.on else 'OFF'}")


def test_where_nothing_can_be_written_each_is_told_and_nothing_else_is_lost(room, service):
    no_writing, teacher, learner = NoWriting(room.store), room.teacher(), room.learner()
    room.change(lambda state: state.asked(Question.of("regime")))
    room.change(ClassState.everybody_trains)
    no_writing.on = True
    learner = press(room.again(learner), "It rises")
    assert [told.value for told in learner.toast] == [UNREACHABLE]
    assert "It rises" in labels(learner), "the question is still there"
    assert not service.logs, "nobody knows yet in which tab everybody's Train is pressed"
    for label in ("Everybody Train", "Pause all"):
        teacher = press(room.again(teacher, ME), label)
        assert UNREACHABLE in [told.value for told in teacher.toast]
    assert not [command for _, command, _ in service.commands if command == "pause"]
    assert UNREACHABLE in press_join(room).error[0].value

    no_writing.on = False
    learner = press(room.again(learner), "It rises")
    assert room.store.members.answers(room.id, 1)
    (member,) = room.store.members.members(room.id)
    assert (member.run, len(service.logs)) == ("run-0", 1)
    no_writing.on = True
    press(learner, "Train")  # a run that the class cannot be told of
    no_writing.on = False
    room.again(learner)
    (member,) = room.store.members.members(room.id)
    assert (member.run, member.runs) == ("run-1", 2)


def press_join(room: Class) -> AppTest:
    at = room.as_(OTHER, "classroom.py")
    at.text_input(key="join_code").set_value(room.code)
    return press(at, "Join")


def test_while_the_database_is_out_of_reach_a_new_page_waits_for_it(room, monkeypatch):
    def refuse(*_: Any) -> None:
        raise InputError(UNREACHABLE)

    with monkeypatch.context() as patch:
        patch.setattr(room.store.classes, "owned", refuse)
        at = room.learner()
    assert any("you are back in it soon" in told.value for told in at.caption)
    assert "groups" not in strip(at)
    assert "Mia" in strip(room.again(at))


def test_while_the_database_is_out_of_reach_the_lab_goes_on(room, monkeypatch):
    at = room.learner()

    def refuse(*_: Any) -> None:
        raise InputError("The database of runs cannot be reached just now.")

    monkeypatch.setattr(room.store.classes, "get", refuse)
    monkeypatch.setattr(room.store.members, "own_answers", refuse)
    assert "Mia" in strip(room.again(at))
    assert not button(at, "Train").disabled


def test_what_a_teacher_hides_is_found_by_learners_and_opened_for_all(room, service):
    service.store = room.store
    teacher = room.teacher()
    teacher.session_state["push_open"] = True
    teacher = checked(teacher.run())
    teacher.selectbox(key="push_mystery").select("bug:shifted-targets")
    teacher = press(checked(teacher.run()), "Push to everybody")
    pushed = Spec.of(room.state.push.spec)
    name = mystery_id(pushed)
    assert name and "shifted" not in str(room.state)
    learner = room.learner()
    assert learner.selectbox(key="bug").value == "mystery"
    assert {"Another one", "Give up"}.isdisjoint(labels(learner))
    for stage, guess in (("", "pipeline"), ("pipeline", "bug:shifted-targets")):
        learner.selectbox(key=f"guess_{name}_{stage}").select(guess)
        learner = press(learner, "Guess")
    assert any("Found" in told.value for told in learner.success)
    assert "It was" not in strip(learner)
    wall = room.as_(ME, "classroom.py", projector="1")
    assert "Mia" not in strip(wall) and "hifted" not in str(wall.main)
    room.store.members.join(room.id, owner_id(OTHER), "Sly *x*")
    said = "\n".join(told.value for told in room.teacher().caption)
    assert "may guess twice): Sly" in said and "*x*" not in said
    room.store.members.leave(room.id, owner_id(OTHER))
    teacher = press(room.teacher(), "Show the ranking")
    assert "1 of 1 have found it." in strip(teacher) and "Mia" in strip(teacher)
    wall = room.as_(ME, "classroom.py", projector="1")
    assert "Mia" in strip(wall) and "hifted" not in str(wall.main)
    version = room.store.classes.get(room.id).version
    press(room.teacher(), "Open it for all")
    assert room.store.classes.get(room.id).version > version, "so that every page comes to know"
    assert "It was **Shifted targets**" in strip(room.learner())
    assert "It was **Shifted targets**" in strip(room.as_(ME, "classroom.py", projector="1"))
    stranger = room.as_(OTHER, bug="mystery", **{"mystery.id": name})
    assert "a class that you are not in" in stranger.error[0].value
    assert "hifted" not in strip(stranger)


def test_what_would_show_nothing_is_not_hidden(room, service):
    service.store = room.store
    teacher = room.teacher()
    teacher.session_state["push_open"] = True
    teacher = checked(teacher.run())
    teacher.selectbox(key="push_mystery").select("features-unscaled")  # nothing is scaled there
    teacher = press(checked(teacher.run()), "Push to everybody")
    assert room.state.push is None
    assert [told.value.split(":")[0] for told in teacher.toast] == ["Not pushed"]


def test_a_teacher_opens_a_learners_work_above_the_room(room, service):
    log = service.logs["theirs"] = RunLog(PUSHED, None, learner=owner_id(YOU))
    for told in diverged():
        log.append(encode(told))
    room.store.members.set_run(room.id, owner_id(YOU), "theirs")
    at = room.teacher()
    at.session_state["uphill"].classroom.chosen = 1
    at = checked(at.run())
    assert component_data(at, "events")["events"][-1]["outcome"] == "diverged"
    assert "Report, second device, end of the class" in [box.label for box in at.expander]
