"""The events of a run as files: a row per epoch as CSV, everything as JSON."""

import csv
import io
from collections.abc import Iterable

from ..events import Event, encode
from ..spec import Spec
from .public import public
from .spreadsheet import harmless

COLUMNS = (
    "epoch",
    "step",
    "loss",
    "val_loss",
    "full_loss",
    "learning_rate",
    "gradient_norm",
    "weight_norm",
    "update_norm",
)


def events_csv(events: Iterable[Event]) -> str:
    """The epochs, one a row, counted from 0; the first weights behind the norms, by name.

    Numbers stand to their last digit, NaN and infinity as `nan`, `inf` and `-inf`, which pandas and
    R read as such. What was not measured is empty.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    names: list[str] = []
    for event in events:
        if event["event"] == "run_started":
            names = _weights(event)
            writer.writerow([*COLUMNS, *map(harmless, names)])
        elif event["event"] == "epoch_ended":
            writer.writerow([*(event[name] for name in COLUMNS), *event["weights"][: len(names)]])
    return file.getvalue() or ",".join(COLUMNS) + "\n"


def events_json(events: Iterable[Event]) -> str:
    """All events in one JSON array, one a line, as `GET /api/runs/<token>/events` gives them."""
    return "[\n" + ",\n".join(encode(_public(event)).decode() for event in events) + "\n]\n"


def _public(event: Event) -> Event:
    if event["event"] != "run_started":
        return event
    return event | {"spec": public(Spec.of(event["spec"])).model_dump(mode="json")}


def _weights(started: Event) -> list[str]:
    """Names of the weights that the epochs tell: the first features', and the bias last."""
    if not started["weights"]:
        return []  # the run failed before it had any
    bias = started["spec"]["model"]["use_bias"]
    features = started["features"][: len(started["weights"]) - bias]
    return [*(f"weight of {name}" for name in features), *(["bias"] * bias)]
