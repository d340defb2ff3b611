"""How an uploaded file was read, in a sentence, and a button for each decision that changes it."""

from contextlib import suppress

import streamlit as st

from core.charts.scene import shortened
from core.data.columns import index_columns
from core.data.dialect import Dialect
from core.data.profile import Profile
from core.data.summary import DELIMITER_NAMES, summarize
from core.data.uploads import Upload
from core.errors import InputError
from pages.ui.cached import table
from pages.ui.knob_values import row_text, rows_of
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.upload_box import read_again

CHANGE = ":material/swap_horiz:"
MOST_TARGETS = 3  # that are offered beside the menu of all
MOST_SHEETS = 4  # of a file, each of which is a button away


def reading_view(upload: Upload, profile: Profile) -> None:
    """Shows what was decided about a file, and what changes it.

    Args:
        upload: The file.
        profile: Of its table.
    """
    index = index_columns(table(upload.source))
    features = st.session_state.get("features") or []
    chosen = st.session_state.get("target")
    names = [column.name for column in profile.columns]
    target = chosen if chosen in names else default_target(profile, index)
    left_out = tuple(name for name in index if name != target and name not in features)
    units = {column.name: column.unit for column in upload.columns if column.unit}
    sentence = summarize(upload.kind, upload.dialect, upload.decisions, units, left_out, target)
    st.caption(f":material/search: {plain(sentence)}")
    with st.container(key="other_readings", horizontal=True, gap="small"):
        own = upload.owner == learner_id()  # what is read anew would be its owner's
        for label, dialect in _other_readings(upload) if own else ():
            if _button(label, dialect, upload):
                read_again(upload, dialect)
        for name in _other_targets(profile, (target, *index)):
            st.button(
                f"Predict {plain(shortened(name))}",
                key=f"predict-{name}-{upload.source}",
                icon=CHANGE,
                type="tertiary",
                on_click=_predict,
                args=(name,),
            )
        for name in left_out:
            st.button(
                f"Use {plain(shortened(name))} as a feature",
                key=f"use-{name}-{upload.source}",
                icon=CHANGE,
                type="tertiary",
                on_click=_use_all,
                args=([name for name in profile.numeric if name != target],),
            )
        excluded = _excluded_rows()
        for row in upload.decisions.totals:
            if row not in excluded and not upload.dialect.every_row:
                st.button(
                    f"Leave out row {row}, which is called a total",
                    key=f"total-{row}-{upload.source}",
                    icon=CHANGE,
                    type="tertiary",
                    on_click=_leave_out,
                    args=(row,),
                )


def default_target(profile: Profile, index: tuple[str, ...]) -> str:
    """The last column of numbers; one that only numbers the rows where there is no other."""
    numeric = [name for name in profile.numeric if profile.of(name).minimum is not None]
    others = [name for name in numeric if name not in index]
    return (others or numeric or [""])[-1]


def _excluded_rows() -> tuple[int, ...]:
    """The rows that are left out already; none where the knob holds something else."""
    with suppress(InputError):
        return rows_of(st.session_state.get("exclude_rows") or "")
    return ()


def _other_readings(upload: Upload) -> list[tuple[str, Dialect]]:
    """For each decision what a button says that changes it, and the dialect it leads to."""
    used, decisions = upload.dialect, upload.decisions
    found: list[tuple[str, Dialect]] = []
    if decisions.codes:
        code = f"{decisions.codes[0][1]:.10g}"
        other = "a number" if used.codes else "missing"
        found.append((f"Read {code} as {other}", used.model_copy(update={"codes": not used.codes})))
    if upload.kind not in ("text", "workbook") or decisions.header == "attributes":
        return found
    if len(upload.sheets) <= MOST_SHEETS:
        what = "sheet" if upload.kind == "workbook" else "table"
        found += [
            (f"Read {what} {plain(shortened(sheet))}", Dialect(sheet=sheet))
            for sheet in upload.sheets
            if sheet != used.sheet
        ]
    reasons = {line.reason for line in decisions.left_out}
    found.append(
        ("The first row is data", used.model_copy(update={"header": False}))
        if used.header
        else ("The first row has names", used.model_copy(update={"header": True}))
    )
    found += [
        (
            f"{DELIMITER_NAMES[other].capitalize()} between cells",
            Dialect.model_validate({"encoding": used.encoding, "delimiter": other}),
        )
        for other in decisions.delimiters
    ]
    if "title" in reasons:
        found.append(
            ("Begin at the first line", used.model_copy(update={"skip": 0, "header": None}))
        )
    if reasons & {"total", "note", "names", "table"}:
        found.append(("Keep every row", used.model_copy(update={"every_row": True})))
    elif used.every_row:
        found.append(("Leave out totals", used.model_copy(update={"every_row": False})))
    return found


def _other_targets(profile: Profile, taken: tuple[str, ...]) -> list[str]:
    """The columns of numbers that may be meant instead: the first and the last ones."""
    others = [name for name in profile.numeric if name not in taken]
    return others if len(others) <= MOST_TARGETS else [others[0], others[-1]]


def _predict(name: str) -> None:
    st.session_state["target"] = name


def _button(label: str, dialect: Dialect, upload: Upload) -> bool:
    key = f"{label}-{dialect.sheet}-{upload.source}"  # labels of two long names may be the same
    return st.button(label, key=key, icon=CHANGE, type="tertiary")


def _use_all(names: list[str]) -> None:
    st.session_state["features"] = names


def _leave_out(row: int) -> None:
    st.session_state["exclude_rows"] = row_text(tuple(sorted({*_excluded_rows(), row})))
