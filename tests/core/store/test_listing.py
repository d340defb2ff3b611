"""The list of a learner's runs: searched, filtered, sorted, paged."""

from dataclasses import replace

import sqlalchemy

from core.spec import Spec
from core.store import OUTCOMES, SORTS, Query, Run, Store
from core.store.listing import PAGE_SIZE
from tests.core.store.runs import EVENTS, LIMIT, OTHER, SPEC, TOKEN, record_run


def test_sweeps_are_stored_as_runs_are_but_listed_separately(store):
    record_run(store, TOKEN, EVENTS)
    for number, token in enumerate(("c" * 22, "d" * 22, "e" * 22)):
        store.add_run(token, SPEC, axes=f"[{number}]")
        store.set_owner(token, "me" if number else "another", None)
        store.append_event(token, EVENTS[0])
        store.append_event(token, EVENTS[-1])
    assert store.writer.flush(LIMIT)
    assert [(run.token[0], run.axes) for run in store.list_sweeps("me", 9)] == [
        ("e", "[2]"),
        ("d", "[1]"),
    ]
    assert [run.token[0] for run in store.list_sweeps("me", 1)] == ["e"]
    assert store.load_run("d" * 22).events == [EVENTS[0], EVENTS[-1]]
    listed = store.list_runs("me", Query())
    assert ([run.token for run in listed.runs], listed.total) == ([TOKEN], 1)
    assert [run.token for run in store.get_runs("me", ["d" * 22, TOKEN])] == [TOKEN]
    store.delete("me", ["d" * 22, "c" * 22])
    assert [run.token[0] for run in store.list_sweeps("me", 9)] == ["e"]
    assert len(store.list_sweeps("another", 9)) == 1


def add_rows(store: Store, count: int) -> list[Run]:
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
            verdict=(None, "healthy", "diverging")[number % 3],
            seconds=float(number % 13),
            name=("", "Best", "worst", "a_b")[number % 4],
            starred=number % 6 == 0,
        )
        for number in range(count)
    ]
    with store.database.session() as session:
        session.add_all(runs)
    return [run for run in runs if run.owner == "me"]


SORT_KEYS = {
    "newest first": lambda run: -run.started_at,
    "oldest first": lambda run: run.started_at,
    "lowest final loss": lambda run: run.final_loss,
    "highest final loss": lambda run: None if run.final_loss is None else -run.final_loss,
    "lowest rate / largest stable": lambda run: run.critical_ratio,
    "highest rate / largest stable": lambda run: run.critical_ratio and -run.critical_ratio,
    "longest": lambda run: -run.seconds,
}


def test_the_list_is_searched_sorted_and_paged_as_in_python(store):
    runs = add_rows(store, 150)

    def listed(query: Query) -> list[str]:
        first = store.list_runs("me", query)
        assert first.total == len(runs)
        numbers = range(1, first.page_count + 1)
        every = [store.list_runs("me", replace(query, page=number)) for number in numbers]
        tokens = [run.token for page in every for run in page.runs]
        assert len(tokens) == first.matches
        return tokens

    for sort, key in SORT_KEYS.items():
        expected = sorted(
            runs, key=lambda run: (key(run) is None, key(run) or 0.0, -run.started_at)
        )
        assert listed(Query(sort=sort)) == [run.token for run in expected]
    for sort in SORTS:
        assert sorted(listed(Query(sort=sort))) == sorted(run.token for run in runs)
    for text, matches in (
        ("ADAM", lambda run: "adam" in run.words),
        ("adam 0.3", lambda run: "adam" in run.words and "0.3" in run.words),
        ("best", lambda run: run.name == "Best"),
        ("_", lambda run: "_" in run.name or "_" in (run.cause or "")),
        ("%", lambda run: "%" in (run.cause or "")),
        ("running", lambda run: run.outcome is None),
        ("diverging", lambda run: run.verdict == "diverging"),
        ("UNSCALED", lambda run: run.cause == "features-unscaled"),
        ("no such thing", lambda run: False),
        ("'; DROP TABLE runs --", lambda run: False),
    ):
        assert set(listed(Query(text=text))) == {run.token for run in runs if matches(run)}, text
    both = Query(outcomes=("running", "failed"), starred=True)
    assert set(listed(both)) == {
        run.token for run in runs if run.starred and run.outcome in (None, "failed")
    }
    assert len(store.list_runs("me", Query()).runs) == PAGE_SIZE
    last, beyond = (store.list_runs("me", Query(page=page)).runs for page in (3, 99))
    assert [run.token for run in last] == [run.token for run in beyond]


def test_a_run_is_found_by_the_title_of_its_upload(store):
    titles = (("upload-1", "House Prices"), ("upload-2", "Weather"))
    for token, (source, _) in zip((TOKEN, OTHER), titles, strict=True):
        store.add_run(token, Spec().patched({"data": {"source": source}}))
        store.set_owner(token, "me", None, words="a table of one's own")
    assert store.writer.flush(LIMIT)
    for text, tokens in (
        ("house", {TOKEN}),
        ("PRICES own", {TOKEN}),
        ("weather", {OTHER}),
        ("e", {TOKEN, OTHER}),
        ("house weather", set()),
        ("upload", set()),  # nobody sees a source
    ):
        found = store.list_runs("me", Query(text=text, titles=titles))
        assert {run.token for run in found.runs} == tokens, text
    assert store.list_runs("me", Query(text="house")).matches == 0


def test_a_page_of_the_list_reads_no_events_and_few_rows(store):
    add_rows(store, 150)
    statements: list[str] = []

    def listen(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    sqlalchemy.event.listen(store.database.engine, "before_cursor_execute", listen)
    assert len(store.list_runs("me", Query(text="adam")).runs) == PAGE_SIZE
    assert len(statements) == 3
    assert not [text for text in statements if "chunks" in text or "findings" in text]
