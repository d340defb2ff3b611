"""The store, on every backend: runs come back complete, and are their owner's alone."""

from dataclasses import replace

import pytest
import sqlalchemy
from sqlalchemy.exc import OperationalError

from core.errors import InputError
from core.events import encode
from core.spec import Spec
from core.store import Query
from tests.core.charts.runs import RUNS, completed, diverged
from tests.core.store.runs import EVENTS, LIMIT, OTHER, SPEC, TOKEN, record_run, row_of, wait_until


@pytest.mark.parametrize("events", RUNS.values(), ids=RUNS)
def test_a_run_is_stored_event_by_event_as_it_was_emitted(open_store, events):
    store = open_store()
    lines = [encode(event) for event in events]
    record_run(store, TOKEN, lines)
    assert store.load_run(TOKEN).events == lines
    assert open_store().load_run(TOKEN).spec == SPEC


def test_the_row_of_an_ended_run_summarizes_it(store):
    record_run(store, TOKEN, EVENTS)
    run = row_of(store)
    assert (run.outcome, run.epochs, run.events, run.seconds) == ("completed", 10, len(EVENTS), 0.1)
    assert run.final_loss == completed()[-2]["full_loss"]
    assert (run.optimal_loss, run.critical_ratio) == (2.0, 1.5)
    assert run.words == "table diabetes · optimizer sgd · learning rate 0.5"
    record_run(store, OTHER, [encode(event) for event in diverged()])
    assert (row_of(store, OTHER).outcome, row_of(store, OTHER).final_loss) == ("diverged", None)


@pytest.mark.parametrize("since", range(len(EVENTS) + 1))
def test_events_are_read_from_any_number_on(servers, since):
    first, second = servers
    first.append_event(TOKEN, EVENTS[6])
    assert first.writer.flush(LIMIT)
    assert second.load_run(TOKEN, min(since, 7)).events == EVENTS[min(since, 7) : 7]
    for event in EVENTS[7:]:
        first.append_event(TOKEN, event)
    assert first.writer.flush(LIMIT)
    assert second.load_run(TOKEN, since).events == EVENTS[since:]
    assert first.load_run(TOKEN, since).events == EVENTS[since:]


@pytest.fixture
def unwritten(store, monkeypatch):
    """A store whose database has six events of a run; two more are pending, and stay so."""

    def fail(writes):
        raise OperationalError("INSERT", {}, ConnectionError())

    record_run(store, TOKEN, EVENTS[:6])
    with monkeypatch.context() as patch:
        patch.setattr(store.writer, "_write", fail)
        for event in EVENTS[6:8]:
            store.append_event(TOKEN, event)
        wait_until(store, lambda: store.writer.unreachable)
        yield store


@pytest.mark.parametrize("since", range(9))
def test_pending_events_are_read_from_any_number_on(unwritten, since):
    assert unwritten.load_run(TOKEN, since).events == EVENTS[since:8]


@pytest.mark.parametrize("since", range(9))
def test_events_that_are_written_while_a_run_is_read_are_read_once(unwritten, since, monkeypatch):
    early = replace(unwritten.writer.pending(TOKEN), first_event=4, events=EVENTS[4:8])
    monkeypatch.setattr(unwritten.writer, "pending", lambda token: early)
    assert unwritten.load_run(TOKEN, since).events == EVENTS[since:8]


def test_a_run_with_pending_events_is_not_taken_over(unwritten):
    assert unwritten.take_over(TOKEN) is None


@pytest.mark.parametrize(("do", "paused"), [("pause", True), ("advance", True), ("resume", False)])
def test_a_command_pauses_a_run_or_resumes_it(store, do, paused):
    record_run(store, TOKEN, EVENTS[:6])
    store.record_command(TOKEN, {"do": "resume" if paused else "pause"})
    store.record_command(TOKEN, {"do": do})
    assert store.writer.flush(LIMIT)
    assert store.load_run(TOKEN).run.paused is paused


def test_only_the_owner_lists_names_stars_and_deletes(store):
    record_run(store, TOKEN, EVENTS)
    store.save_diagnosis(TOKEN, {"verdict": "slow", "findings": [], "not_checked": []})
    assert store.writer.flush(LIMIT)
    store.rename("you", TOKEN, "mine now")
    store.star("you", [TOKEN], True)
    store.delete("you", [TOKEN])
    assert store.get_runs("you", [TOKEN]) == store.list_runs("you", Query()).runs == []
    assert (row_of(store).name, row_of(store).starred) == ("", False)
    store.rename("me", TOKEN, "  the\0 first \n one " + "x" * 200)
    store.star("me", [TOKEN], True)
    assert row_of(store).name == ("the first one " + "x" * 200)[:100]
    assert row_of(store).starred
    store.delete("me", [TOKEN])
    assert store.load_run(TOKEN) is store.load_diagnosis(TOKEN) is None
    with store.database.session() as session:
        assert not session.scalars(sqlalchemy.text("SELECT token FROM chunks")).all()


def test_further_events_of_a_deleted_run_are_ignored(store):
    record_run(store, TOKEN, EVENTS[:5])
    store.delete("me", [TOKEN])
    store.append_event(TOKEN, EVENTS[5])
    assert store.writer.pending(TOKEN) is store.durable_count(TOKEN) is None
    record_run(store, OTHER, EVENTS)
    assert store.load_run(TOKEN) is None


def test_the_diagnosis_is_saved_with_its_root_cause(store):
    record_run(store, TOKEN, EVENTS)
    assert (row_of(store).verdict, store.load_diagnosis(TOKEN)) == (None, None)
    note = {"cause": "a-note", "severity": "note", "summary": "By the way."}
    first = {"cause": "a-cause", "severity": "error", "summary": "That is why."}
    for findings, cause in (([note], ""), ([first, note], "a-cause")):
        found = {"verdict": "slow", "findings": findings}
        store.save_diagnosis(TOKEN, found)
        assert store.writer.flush(LIMIT)
        assert store.load_diagnosis(TOKEN) == found
        assert (row_of(store).verdict, row_of(store).cause) == ("slow", cause)


def test_a_link_is_read_without_an_owner_until_it_is_revoked(store):
    record_run(store, TOKEN, EVENTS)
    slug = store.shares.make("me", SPEC, TOKEN)
    settings_only = store.shares.make("me", SPEC)
    assert store.shares.make("me", SPEC, TOKEN) == slug != settings_only
    assert (store.shares.get(slug).token, store.shares.get(settings_only).token) == (TOKEN, None)
    assert Spec.from_json(store.shares.get(slug).spec) == SPEC
    assert len(slug) == 12
    assert {share.slug for share in store.shares.of("me")} == {slug, settings_only}
    assert store.shares.of("you") == []
    store.shares.revoke("you", slug)
    assert store.shares.get(slug)
    store.shares.revoke("me", slug)
    with pytest.raises(InputError, match="its owner has taken it back"):
        store.shares.get(slug)
    again = store.shares.make("me", SPEC, TOKEN)
    assert again != slug
    store.delete("me", [TOKEN])
    with pytest.raises(InputError):
        store.shares.get(again)


@pytest.mark.parametrize("slug", ["", "x", "../..", "'", "\0", "ü" * 12, "a" * 4000])
def test_an_invalid_link_is_one_sentence(store, slug):
    with pytest.raises(InputError, match="never made"):
        store.shares.get(slug)


@pytest.mark.parametrize("token", ["", "x", "../..", "\0" * 22, "a" * 4000, "z" * 22])
def test_an_unknown_token_is_no_run(store, token):
    assert store.load_run(token) is None


def test_servers_agree_on_a_secret(servers):
    first, second = servers
    assert first.secret("cookie") == second.secret("cookie") == first.secret("cookie")
    assert len(first.secret("cookie")) >= 43
    assert first.secret("other") != first.secret("cookie")


def test_of_two_who_make_a_secret_at_once_the_second_takes_the_first_ones(servers, monkeypatch):
    first, second = servers
    made = []

    def token(_size: int) -> str:
        mine = f"secret {len(made)}"
        made.append(mine)
        if mine == "secret 0":  # the other server is quicker
            second.secret("cookie")
        return mine

    monkeypatch.setattr("secrets.token_urlsafe", token)
    assert first.secret("cookie") == second.secret("cookie") == "secret 1"


def test_a_learner_is_known_by_a_run_or_a_link(store):
    assert not store.has_learner("mine")
    store.shares.make("mine", SPEC)
    record_run(store, TOKEN, EVENTS)
    store.set_owner(TOKEN, "yours", None)
    assert store.writer.flush(LIMIT)
    assert store.has_learner("mine")
    assert store.has_learner("yours")
    assert not store.has_learner("theirs")
