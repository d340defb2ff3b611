"""The store on both databases: what is told is kept, whole, and its owner's alone."""

import logging
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.events import encode
from core.settings import Settings
from core.spec import Spec
from core.store import OUTCOMES, SORTS, Query, Run, Store
from core.store import chunks as packing
from core.store.chunks import pack, split, unpack
from core.store.database import Database
from core.store.listing import PAGE_SIZE
from core.store.tables import Base, Chunk
from tests.core.charts.runs import RUNS, completed, diverged
from tests.core.disk import full_disk

LIMIT = 20  # seconds; nothing waits for it when all is well
ROOT = Path(__file__).parents[3]
SPEC = Spec().patched({"optimizer": {"learning_rate": 0.5}})
TOKEN, OTHER = "a" * 22, "b" * 22
LINES = [encode(event) for event in completed()]


def told(store: Store, token: str, lines: list[bytes], owner: str = "me") -> None:
    store.add_run(token, SPEC)
    store.set_owner(token, owner, 1.5)
    for line in lines:
        store.append_event(token, line)
    assert store.writer.flush(LIMIT)


def row(store: Store, token: str = TOKEN, owner: str = "me") -> Run:
    (run,) = store.get_runs(owner, [token])
    return run


def until(store: Store, condition: Callable[[], object]) -> None:
    changed = store.writer._changed
    with changed:
        assert changed.wait_for(condition, LIMIT)


def test_models_and_migrations_agree(store):
    with store.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


@pytest.mark.parametrize("events", RUNS.values(), ids=RUNS)
def test_a_run_is_kept_as_it_was_told(opened, events):
    store = opened()
    lines = [encode(event) for event in events]
    told(store, TOKEN, lines)
    assert store.load_run(TOKEN).events == lines
    assert opened().load_run(TOKEN).spec == SPEC


def test_the_list_shows_what_became_of_a_run(store):
    told(store, TOKEN, LINES)
    run = row(store)
    assert (run.outcome, run.epochs, run.events, run.seconds) == ("completed", 10, len(LINES), 0.1)
    assert run.final_loss == completed()[-2]["full_loss"]
    assert (run.optimal_loss, run.critical_ratio) == (2.0, 1.5)
    assert run.words == "table diabetes · optimizer sgd · learning rate 0.5"
    told(store, OTHER, [encode(event) for event in diverged()])
    assert (row(store, OTHER).outcome, row(store, OTHER).final_loss) == ("diverged", None)


def test_events_in_any_portions_come_back_in_order(store):
    store.add_run(TOKEN, SPEC)
    for number, line in enumerate(LINES):
        store.append_event(TOKEN, line)
        assert store.load_run(TOKEN).events == LINES[: number + 1]
        if number % 3 == 0:
            assert store.writer.flush(LIMIT)
    assert store.writer.flush(LIMIT)
    store.append_event(TOKEN, LINES[0])  # behind the end
    assert store.load_run(TOKEN).events == LINES


def test_what_is_safe_is_in_the_database(store):
    def written() -> int:
        with store.database.session() as session:
            pieces = session.scalars(sqlalchemy.select(Chunk.lines)).all()
        return sum(len(unpack(piece)) for piece in pieces)

    store.add_run(TOKEN, SPEC)
    for line in LINES[:-1]:
        store.append_event(TOKEN, line)
        safe = store.durable_count(TOKEN)
        assert written() >= safe
    assert store.writer.flush(LIMIT)
    assert store.durable_count(TOKEN) == len(LINES) - 1
    store.append_event(TOKEN, LINES[-1])
    assert store.writer.flush(LIMIT)
    assert store.durable_count(TOKEN) is None


@given(st.lists(st.binary().map(lambda line: line.replace(b"\n", b"")), min_size=1))
def test_packing_changes_nothing(lines):
    assert unpack(pack(lines)) == lines


@given(st.lists(st.binary(max_size=9)), st.integers(1, 20))
def test_cutting_keeps_all_in_order_and_size(lines, limit):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "CHUNK_BYTES", limit)
        pieces = list(split(lines))
    assert [line for _, piece in pieces for line in piece] == lines
    assert [first for first, _ in pieces] == [
        sum(len(piece) for _, piece in pieces[:k]) for k in range(len(pieces))
    ]
    assert all(sum(map(len, piece)) <= limit or len(piece) == 1 for _, piece in pieces)


KILLED = """
import os, signal, sys
from core.events import encode
from core.store import Store
from tests.core.charts.runs import completed
from core.spec import Spec
store = Store(sys.argv[1])
lines = [encode(event) for event in completed()]
for token, end in (("a" * 22, len(lines)), ("b" * 22, 7), ("c" * 22, 0)):
    store.add_run(token, Spec())
    store.set_owner(token, "me", None)
    for line in lines[:end]:
        store.append_event(token, line)
assert store.writer.flush(20)
for line in lines[7:-1]:
    store.append_event("b" * 22, line)
print(store.durable_count("b" * 22), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_server_leaves_ended_runs_whole_and_the_others_to_go_on(url, opened):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, url], cwd=ROOT, stdout=subprocess.PIPE, check=False
    )
    safe = int(killed.stdout)
    assert killed.returncode == -9
    store = opened()
    assert store.load_run(TOKEN).events == LINES
    for token, least in ((OTHER, safe), ("c" * 22, 0)):
        taken = store.take_over(token)
        assert taken.events == LINES[: len(taken.events)]
        assert len(taken.events) >= least
        for line in LINES[len(taken.events) :]:
            store.append_event(token, line)
        assert store.writer.flush(LIMIT)
        assert store.load_run(token).events == LINES
        assert (row(store, token).outcome, row(store, token).events) == ("completed", len(LINES))


def test_runs_on_nobodys_list_go_after_a_day(store, opened, monkeypatch):
    told(store, TOKEN, LINES, owner="")
    told(store, OTHER, LINES)
    assert opened().load_run(TOKEN)
    monkeypatch.setattr("core.store.writer.UNLISTED_SECONDS", -1)
    assert opened().load_run(TOKEN) is None
    assert opened().load_run(OTHER)


class Blocked:
    """A database that is locked, or gone, between `begin` and `end`."""

    def __init__(self, kind: str, how: str, url: str, server):
        self.kind, self.how, self.url, self.server = kind, how, url, server
        self.file = Path(url.removeprefix("sqlite:///"))

    def begin(self) -> None:
        match self.kind, self.how:
            case "sqlite", "locked":
                self.lock = sqlite3.connect(self.file, isolation_level=None)
                self.lock.execute("BEGIN IMMEDIATE")
            case "sqlite", "gone":
                self.file.rename(self.file.with_suffix(".away"))
            case _, "locked":
                self.lock = psycopg.connect(self.url)
                self.lock.execute("LOCK TABLE runs, chunks IN ACCESS EXCLUSIVE MODE")
            case _:
                self.server.stop()

    def end(self) -> None:
        match self.kind, self.how:
            case _, "locked":
                self.lock.close()
            case "sqlite", _:
                self.file.with_suffix(".away").rename(self.file)
            case _:
                self.server.start()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("how", ["locked", "gone"])
def test_a_database_out_of_reach_costs_no_run_anything(kind, how, url, opened, request, caplog):
    server = request.getfixturevalue("server") if kind == "postgresql" else None
    store, blocked = opened(), Blocked(kind, how, url, server)
    told(store, OTHER, LINES[:3])
    blocked.begin()
    try:
        store.add_run(TOKEN, SPEC)
        store.set_owner(TOKEN, "me", None)
        for line in LINES:
            store.append_event(TOKEN, line)
        store.append_event(OTHER, LINES[3])
        until(store, lambda: store.writer.unreachable)
        assert store.state == "unreachable"
        assert store.durable_count(TOKEN) is store.durable_count(OTHER) is None
        if how == "gone":
            with pytest.raises(InputError, match="cannot be reached just now"):
                store.list_runs("me", Query())
    finally:
        blocked.end()
    store.append_event(OTHER, LINES[4])
    assert store.writer.flush(LIMIT)
    assert store.state == "ok"
    assert store.durable_count(OTHER) == 5
    assert store.load_run(TOKEN).events == LINES
    assert store.load_run(OTHER).events == LINES[:5]
    assert row(store).outcome == "completed"
    assert [r.levelno for r in caplog.records if r.name == "core.store.writer"] == [
        logging.WARNING,
        logging.WARNING,
    ]


@pytest.mark.usefixtures("impatient")
def test_a_full_disk_costs_no_run_anything(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    assert store.writer.ready.wait(LIMIT)
    told(store, OTHER, LINES[:3])
    with full_disk():
        store.add_run(TOKEN, SPEC)
        store.set_owner(TOKEN, "me", None)
        for line in LINES:
            store.append_event(TOKEN, line)
        until(store, lambda: store.writer.unreachable)
        assert store.durable_count(TOKEN) is None  # all is shown, from memory
    assert store.writer.flush(LIMIT)
    assert store.load_run(TOKEN).events == LINES
    assert store.load_run(OTHER).events == LINES[:3]
    assert row(store).outcome == "completed"
    store.close()


def test_a_file_that_is_no_database_leaves_runs_in_memory(tmp_path, caplog):
    file = tmp_path / "runs.sqlite"
    file.write_bytes(b"no database" * 1000)
    store = Store(f"sqlite:///{file}")
    until(store, lambda: store.writer.unreachable)
    store.add_run(TOKEN, SPEC)
    store.append_event(TOKEN, LINES[0])
    assert store.durable_count(TOKEN) is None
    with pytest.raises(InputError, match="cannot be reached"):
        store.load_run(TOKEN)
    store.close()
    assert file.read_bytes() == b"no database" * 1000


def test_what_waits_for_too_long_is_given_up_the_oldest_first(opened, monkeypatch):
    store = opened()
    monkeypatch.setattr("core.store.writer.settings", lambda: Settings(log_megabytes=1))
    with monkeypatch.context() as away:
        away.setattr(store.database, "check_file", lambda: Path("/nowhere/at/all").stat())
        store.add_run("c" * 22, SPEC)
        until(store, lambda: store.writer.unreachable)  # with that one in hand
        for token in (TOKEN, OTHER):
            store.add_run(token, SPEC)
            store.append_event(token, LINES[0] + b" " * 600_000)
    assert store.writer.flush(LIMIT)
    assert store.load_run(TOKEN) is None
    assert len(store.load_run(OTHER).events) == 1


@pytest.mark.parametrize("url", ["mysql://x@y/z", "nonsense", "", "sqlite+nothing:///x"])
def test_another_kind_of_database_is_refused_in_one_sentence(url):
    with pytest.raises(InputError, match="must begin with `sqlite:///` or `postgresql://`"):
        Database(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_is_understood(scheme):
    database = Database(f"{scheme}://someone@nowhere/runs")
    assert database.engine.dialect.driver == "psycopg"


def test_only_the_owner_lists_names_stars_and_deletes(store):
    told(store, TOKEN, LINES)
    store.save_diagnosis(TOKEN, {"verdict": "slow", "findings": [], "not_checked": []})
    assert store.writer.flush(LIMIT)
    store.rename("you", TOKEN, "mine now")
    store.star("you", [TOKEN], True)
    store.delete("you", [TOKEN])
    assert store.get_runs("you", [TOKEN]) == store.list_runs("you", Query()).runs == []
    assert (row(store).name, row(store).starred) == ("", False)
    store.rename("me", TOKEN, "  the\0 first \n one " + "x" * 200)
    store.star("me", [TOKEN], True)
    assert row(store).name == ("the first one " + "x" * 200)[:100]
    assert row(store).starred
    store.delete("me", [TOKEN])
    assert store.load_run(TOKEN) is store.load_diagnosis(TOKEN) is None
    with store.database.session() as session:
        assert not session.scalars(sqlalchemy.text("SELECT token FROM chunks")).all()


def test_sweeps_are_kept_beside_runs_and_listed_apart(store):
    told(store, TOKEN, LINES)
    for number, token in enumerate(("c" * 22, "d" * 22, "e" * 22)):
        store.add_run(token, SPEC, axes=f"[{number}]")
        store.set_owner(token, "me" if number else "another", None)
        store.append_event(token, LINES[0])
        store.append_event(token, LINES[-1])
    assert store.writer.flush(LIMIT)
    assert [(run.token[0], run.axes) for run in store.list_sweeps("me", 9)] == [
        ("e", "[2]"),
        ("d", "[1]"),
    ]
    assert [run.token[0] for run in store.list_sweeps("me", 1)] == ["e"]
    assert store.load_run("d" * 22).events == [LINES[0], LINES[-1]]
    listed = store.list_runs("me", Query())
    assert ([run.token for run in listed.runs], listed.total) == ([TOKEN], 1)
    assert [run.token for run in store.get_runs("me", ["d" * 22, TOKEN])] == [TOKEN]
    store.delete("me", ["d" * 22, "c" * 22])
    assert [run.token[0] for run in store.list_sweeps("me", 9)] == ["e"]
    assert len(store.list_sweeps("another", 9)) == 1


def test_a_deleted_run_tells_no_more(store):
    told(store, TOKEN, LINES[:5])
    store.delete("me", [TOKEN])
    store.append_event(TOKEN, LINES[5])
    told(store, OTHER, LINES)
    assert store.load_run(TOKEN) is None


def test_the_diagnosis_is_kept_with_its_root_cause(store):
    told(store, TOKEN, LINES)
    assert (row(store).verdict, store.load_diagnosis(TOKEN)) == (None, None)
    note = {"cause": "a-note", "severity": "note", "summary": "By the way."}
    first = {"cause": "a-cause", "severity": "error", "summary": "That is why."}
    for findings, cause in (([note], ""), ([first, note], "a-cause")):
        found = {"verdict": "slow", "findings": findings}
        store.save_diagnosis(TOKEN, found)
        assert store.writer.flush(LIMIT)
        assert store.load_diagnosis(TOKEN) == found
        assert (row(store).verdict, row(store).cause) == ("slow", cause)


def kept(store: Store, count: int) -> list[Run]:
    """Runs of every kind in the database, without events."""
    runs = [
        Run(
            token=f"{number:022d}",
            owner="me" if number % 5 else "you",
            server="elsewhere/1/x",
            started_at=float(number * 7 % count),
            spec="{}",
            words=f"optimizer {('sgd', 'adam')[number % 2]} · learning rate {number % 10 / 10:g}",
            outcome=(None, *OUTCOMES[1:])[number % 5],
            final_loss=None if number % 4 == 0 else float(number * 31 % 17),
            critical_ratio=None if number % 3 == 0 else number % 11 / 4,
            cause=(None, "", "features-unscaled", "100%_bug")[number % 4],
            seconds=float(number % 13),
            name=("", "Best", "worst", "a_b")[number % 4],
            starred=number % 6 == 0,
        )
        for number in range(count)
    ]
    with store.database.session() as session:
        session.add_all(runs)
    return [run for run in runs if run.owner == "me"]


COLUMN = {
    "newest first": lambda run: -run.started_at,
    "oldest first": lambda run: run.started_at,
    "lowest final loss": lambda run: run.final_loss,
    "highest final loss": lambda run: None if run.final_loss is None else -run.final_loss,
    "lowest rate / critical": lambda run: run.critical_ratio,
    "highest rate / critical": lambda run: run.critical_ratio and -run.critical_ratio,
    "longest": lambda run: -run.seconds,
}


def test_the_list_is_searched_sorted_and_paged_as_in_python(store):
    runs = kept(store, 150)

    def listed(query: Query) -> list[str]:
        pages = store.list_runs("me", query)
        assert pages.total == len(runs)
        every = [
            store.list_runs("me", replace(query, page=1 + page)) for page in range(pages.page_count)
        ]
        tokens = [run.token for page in every for run in page.runs]
        assert len(tokens) == pages.matches
        return tokens

    for sort, column in COLUMN.items():
        expected = sorted(
            runs, key=lambda run: (column(run) is None, column(run) or 0.0, -run.started_at)
        )
        assert listed(Query(sort=sort)) == [run.token for run in expected]
    for sort in SORTS:
        assert sorted(listed(Query(sort=sort))) == sorted(run.token for run in runs)
    for text, fits in (
        ("ADAM", lambda run: "adam" in run.words),
        ("adam 0.3", lambda run: "adam" in run.words and "0.3" in run.words),
        ("best", lambda run: run.name == "Best"),
        ("_", lambda run: "_" in run.name or "_" in (run.cause or "")),
        ("%", lambda run: "%" in (run.cause or "")),
        ("running", lambda run: run.outcome is None),
        ("no such thing", lambda run: False),
        ("'; DROP TABLE runs --", lambda run: False),
    ):
        assert set(listed(Query(text=text))) == {run.token for run in runs if fits(run)}, text
    both = Query(outcomes=("running", "failed"), starred=True)
    assert set(listed(both)) == {
        run.token for run in runs if run.starred and run.outcome in (None, "failed")
    }
    assert len(store.list_runs("me", Query()).runs) == PAGE_SIZE
    last, beyond = (store.list_runs("me", Query(page=page)).runs for page in (3, 99))
    assert [run.token for run in last] == [run.token for run in beyond]


def test_a_page_of_the_list_reads_no_events_and_few_rows(store):
    kept(store, 150)
    statements: list[str] = []

    def listen(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    sqlalchemy.event.listen(store.database.engine, "before_cursor_execute", listen)
    assert len(store.list_runs("me", Query(text="adam")).runs) == PAGE_SIZE
    assert len(statements) == 3
    assert not [text for text in statements if "chunks" in text or "findings" in text]


def test_a_link_is_read_without_an_owner_until_it_is_taken_back(store):
    told(store, TOKEN, LINES)
    slug = store.share("me", SPEC, TOKEN)
    settings_only = store.share("me", SPEC)
    assert store.share("me", SPEC, TOKEN) == slug != settings_only
    assert (store.get_share(slug).token, store.get_share(settings_only).token) == (TOKEN, None)
    assert Spec.from_json(store.get_share(slug).spec) == SPEC
    assert len(slug) == 12
    assert {share.slug for share in store.list_shares("me")} == {slug, settings_only}
    assert store.list_shares("you") == []
    store.revoke("you", slug)
    assert store.get_share(slug)
    store.revoke("me", slug)
    with pytest.raises(InputError, match="its owner has taken it back"):
        store.get_share(slug)
    again = store.share("me", SPEC, TOKEN)
    assert again != slug
    store.delete("me", [TOKEN])
    with pytest.raises(InputError):
        store.get_share(again)


@pytest.mark.parametrize("slug", ["", "x", "../..", "'", "\0", "ü" * 12, "a" * 4000])
def test_a_link_that_is_none_is_one_sentence(store, slug):
    with pytest.raises(InputError, match="never made"):
        store.get_share(slug)


@pytest.mark.parametrize("token", ["", "x", "../..", "\0" * 22, "a" * 4000, "z" * 22])
def test_an_unknown_token_is_no_run(store, token):
    assert store.load_run(token) is None
