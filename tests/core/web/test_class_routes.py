"""The routes of a class: tickets, versions, the room."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette

from core.classroom.question import Question
from core.classroom.state import ClassState
from core.errors import InputError
from core.events import encode
from core.service.run_log import RunLog
from core.service.service import Service
from core.spec import Spec
from core.store import Store
from core.web import class_routes
from core.web.class_cache import FRESH_SECONDS, ClassCache
from core.web.class_room import ClassRoom
from core.web.class_routes import HELD_SECONDS
from core.web.rate_limit import RateLimit, TokenBuckets
from core.web.routes import ROUTES
from core.web.tickets import Ticket
from tests.core.charts.runs import completed
from tests.core.web.asgi import Answer, request

APP = Starlette(routes=ROUTES)
EVENTS = [encode(event) for event in completed()]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    assert store.writer.ready.wait(20)
    yield store
    store.close()


@pytest.fixture
def class_id(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> str:
    cache = ClassCache(store.classes.get, clock)
    service = Service(0)
    room = ClassRoom(store, service, clock)
    monkeypatch.setattr(class_routes, "class_cache", lambda: cache)
    monkeypatch.setattr(class_routes, "class_rooms", lambda: {class_id: room})
    class_id, _ = store.classes.open("teacher")
    for number, name in enumerate(("Mia", "Tom")):
        learner = f"learner {number}"
        store.members.join(class_id, learner, name)
        token = f"{number}" * 22
        log = service._logs[token] = RunLog(Spec(), None, learner=learner)
        log.watched_at = math.inf  # else it is paused, as nobody asks for it
        for event in EVENTS[: None if number else 4]:
            log.append(event)
        store.members.set_run(class_id, learner, token)
    return class_id


def get(ticket: str, what: str = "curves", since: str = "") -> Answer:
    return request(APP, f"/api/class/{ticket}/{what}?since={since}")


def ticket(class_id: str, role: Any = "teacher", epoch: int = 0) -> str:
    return Ticket(role, class_id, epoch).sign()


def test_a_ticket_is_ours_or_none(class_id):
    good = ticket(class_id, "learner")
    assert Ticket.read(good) == Ticket("learner", class_id, 0)
    forged = good.replace("learner", "teacher")
    for wrong in ("", "x", forged, good[:-1], f"{good}a", "é" * 50, good * 9):
        assert Ticket.read(wrong) is None
        assert request(APP, f"/api/class/{wrong or 'x'}/curves").status == 404


def test_a_learners_ticket_opens_no_room_and_tells_alone_that_something_is_new(class_id):
    good = ticket(class_id, "learner")
    assert get(good).status == 404
    answer = get(good, "state")
    assert {*answer.json()} == {"state"} and len(answer.json()["state"]) == 12
    assert answer.headers["cache-control"] == "no-store"
    assert get(ticket("x" * 22, "learner"), "state").status == 404


def test_a_teachers_ticket_of_before_the_new_link_opens_nothing(store, class_id, clock):
    assert get(ticket(class_id)).status == 200
    store.classes.renew_link(class_id, "teacher")
    clock.now += 1
    assert get(ticket(class_id)).status == 404
    assert get(ticket(class_id, epoch=1)).status == 200


def test_a_change_by_another_server_is_noticed_when_the_answer_is_old(store, class_id, clock):
    good = ticket(class_id)
    assert get(good, "state").json() == {"state": "1"}
    store.classes.change(class_id, ClassState.everybody_trains)
    assert get(good, "state").json() == {"state": "1"}
    clock.now += FRESH_SECONDS
    assert get(good, "state").json() == {"state": "2"}
    store.classes.end(class_id)
    clock.now += FRESH_SECONDS
    assert get(good, "state").json() == {"state": "3-ended"}


def test_a_learners_page_is_drawn_again_only_for_what_it_shows(store, class_id, clock):
    good = ticket(class_id, "learner")

    def told() -> str:
        clock.now += 1
        return get(good, "state").json()["state"]

    states = [told()]
    for act, is_shown in (
        (lambda state: state.pushed({"a": 1}, share="upload-1"), True),
        (lambda state: state.pushed({"a": 1}), True),
        (lambda state: state.asked(Question.of("regime")), True),
        (lambda state: state.revealed(), False),
        (lambda state: state.with_(ranked=True), False),
        (lambda state: state.closed(), True),
        (lambda state: state.asked_again(), True),
        (lambda state: state.asked(Question.of("regime")), True),
        (lambda state: state.with_(paused=True), True),
        (ClassState.everybody_trains, True),
        (lambda state: state.unlocked(True), True),
        (lambda state: state.with_(pace="alone"), True),
        (lambda state: state.with_(openings=1), True),
        (lambda state: state.with_(ended=True), True),
    ):
        store.classes.change(class_id, act)
        states.append(told())
        assert (states[-1] != states[-2]) is is_shown
    assert len({*states}) == len(states) - 2


def test_an_answer_waits_for_news_and_not_for_ever(store, class_id, clock, monkeypatch):
    good, waited = ticket(class_id), []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        clock.now += seconds
        if len(waited) == 3:
            store.classes.change(class_id, ClassState.everybody_trains)

    monkeypatch.setattr(class_routes.asyncio, "sleep", sleep)
    answer = request(APP, f"/api/class/{good}/state?known=1")
    assert answer.json() == {"state": "2"} and sum(waited) < 1
    waited += [0.0] * 3
    assert request(APP, f"/api/class/{good}/state?known=2").json() == {"state": "2"}
    assert HELD_SECONDS <= sum(waited) <= HELD_SECONDS + 1


def test_while_the_database_is_out_of_reach_the_class_is_as_it_was(clock):
    answers: list[Any] = ["a class"]

    def load(_: str) -> Any:
        if not answers:
            raise InputError("out of reach")
        return answers.pop()

    cache = ClassCache(load, clock)
    assert cache.get("a") == "a class"
    clock.now += 1
    assert cache.get("a") == "a class"
    with pytest.raises(InputError):
        cache.get("b")


def test_the_room_tells_every_curve_and_then_what_is_new(class_id, clock):
    first = get(ticket(class_id)).json()
    assert first["anew"]
    assert [learner["name"] for learner in first["learners"]] == ["Mia", "Tom"]
    assert [learner["live"] for learner in first["learners"]] == [True, False]
    epochs = [(number, epoch) for number, _, epoch, _ in first["points"]]
    assert epochs[0] == (1, 0) and (2, 0) in epochs
    ends = max(epoch for number, epoch in epochs if number == 2)
    assert ends == sum(event.startswith(b'{"event":"epoch_ended"') for event in EVENTS)
    clock.now += 1
    second = get(ticket(class_id), since=first["next"]).json()
    assert (second["points"], second["anew"]) == ([], False)
    of_another_server = get(ticket(class_id), since="0000.99").json()
    assert of_another_server["anew"] and of_another_server["points"] == first["points"]
    for odd in ("", "x", f"{first['next']}9999999999", "..", "%00"):
        assert get(ticket(class_id), since=odd).status == 200


def test_runs_of_another_server_are_read_on_in_one_query(store, class_id, clock, monkeypatch):
    other = Store(str(store.database.engine.url))
    assert other.writer.ready.wait(20)
    queries: list[int] = []
    load = store.news
    monkeypatch.setattr(store, "news", lambda since: queries.append(len(since)) or load(since))
    try:
        for number in range(2, 5):
            store.members.join(class_id, f"learner {number}")
            store.members.set_run(class_id, f"learner {number}", f"{number}" * 22)
            other.add_run(f"{number}" * 22, Spec())
        told: list[tuple[int, int]] = []
        since, begin = "", 0
        for end in (4, 4, 9, len(EVENTS)):
            for number in range(2, 5):
                for event in EVENTS[begin:end]:
                    other.append_event(f"{number}" * 22, event)
            begin = end
            assert other.writer.flush(20)
            clock.now += 1
            answer = get(ticket(class_id), since=since).json()
            since = answer["next"]
            told += [(number, epoch) for number, _, epoch, _ in answer["points"] if number > 2]
            lives = [learner["live"] for learner in answer["learners"][2:]]
            assert lives == [end < len(EVENTS)] * 3
        clock.now += 1
        assert get(ticket(class_id), since=since).json()["points"] == []
    finally:
        other.close()
    epochs = sum(event.startswith(b'{"event":"epoch_ended"') for event in EVENTS)
    assert sorted(told) == [(n, epoch) for n in range(3, 6) for epoch in range(epochs + 1)]
    assert queries == [3, 3, 3, 3, 0], "and what has ended is not asked for again"


def test_the_wall_gets_no_names_and_no_answers_until_they_are_shown(store, class_id, clock):
    store.classes.change(class_id, lambda state: state.asked(Question.of("regime")))
    store.members.answer(class_id, "learner 0", 1, 2)
    clock.now += 1
    wall, teacher = (get(ticket(class_id, role)).json() for role in ("projector", "teacher"))
    assert not any({"name", "answered", "blanked"} & set(one) for one in wall["learners"])
    assert wall["answers"] == {"given": [1, 0]}
    assert teacher["answers"]["bars"] == [[0, 0, 1, 0], [0, 0, 0, 0]]
    assert [learner["answered"] for learner in teacher["learners"]] == [1, 0]
    store.classes.change(class_id, ClassState.revealed)
    store.members.blank(class_id, 1)
    clock.now += 1
    wall, teacher = (get(ticket(class_id, role)).json() for role in ("projector", "teacher"))
    assert wall["answers"]["bars"] == [[0, 0, 1, 0], [0, 0, 0, 0]]
    assert teacher["learners"][0]["name"] == "▪▪▪"


def test_a_drawn_curve_is_told_as_it_was_drawn(store, class_id, clock):
    drawn = [50, *range(50, 62)]
    store.classes.change(class_id, lambda state: state.asked(Question.of("curve")))
    store.members.answer(class_id, "learner 1", 1, drawn)
    clock.now += 1
    assert get(ticket(class_id)).json()["answers"]["curves"] == [[drawn], []]


def test_the_short_link_leads_to_the_door_and_stays_on_this_site():
    answer = request(APP, "/c/amber-otter-4821")
    assert answer.headers["location"] == "/classroom?code=amber-otter-4821"
    odd = request(APP, "/c/a\r\nb&x=1").headers["location"]
    assert odd == "/classroom?code=a%0D%0Ab%26x%3D1"


def test_polls_of_a_class_are_counted_by_learner():
    limited = RateLimit(APP, TokenBuckets(1, clock=lambda: 0.0))
    statuses = [request(limited, "/api/class/x/state").status for _ in range(6)]
    assert statuses == [404] * 5 + [429]


def test_an_answer_of_a_room_of_a_hundred_is_small(store, class_id, clock):
    service = Service(0)
    room = ClassRoom(store, service, clock)
    for number in range(98):
        store.members.join(class_id, f"other {number}")
    view = store.classes.get(class_id)
    told = room.poll(view, "", True)
    assert len(orjson.loads(told)["learners"]) == 100
    assert len(told) < 20_000
