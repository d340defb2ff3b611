"""The charts of a run that has ended, of events that the page itself sends: no token is told."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from core.charts import CHART_BY_KEY, Frame
from core.errors import InputError
from core.events import Event
from core.spec import Spec
from pages.ui.live_chart import chart_payload, live_chart
from pages.ui.pictures import picture_payloads

MOST_EPOCHS = 1000  # told of one run
UNSEEN = {"steps"}  # fields of an epoch that these charts do not draw


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
    charts = [chart_payload("loss", CHART_BY_KEY["loss"].draw(Frame(events[0], curve)))]
    with suppress(InputError):  # the table may be gone; the losses are not
        charts += picture_payloads(spec, private).values()
    live_chart(token=None, charts=charts, events=told(events), notify=False, empty="", key="kept")


def told(events: Sequence[Event]) -> list[Event]:
    """What the charts draw: without probes, and at most so many epochs, evenly chosen."""
    epochs = [event for event in events if event["event"] == "epoch_ended"]
    chosen = np.unique(np.linspace(0, len(epochs) - 1, min(len(epochs), MOST_EPOCHS)).astype(int))
    rest = [event for event in events if event["event"] in ("run_started", "run_ended")]
    few = [{k: v for k, v in epochs[i].items() if k not in UNSEEN} for i in chosen]
    return [*rest[:1], *few, *rest[1:]]
