"""What a browser session knows; the only place that names session-state keys of our own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

import streamlit as st

from core.bugs import BUG_BY_KEY
from core.data.synthetic import Synthetic
from core.errors import InputError
from core.lessons import LESSON_BY_KEY
from core.model.losses import LOSS_BY_KEY
from core.model.optimizers import OPTIMIZER_BY_KEY
from core.model.schedules import SCHEDULE_BY_KEY
from core.spec import MAX_EXCLUDED_ROWS, Encoding, Spec

MENUS = {
    "optimizer": tuple(OPTIMIZER_BY_KEY),
    "schedule": tuple(SCHEDULE_BY_KEY),
    "loss": tuple(LOSS_BY_KEY),
    "bug": ("none", *BUG_BY_KEY),
    "lesson": tuple(LESSON_BY_KEY),
}
ENCODINGS: dict[str, Encoding] = {"one_hot": "one-hot", "ordinal": "ordinal", "days": "days"}
RUN = "run"  # the query parameter that names the live run, so that F5 comes back to it
SWEEP = "sweep"  # the same for a sweep


@dataclass
class Picked:
    """What was clicked on the data page, and is shown in all of its charts.

    Attributes:
        feature: A feature.
        other: What it is drawn against; a second feature, or the target.
        row: A row as it is counted in the table, from 1.
        acted: Whether it has just changed the choices beside the charts, which are to follow.
    """

    feature: str = ""
    other: str = ""
    row: int | None = None
    acted: bool = False


@dataclass
class Session:
    """One browser tab.

    Attributes:
        token: The run on screen.
        ghost: The run before it, whose curve stays in the chart.
        uploads: Uploaded tables by id, with the names their files had.
        upload_error: What was wrong with the last uploaded file.
        files: How many files came: each clears the box that it came through.
        arrived: A table that is to become the chosen one.
        picked: What was clicked in the charts of the data page.
        notices: What to tell about the link the tab was opened with.
        opened: Whether the link has been looked at.
        moved_rate: Where the slider of the rate was moved, until the knob says the same.
        heard_rate: Which rate of the slider was heard last, by the name it gave.
        examples: Tokens of the catalogue's examples, by item.
        remedy_runs: Tokens of the runs that verify remedies, by finding and remedy.
        stranger: Whose runs these are where the browser refuses the learner's cookie.
        spec: What the lab's knobs said last; None before it was looked at.
        sweep: Token of the sweep on screen.
    """

    token: str | None = None
    ghost: str | None = None
    uploads: dict[str, str] = field(default_factory=dict)
    upload_error: str = ""
    files: int = 0
    arrived: str = ""
    picked: Picked = field(default_factory=Picked)
    notices: list[str] = field(default_factory=list)
    opened: bool = False
    moved_rate: float | None = None
    heard_rate: float = 0.0
    examples: dict[str, str] = field(default_factory=dict)
    remedy_runs: dict[str, str] = field(default_factory=dict)
    stranger: str = field(default_factory=token_urlsafe)
    spec: Spec | None = None
    sweep: str | None = None


def session() -> Session:
    """This tab's session; the first call of a new one takes the run from the link."""
    if "uphill" not in st.session_state:
        st.session_state["uphill"] = Session(
            token=st.query_params.get(RUN), sweep=st.query_params.get(SWEEP)
        )
    here: Session = st.session_state["uphill"]
    return here


def keep_run_in_link() -> None:
    """Names the run in the link again, where a change of page has dropped it."""
    if (token := session().token) and st.query_params.get(RUN) != token:
        st.query_params[RUN] = token


def keep_sweep_in_link() -> None:
    """The same for the sweep."""
    if (token := session().sweep) and st.query_params.get(SWEEP) != token:
        st.query_params[SWEEP] = token


def show_sweep(token: str) -> None:
    """Puts a new sweep on screen, and in the link."""
    session().sweep = token
    st.query_params[SWEEP] = token


def show_run(token: str) -> None:
    """Puts a new run on screen, and in the link; the one before it becomes the ghost."""
    here = session()
    here.ghost, here.token = here.token, token
    st.query_params[RUN] = token


def load_spec(spec: Spec) -> None:
    """Sets every knob of the lab to a spec's value; in the lab, call it in a callback only."""
    for key, value in knob_values(spec).items():
        st.session_state[key] = value


def go_to_lab(spec: Spec) -> None:
    """Leaves another page for the lab, with every knob set to a spec's value."""
    load_spec(spec)
    st.switch_page("lab.py", query_params={})  # else widgets bound to this link forbid to go


def knob_values(spec: Spec) -> dict[str, Any]:
    """A spec as values of the lab's widgets, by their keys."""
    source = spec.data.source
    values: dict[str, Any] = {
        "source": source.partition(":")[0],
        "target": spec.data.target,
        "features": list(spec.data.features or ()),
        **{knob: _encoded(spec, kind) for knob, kind in ENCODINGS.items()},
        "exclude_rows": row_text(spec.data.exclude_rows),
        "missing": spec.data.missing,
        "validation": spec.data.validation_fraction,
        "scale": spec.scaling.features,
        "scale_target": spec.scaling.target,
        "layer": spec.model.layer,
        "bias": spec.model.use_bias,
        "initializer": spec.model.initializer,
        "activation": spec.model.activation,
        "bug": spec.bug.key if spec.bug else "none",
        "optimizer": spec.optimizer.key,
        "learning_rate": spec.optimizer.learning_rate,
        "clip_norm": spec.optimizer.clip_norm,
        "schedule": spec.schedule.key,
        "loss": spec.loss.key,
        "reduction": spec.loss.reduction,
        "epochs": spec.training.epochs,
        "batch": spec.training.batch_size,
        "shuffle": spec.training.shuffle,
        "seed": spec.training.seed,
    }
    if source.startswith("synthetic"):
        values |= _named("synthetic", Synthetic.from_source(source).model_dump())
    for part in (spec.optimizer, spec.schedule, spec.loss, spec.bug):
        if part is not None:
            own = part.model_dump(exclude={"key", "learning_rate", "clip_norm", "reduction"})
            values |= _named(part.key, own)
    return values


def _encoded(spec: Spec, kind: Encoding) -> list[str]:
    return [name for name, how in spec.data.encode.items() if how == kind]


def row_text(rows: tuple[int, ...]) -> str:
    """Row numbers as the lab's knob holds them.

    Example:
        >>> row_text((1, 2, 3, 7))
        '1-3, 7'
    """
    parts: list[list[int]] = []
    for row in rows:
        if parts and row == parts[-1][-1] + 1:
            parts[-1][1:] = [row]
        else:
            parts.append([row])
    return ", ".join("-".join(map(str, part)) for part in parts)


def rows_of(text: str) -> tuple[int, ...]:
    """Row numbers from a knob's text; raises `InputError` for what is none."""
    rows: set[int] = set()
    for part in text.replace("–", "-").replace(";", ",").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if not part.strip():
            continue
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise InputError(
                f"`data.exclude_rows` must be like 3, 17, 20-25. Received: {part.strip()[:40]!r}."
            )
        end = int(last) if dash else int(first)
        if end - int(first) > MAX_EXCLUDED_ROWS or len(rows) > MAX_EXCLUDED_ROWS:
            raise InputError(
                f"`data.exclude_rows` must be at most {MAX_EXCLUDED_ROWS:,} rows. "
                f"Received: {part.strip()[:40]!r}."
            )
        rows.update(range(int(first), end + 1))
    return tuple(sorted(rows))


def _named(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{kind}.{name}": ", ".join(f"{v:g}" for v in value) if isinstance(value, tuple) else value
        for name, value in values.items()
    }


def changes(old: Spec, new: Spec) -> str:
    """What differs between two specs, in words; empty where nothing does.

    Example:
        `learning_rate` 0.01 → 0.005 · `scale` none → standard
    """
    before, after = knob_values(old), knob_values(new)
    told = [
        f"`{key}` {_shown(before.get(key))} → {_shown(value)}"
        for key, value in after.items()
        if before.get(key) != value
    ]
    return " · ".join(told)


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "–" if value in (None, [], "") else str(value)


def link_notices() -> list[str]:
    """What to tell about the link this tab was opened with: values that are no choices.

    Menus drop what they do not know; the learner should hear of it.
    """
    here = session()
    if not here.opened:
        here.opened = True
        for name, known in MENUS.items():
            asked = st.query_params.get(name)
            if asked and asked not in known:
                here.notices.append(
                    f"The link asks for `{name}` = “{asked[:60]}”, which is not one of "
                    f"{', '.join(known)}. The default is used."
                )
    return here.notices
