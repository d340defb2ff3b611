"""Makes the curves that the catalogue draws: the loss of each item's example, and of it mended.

`make catalogue` writes them; the tests of symptoms and of examples hold them to what is trained.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from core.bugs import BUGS
from core.diagnosis.causes import CAUSES
from core.diagnosis.diagnosis import Diagnosis
from core.events import Event, from_number
from core.lessons import LESSONS
from core.spec import Spec
from pages.ui.catalogue.items import FILE
from tests.core.diagnosis.runs import above_note, diagnosis_of, run_of, searched

POINTS = 48  # of a curve, at most: it is drawn some 200 pixels wide
FEW = 4  # epochs before a run breaks, below which its single steps are drawn as well
LONGER = 3  # times the example's epochs up to which the mended run is drawn
ROOM = 1.15  # times the epochs of a run that broke
OWN = tuple(cause for cause in CAUSES if not cause.key.startswith("bug:"))
LOOKS = {
    "diverging": "non-finite",
    "oscillating": "jumps",
    "stuck": "plateaus",
    "healthy": "fine",
}  # of a verdict
MAKE = "The example has changed: run `make catalogue`."
Curve = list[list[float]]


def curve_of(events: Sequence[Event], name: str = "loss", until: float = np.inf) -> Curve:
    """A run's loss as Keras reports it, as few points as show its shape; before it, the untrained.

    Args:
        events: Of the run.
        name: `loss` or `val_loss`.
        until: The epoch up to which it is drawn.

    Returns:
        How many epochs were trained, and the loss then: finite, in three digits.
    """
    start = events[0]["full_loss" if name == "loss" else name]
    points = [(0.0, from_number(start))] if start is not None else []
    ended = [event for event in events if event["event"] == "epoch_ended"]
    if name == "loss" and len(ended) < FEW and broke(events):
        points += _steps(events)
    points += [(event["epoch"] + 1, from_number(event[name])) for event in ended]
    x, y = np.array([point for point in points if point[0] <= until]).reshape(-1, 2).T
    x, y = x[np.isfinite(y)], y[np.isfinite(y)]
    if len(y) > POINTS:  # lowest and highest of each piece, so that what jumps still does
        pieces = np.array_split(np.arange(len(y)), POINTS // 2 - 1)
        ends = [place for p in pieces for place in (p[y[p].argmin()], p[y[p].argmax()])]
        keep = np.unique([0, *ends, len(y) - 1])
        x, y = x[keep], y[keep]
    return [[float(f"{value:.3g}") for value in values] for values in (x, y)]


def _steps(events: Sequence[Event]) -> list[tuple[float, float]]:
    """The losses of the first batches, over the epochs trained."""
    per_epoch = events[0]["steps_per_epoch"]
    probes = [event for event in events if event["event"] == "probe"]
    return [(event["step"] / per_epoch, from_number(event["loss"])) for event in probes]


def broke(events: Sequence[Event]) -> bool:
    """Whether the run ends in NaN or infinity."""
    ends = [from_number(event["loss"]) for event in events if event["event"] == "epoch_ended"]
    return bool(ends) and not np.isfinite(ends[-1])


def drawn(events: Sequence[Event], looks: str) -> dict[str, Any]:
    """What the catalogue draws of an example, without the mended one.

    Args:
        events: Of its run.
        looks: What one sees; that a loss falls before it rises is found here.
    """
    loss = curve_of(events)
    low, high = (min(loss[1], default=0.0), max(loss[1], default=0.0))
    if looks in ("rises", "non-finite") and high > 2 * min(loss[1][:1], default=high):
        looks = "turns" if low < 0.5 * loss[1][0] else "rises"
    item: dict[str, Any] = {"looks": looks, "loss": loss, "broke": broke(events)}
    if looks == "validation-off":
        item["validation"] = curve_of(events, "val_loss")
    return item


def assert_as_kept(key: str, events: Sequence[Event], looks: str) -> None:
    """Asserts that the file has this run's curve, as far as rounding leaves runs alike."""
    kept, fresh = json.loads(FILE.read_text("utf-8"))["items"][key], drawn(events, looks)
    assert (kept["looks"], kept["broke"]) == (fresh["looks"], fresh["broke"]), MAKE
    (x, y), (told_x, told_y) = fresh["loss"], kept["loss"]
    assert x[-1:] == pytest.approx(told_x[-1:], rel=0.1), MAKE
    if x:
        early = np.linspace(0, 0.5 * x[-1], 20)
        same = [np.interp(early, a, np.log10(b)) for a, b in ((x, y), (told_x, told_y))]
        assert np.abs(np.subtract(*same)).max() < 0.1, MAKE


def _mended(
    item: dict[str, Any], events: Sequence[Event], epochs: int, by: str, unit: float = 1.0
) -> dict[str, Any]:
    """The item with the curve of the run that was mended, over the epochs that are shown.

    Args:
        item: What is drawn of the example.
        events: Of the mended run.
        epochs: Of the example.
        by: The remedy.
        unit: What a loss of 1 of the mended run is in the example's unit.
    """
    ended = item["loss"][0][-1] if item["loss"][0] else 0
    until = max(ROOM * ended, 1) if item["broke"] else LONGER * epochs
    x, y = curve_of(events, until=until)
    return item | {"mended": [x, [float(f"{unit * loss:.3g}") for loss in y]], "by": by}


def looks_of(found: Diagnosis) -> str:
    """What one sees of a run with this diagnosis."""
    return LOOKS.get(found.verdict, found.verdict)


def made() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every item's key with what is drawn of it."""
    for bug in BUGS:
        spec = Spec().patched(bug.example)
        item = drawn(run_of(spec.patched({"bug": {"key": bug.name()}}))[1], bug.symptom)
        item["stage"] = bug.stage
        yield bug.name(), _mended(item, run_of(spec)[1], spec.training.epochs, "Without the bug")
    for cause in OWN:
        spec = Spec().patched(cause.example)
        found, search = searched(spec)
        (finding,) = [finding for finding in found.findings if finding.cause == cause.key]
        events = run_of(spec)[1]
        item = drawn(events, looks_of(found)) | {"stage": finding.stage}
        if search.remedies and found.unhealthy:
            remedy = search.remedies[0]
            mended = run_of(spec.patched(remedy.patch))[1]
            rescaled = "target" in remedy.patch.get("scaling", {})
            unit = events[0]["baseline_loss"] / mended[0]["baseline_loss"] if rescaled else 1.0
            item = _mended(item, mended, spec.training.epochs, remedy.title, unit)
        yield cause.key, item


def lessons() -> dict[str, str]:
    """The cause that the diagnosis finds first in each lesson; lessons without one are left out."""
    causes = {lesson.key: above_note(diagnosis_of(lesson.spec)) for lesson in LESSONS}
    return {key: found[0].removeprefix("bug:") for key, found in causes.items() if found}


def main() -> None:
    """Trains all examples and lessons; writes the file."""
    curves = dict(made())
    lines = [f"{json.dumps(key)}: {json.dumps(drawn)}" for key, drawn in curves.items()]
    told = f'"lessons": {json.dumps(lessons())}'
    text = '{"items": {\n' + ",\n".join(lines) + "\n},\n" + told + "}\n"
    FILE.write_text(text, encoding="utf-8")
    print(f"{len(lines)} items, {len(text):,} bytes: {FILE}")


if __name__ == "__main__":
    main()
