"""A mystery's run: whatever a worker says, nobody reads what is hidden before it is opened.

The worker here is a hostile one: it writes the key, the title and the options of what is hidden
into every field that it tells, known or not.
"""

import logging
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette

import core.web.routes
from core.bugs import BUG_BY_KEY
from core.bugs.mystery import ELSEWHERE
from core.classroom.mystery import BUG, CAUSES, Secret
from core.classroom.play import PIECES
from core.data.uploads import find_table
from core.diagnosis.diagnosis import Diagnosis
from core.errors import InputError
from core.events import PROBE_ARRAYS, decode, encode
from core.export.events import events_csv, events_json
from core.export.program import WAITS as EXPORT_WAITS
from core.export.script import script
from core.service.mysteries import NO_SWEEP, WAITS
from core.service.remote_runs import _new_log, _updated
from core.service.run_log import RunLog
from core.service.service import Service
from core.service.veil import FAILED, KEPT, NOT_BOUGHT, NOT_FINITE, sealed, veiled
from core.spec import Spec
from core.store import Store
from core.store.mysteries import OTHER_CLASS, UNKNOWN
from core.sweep.spec import Axis
from core.training.trainer import train
from core.web.class_room import ClassRoom
from core.web.learner import owner_id
from core.web.routes import ROUTES
from tests.conftest import data_of
from tests.core.charts.runs import completed
from tests.core.service.stand_ins import RecordingWorker
from tests.core.service.watched import SHORT
from tests.core.web.asgi import request

ME = "m" * 22
LEARNER = owner_id(ME)
EVENTS = completed()
every_secret = pytest.mark.parametrize("cause", CAUSES)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('store')}/runs.sqlite")
    assert store.writer.ready.wait(20)
    yield store
    store.close()


@pytest.fixture
def service(store: Store) -> Iterator[Service]:
    service = Service(1, store, start_worker=RecordingWorker)
    yield service
    service.close()


def words_of(secret: Secret) -> list[str]:
    """What must not be read: key, title, options and texts of a bug; a setting's name."""
    bug = BUG_BY_KEY.get(secret.cause.removeprefix(BUG))
    if bug is None:
        return [secret.cause, "hidden-setting-tells"]
    known = KEPT["run_started"]  # one option is called as the count of rows is
    options = [f'"{name}"' for name in bug.parameters() if name not in known]
    return [bug.name(), bug.__name__, bug.title, bug.what, "hidden-setting-tells", *options]


def hostile(trained: dict[str, Any], secret: Secret, outcome: str) -> list[bytes]:
    """A run's events that say what they should not."""
    said = " ".join(words_of(secret))
    told = [event | {"note": said, said: 1.0, "bug": trained["bug"]} for event in EVENTS]
    told[0]["spec"] = trained
    for event in told:
        if event["event"] == "probe":
            event.update({name: [1.5] for name in PROBE_ARRAYS}, stats={said: 1})
            event["weights_before"] = {"kernel": [1.5], said: [1.5]}
    reason = f"{said} broke" if outcome == "failed" else f"At step 3 (epoch 1) the {said} is NaN."
    told[-1] |= {"outcome": outcome, "reason": reason, "non_finite": {"stage": said, "step": 1}}
    return [encode(event) for event in told]


def trained(service: Service, store: Store, secret: Secret, outcome: str = "diverged") -> str:
    """The token of a mystery's run that has ended."""
    name = store.mysteries.make(LEARNER, secret)
    spec = SHORT.patched(
        {"bug": {"key": "mystery", "id": name}, "scaling": {"features": "standard"}}
    )
    token = service.submit(spec, learner=LEARNER)
    store.set_owner(token, LEARNER, 1.0)
    (start,) = [c for w in service.workers for c in w.commands if c["do"] == "start"][-1:]
    assert start["spec"] == secret.applied(spec).model_dump(mode="json") != spec.model_dump()
    for line in hostile(start["spec"], secret, outcome):
        service.on_event(token, line)
    assert store.writer.flush(20)
    return token


@every_secret
def test_nothing_that_leaves_the_server_says_what_is_hidden(
    cause, service, store, monkeypatch, caplog
):
    secret = Secret.of(cause)
    with caplog.at_level(logging.DEBUG):
        token = trained(service, store, secret, "failed" if "shape" in cause else "diverged")
    log = service.log(token)
    monkeypatch.setattr(core.web.routes, "service", lambda: service)
    url = f"/api/runs/{token}/events"
    (row,) = store.get_runs(LEARNER, [token])
    out = {
        "polls": b"".join(
            [
                service.poll(token, 0),
                service.poll(token, 0, brief=True, learner=LEARNER),
                service.poll(token, 0, learner="another"),
                request(Starlette(routes=ROUTES), url).body,
                request(Starlette(routes=ROUTES), f"{url}?brief=1&since=1").body,
            ]
        ),
        "log": b"".join([*log.events, *log.brief, *log.public()]),
        "exports": (events_csv(log.decoded()) + events_json(log.decoded())).encode(),
        "row": repr(vars(row)).encode(),
        "stored": b"".join(store.load_run(token).events[:1] + store.load_run(token).events[-1:]),
        "health": repr(service.health()).encode(),
        "server's log": caplog.text.encode(),
    }
    for place, text in out.items():
        for word in words_of(secret):
            assert word.encode() not in text, f"{word} in {place}"


@every_secret
def test_what_is_read_of_two_mysteries_of_one_course_is_the_same(cause, service, store):
    one, other = (
        orjson.loads(service.poll(trained(service, store, secret), 0))["events"]
        for secret in (Secret.of(cause), Secret.of("bug:gradient-ascent"))
    )
    one[0]["spec"]["bug"]["id"] = other[0]["spec"]["bug"]["id"]
    assert one == other


def test_of_each_piece_goes_out_what_it_is_and_only_to_who_has_bought_it(service, store):
    token = trained(service, store, Secret.of("bug:double-update"))
    name = service.log(token).spec.bug.id
    for piece in PIECES:
        with pytest.raises(InputError, match=NOT_BOUGHT):
            service.evidence(token, piece, LEARNER)
    store.mysteries.buy(name, LEARNER, "norms")
    told = service.evidence(token, "norms", LEARNER)
    assert {e["event"] for e in told} == {"run_started", "epoch_ended"}
    assert told[1]["gradient_norm"] == EVENTS[3]["gradient_norm"] is not None
    assert not told[1]["weights"] and told[1]["learning_rate"] is None
    with pytest.raises(InputError, match=NOT_BOUGHT):
        service.evidence(token, "values", LEARNER)
    with pytest.raises(InputError, match=NOT_BOUGHT):
        service.evidence(token, "norms", "another")
    store.mysteries.buy(name, LEARNER, "values")
    told = service.evidence(token, "values", LEARNER)
    assert told[1]["weights"] and told[1]["gradient_norm"] is None
    assert "gradients" not in told[-1] and "weights_after" not in told[-1]
    store.mysteries.buy(name, LEARNER, "update")
    told = service.evidence(token, "update", LEARNER)
    assert {e["event"] for e in told[1:]} == {"probe"} and told[1]["weights_after"]


def test_diagnosis_remedies_sweeps_and_programs_wait(service, store):
    token = trained(service, store, Secret.of("bug:dropped-bias"))
    spec = service.log(token).spec
    with pytest.raises(InputError, match=WAITS):
        service.diagnosis(token)
    with pytest.raises(InputError, match=WAITS):
        service.search(token, Diagnosis("completed", "healthy", (), ()), LEARNER)
    with pytest.raises(InputError, match=NO_SWEEP):
        service.submit(spec, axes=(Axis(path="optimizer.learning_rate", values=(0.1, 0.2)),))
    with pytest.raises(InputError, match=EXPORT_WAITS):
        script(spec, find_table(spec.data.source))


def test_another_server_and_a_restart_read_the_same_and_train_the_same(service, store):
    token = trained(service, store, Secret.of("bug:sum-for-mean"))
    stored = store.load_run(token)
    again = _updated(_new_log(stored), stored)
    assert again.events == service.log(token).events and again.kept == service.log(token).kept
    spec = service.log(token).spec
    live = service._adopt("b" * 22, RunLog(spec, None, learner=LEARNER))
    assert live.trained.bug.key == "sum-for-mean" and live.spec == spec
    assert service.workers[0].commands[-1]["spec"]["bug"]["key"] == "sum-for-mean"


def test_a_restored_run_drops_what_it_sends_again(service, store):
    name = store.mysteries.make(LEARNER, Secret.of("bug:frozen-weights"))
    token = service.submit(SHORT.patched({"bug": {"key": "mystery", "id": name}}), learner=LEARNER)
    lines = hostile(service.log(token).trained.model_dump(mode="json"), Secret.of(CAUSES[0]), "")
    for line in lines[:4]:
        service.on_event(token, line)
    service.on_exit(service.workers[0])
    for line in lines[:5]:
        service.on_event(token, line)
    assert len(service.log(token).events) == len(service.log(token).kept) == 5


def test_ids_that_are_none_or_of_another_class_are_told_in_one_sentence(service, store):
    class_id, _ = store.classes.open("teacher")
    name = store.mysteries.make("teacher", Secret.of("bug:shifted-targets"), class_id)
    for asked, why in (("no-such-mystery", UNKNOWN), ("", UNKNOWN), (name, OTHER_CLASS)):
        spec = SHORT.patched({"bug": {"key": "mystery", "id": asked}})
        with pytest.raises(InputError) as told:
            service.submit(spec, learner=LEARNER)
        assert str(told.value) == why
    store.members.join(class_id, LEARNER)
    assert service.submit(spec, learner=LEARNER) and service.submit(spec, learner="teacher")
    with pytest.raises(InputError, match="A mystery is known to the server"):
        Service(0).submit(spec, learner=LEARNER)
    assert ELSEWHERE


def test_what_cannot_be_trained_says_nothing_of_what_it_is(service, store):
    secret = Secret(cause="bug:misplaced-scale", options={"no_such_option": 1})
    spec = SHORT.patched({"bug": {"key": "mystery", "id": store.mysteries.make("me", secret)}})
    with pytest.raises(InputError) as told:
        service.submit(spec, learner=LEARNER)
    assert "scale" not in str(told.value) and "option" not in str(told.value)


def test_the_teachers_room_says_no_cause(service, store):
    class_id, _ = store.classes.open("teacher")
    store.members.join(class_id, LEARNER, "Mia")
    token = trained(service, store, Secret.of("bug:broadcast-loss"), "failed")
    store.members.set_run(class_id, LEARNER, token)
    body = ClassRoom(store, service).poll(store.classes.get(class_id), "", named=True)
    assert b"broadcast" not in body.lower()
    assert orjson.loads(body)["causes"] == []


def test_a_program_that_failed_says_nothing_of_itself(service, store):
    failed = trained(service, store, Secret.of("bug:weight-shape"), "failed")
    assert decode(service.log(failed).events[-1])["reason"] == FAILED
    assert Spec.of(decode(service.log(failed).events[0])["spec"]).bug.key == "mystery"


REAL = (  # where each first has a value that is not finite: outputs, loss, loss, weights
    *("bug:overflowing-exp", "bug:missing-as-sentinel", "features-unscaled"),
    "learning-rate-above-critical",
)


def test_real_runs_tell_nothing_but_their_curve():
    asked = SHORT.patched(
        {
            "data": {"source": "diabetes", "target": "target"},
            "scaling": {"features": "standard"},
            "training": {"epochs": 3},
            "optimizer": {"learning_rate": 1e30},
            "bug": {"key": "mystery", "id": "x"},
        }
    )
    told = []
    for cause in REAL:
        spec = Secret.of(cause).applied(asked)
        lines = [veiled(sealed(encode(event), asked)) for event in train(spec, data_of(spec))]
        assert lines == [*map(veiled, lines)], "reading them again takes nothing out"
        began, *others, ended = map(decode, lines)
        assert ended["outcome"] == "diverged"
        fields = {event["event"]: sorted(event) for event in others}
        kept = {k: v for k, v in began.items() if k not in ("full_loss", "val_loss")}
        words = re.sub(r"\d+", "N", ended["reason"])
        told.append((kept, fields, words, ended["non_finite"], ended["seconds"]))
    assert all(each == told[0] for each in told)
    assert told[0][2] == f"At step N (epoch N) {NOT_FINITE}"


@pytest.mark.parametrize("said", ["NaN in the weights.", "", "the loss became infinite"])
def test_a_reason_that_is_not_known_is_not_told(said):
    event = {"event": "run_ended", "outcome": "diverged", "reason": said, "seconds": 3.0}
    told = decode(veiled(sealed(encode(event | {"non_finite": {"stage": "loss"}}), SHORT)))
    assert told["reason"] == f"At some step {NOT_FINITE}"


def test_a_mysterys_speed_is_that_of_the_slowest(service, store):
    name = store.mysteries.make(LEARNER, Secret.of("bug:feature-noise"))
    for bug, even in (({"key": "mystery", "id": name}, True), (None, False)):
        service.submit(SHORT.patched({"bug": bug}), learner=LEARNER)
        (start,) = [c for w in service.workers for c in w.commands if c["do"] == "start"][-1:]
        assert start["even"] is even


def test_a_rate_at_the_end_of_all_numbers_does_not_tell_that_the_hidden_one_is_higher():
    for rate in (sys.float_info.max, -sys.float_info.max):
        spec = SHORT.patched({"optimizer": {"learning_rate": rate}})
        assert Secret.of("learning-rate-above-critical").applied(spec).optimizer.learning_rate


def test_a_trial_is_waited_for_and_leaves_nothing(service, store):
    token = service.submit(SHORT, learner=LEARNER, stored=False)
    assert not service.wait(token, 0.0)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(service.wait, token, 20.0)
        for event in completed():
            service.on_event(token, encode(event))
        assert waiting.result(20)
    service.discard(token)
    assert store.writer.flush(20) and store.load_run(token) is None
