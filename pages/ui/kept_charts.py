"""The charts of a run that has ended, of events that the page itself sends: no token is told."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import numpy as np

from core.charts import CHART_BY_KEY, Frame
from core.classroom.mystery import is_mystery
from core.errors import InputError
from core.events import PROBE_ARRAYS, Event
from core.spec import Spec
from pages.ui.await_outlook import await_outlook
from pages.ui.code_values import code_values
from pages.ui.code_view import code_view
from pages.ui.live_chart import chart_payload, live_chart
from pages.ui.pictures import picture_payloads

MOST_EPOCHS = 1000  # told of one run
MOST_PROBES = 60
UNSEEN = {"steps", *PROBE_ARRAYS} - {"outputs"}  # fields that these charts do not draw


def kept_charts(
    events: Sequence[Event], spec: Spec, curve: Sequence[float | str | None], private: bool
) -> None:
    """Shows the loss and the picture, through which one may go epoch by epoch.

    Args:
        events: Of the run, as the viewer may see them, from `run_started` on.
        spec: What was run.
        curve: The predicted loss of each epoch; empty for none.
        private: Whether the viewer may see neither rows nor names of the table.
    """
    charts = [chart_payload("loss", CHART_BY_KEY["loss"].describe(Frame(events[0], curve)))]
    mystery = is_mystery(spec)  # then all but the curve is evidence
    with suppress(InputError):  # the table may be gone; the losses are not
        charts += () if mystery else picture_payloads(spec, private).values()
    shown = told(events)
    live_chart(
        token=None,
        charts=charts,
        rate=spec.optimizer.learning_rate,
        events=shown,
        notify=False,
        empty="",
        key="kept",
    )
    if not mystery:
        await_outlook(spec)
    if not private and not mystery:
        code_view(spec, partial(code_values, None))


def told(events: Sequence[Event]) -> list[Event]:
    """What the charts and the code's values show: so many epochs and probes, evenly chosen."""
    kept: list[Event] = [event for event in events if event["event"] == "run_started"]
    for kind, most in (("epoch_ended", MOST_EPOCHS), ("probe", MOST_PROBES)):
        found = [event for event in events if event["event"] == kind]
        chosen = np.unique(np.linspace(0, len(found) - 1, min(len(found), most)).astype(int))
        kept += [{k: v for k, v in found[i].items() if k not in UNSEEN} for i in chosen]
    return [*kept, *(event for event in events if event["event"] == "run_ended")]
