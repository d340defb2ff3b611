"""A comparison of ticked runs: curves, exact values, settings that differ, causes."""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any

import numpy as np
import orjson
import pandas as pd
import streamlit as st

from core.bugs.mystery import Mystery
from core.charts.comparison import MOST, QUANTITIES, draw
from core.diagnosis.ended import nothing_in_words
from core.differences import Settings, differing, in_words, settings_of_each, shown, unusual
from core.errors import InputError
from core.events import number
from core.record import Record
from core.service.service import service
from core.store import Run
from pages.ui.diagnosis import request_diagnosis, summary_of
from pages.ui.plain_text import plain
from pages.ui.table_titles import with_table_title

LABEL_LENGTH = 60
EVIDENCE = {"learning_rate", "gradient_norm", "weight_norm"}  # of a mystery: costs points


def runs_compare(runs: Sequence[Run]) -> None:
    """Compares up to eight runs."""
    if len(runs) > MOST:
        st.warning(f"{len(runs)} runs are ticked; the first {MOST} of them are compared.")
        runs = runs[:MOST]
    labels = labels_of(runs)
    records = {label: _record(run.token) for label, run in zip(labels, runs, strict=True)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        quantity = st.selectbox(
            "Compare",
            list(QUANTITIES),
            format_func=QUANTITIES.__getitem__,
            key="compared",
            width=320,
        )
        log = st.toggle("Log scale", True, key="compared_log")
    st.plotly_chart(
        draw(records, quantity, log), key="comparison", alt=f"{QUANTITIES[quantity]}, each run"
    )
    _values(records)
    _settings(runs, labels)
    _causes(runs, labels)


def labels_of(runs: Sequence[Run]) -> list[str]:
    """A unique label for each run: its name, or what differs; a letter before those compared."""
    names = names_of(runs)
    letters = [f"{letter} · " for letter in ascii_uppercase[:MOST]] + [""] * len(names)
    return [letter + name for letter, name in zip(letters, names, strict=False)]


def names_of(runs: Sequence[Run]) -> list[str]:
    """A name for each run that no other has: the learner's own, or the settings that differ.

    Runs of the same settings, or of the same name, are told by when they were started.
    """
    every = settings_of_each(with_table_title(orjson.loads(run.spec)) for run in runs)
    different = differing(every)
    for count in range(1, len(different) + 1):  # as few settings as tell them apart
        told = [[shown(n, settings.get(n)) for n in different[:count]] for settings in every]
        if len({*map(tuple, told)}) == len(runs) or count == len(different):
            different = different[:count]
            break
    texts = [
        run.name or _short({name: settings.get(name) for name in different}, run)
        for run, settings in zip(runs, every, strict=True)
    ]
    return [
        text if texts.count(text) == 1 else f"{text} · {_started(run)}"
        for run, text in zip(runs, texts, strict=True)
    ]


def _short(settings: Settings, run: Run) -> str:
    """Settings in few letters, numbers with three digits."""
    settings = settings or unusual(with_table_title(orjson.loads(run.spec)))
    text = in_words(
        {n: float(f"{v:.3g}") if isinstance(v, float) else v for n, v in settings.items()}
    )
    return text if len(text) <= LABEL_LENGTH else text[: LABEL_LENGTH - 1] + "…"


def _started(run: Run) -> str:
    """When a run was started, to the tenth of a second, in the learner's time."""
    zone = st.context.timezone or "UTC"
    started = pd.Timestamp(run.started_at, unit="s", tz="UTC").tz_convert(zone)
    return f"{started.day} {started:%b %H:%M:%S}.{started.microsecond // 100_000}"


def _values(records: Mapping[str, Record]) -> None:
    """Exact numbers at the end, or at one epoch."""
    longest = max((int(r.epoch[-1]) + 1 for r in records.values() if len(r.epoch)), default=1)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Exact values", anchor=False)
        where = st.segmented_control(
            "Where",
            ["at the end", "at one epoch"],
            default="at the end",
            required=True,
            key="compared_where",
            label_visibility="collapsed",
        )
        chosen = None
        if where == "at one epoch":
            chosen = st.number_input(
                "After how many epochs", 1, longest, longest, key="compared_epoch", width=180
            )
    st.table(values_of(records, None if chosen is None else int(chosen) - 1))


def values_of(records: Mapping[str, Record], epoch: int | None) -> pd.DataFrame:
    """The quantities of each run at one epoch, counted from 0, or at its end, in full digits."""
    rows = {}
    for label, record in records.items():
        place = record.place_of(epoch)
        row = {"epochs": "–" if place is None else f"{record.epoch[place] + 1}"}
        hidden = EVIDENCE if _is_mystery(record) else ()
        for name, title in QUANTITIES.items():
            told = place is not None and name not in hidden
            row[title] = _exact(name, getattr(record, name)[place]) if told else "–"
        rows[label] = row
    return pd.DataFrame.from_dict(rows, orient="index")


def _is_mystery(record: Record) -> bool:
    bug = record.started.get("spec", {}).get("bug")
    return bool(bug) and bug["key"] == Mystery.name()


def _exact(name: str, value: float) -> str:
    plain = number(value)
    if isinstance(plain, float):
        short = np.float32(plain)  # most are float32: as many digits as those have, and no more
        return str(short) if float(short) == plain else f"{plain:.9g}"
    return "–" if name == "val_loss" and plain == "nan" else str(plain)


def _settings(runs: Sequence[Run], labels: Sequence[str]) -> None:
    every = settings_of_each(with_table_title(orjson.loads(run.spec)) for run in runs)
    different = differing(every)
    st.header("What differs in the settings" if len(runs) > 1 else "The settings", anchor=False)
    if len(runs) == 1:
        st.caption(plain(in_words(unusual(with_table_title(orjson.loads(runs[0].spec))))))
    elif not different:
        st.caption("Nothing: these runs have the same settings.")
    else:
        st.table(_diff(every, different, labels))


def _diff(
    every: Sequence[Settings], different: Sequence[str], heads: Sequence[str]
) -> pd.DataFrame:
    columns: dict[str, Any] = {
        plain(head): [plain(shown(name, settings.get(name))) for name in different]
        for head, settings in zip(heads, every, strict=True)
    }
    return pd.DataFrame(columns, index=list(different))


def _causes(runs: Sequence[Run], labels: Sequence[str]) -> None:
    """The outcome and the root cause of each run; requests the diagnoses that are missing."""
    st.header(
        "What became of them, and why" if len(runs) > 1 else "What became of it", anchor=False
    )
    for run, label in zip(runs, labels, strict=True):
        st.markdown(f"- {plain(label)}: **{run.outcome or 'running'}.** {_why(run)}")


def _why(run: Run) -> str:
    if run.outcome is None:
        return ""
    if run.outcome == "failed":
        return plain(run.reason)
    if run.summary is not None:
        return run.summary or nothing_in_words(run.verdict)
    try:
        found = request_diagnosis(run.token)
        return summary_of(found) or nothing_in_words(found.verdict)
    except InputError as error:
        return f"The cause cannot be looked for. {plain(error)}"


def _record(token: str) -> Record:
    return Record.of(service().log(token).decoded())
