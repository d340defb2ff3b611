"""The live charts of the run on screen: the loss, the picture beside it, more behind a click."""

from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from core.cache import cached_value
from core.charts import CHART_BY_KEY, CHARTS, Chart, Frame
from core.classroom.mystery import is_mystery
from core.errors import InputError
from core.events import decode
from core.record import Record
from core.service.run_log import PROBE, RunLog
from core.spec import Spec
from pages.ui.cached import is_wide, prepared
from pages.ui.frame import frame_before
from pages.ui.lab.picture import picture_of
from pages.ui.live_chart import chart_payload, live_chart
from pages.ui.pictures import picture_payloads
from pages.ui.run_names import run_names
from pages.ui.state import session
from pages.ui.wide import ask_worker

KEY = "live"
DEFAULT_NAMES = Frame.names
LIVE_CHARTS = [chart for chart in CHARTS if chart.live and not chart.picture]
PLAIN_CHARTS = [chart for chart in LIVE_CHARTS if chart.plain]  # the same for every rate
OWN_CHARTS = [chart for chart in LIVE_CHARTS if not chart.plain]


def run_charts(
    log: RunLog | None,
    spec: Spec,
    ghost: RunLog | None,
    ghost_token: str | None,
    knobs: Spec | None = None,
) -> None:
    """Shows them.

    Args:
        log: Of the run on screen; None before there is one.
        spec: What is charted: the run's, or the knobs' before it.
        ghost: Log of the run before, whose curve is drawn behind.
        ghost_token: Its token.
        knobs: Spec of the knobs, which follow what is done in the picture; None where invalid.
    """
    try:
        before = ghost_token if ghost else None
        names, beside = names_of(log, before), are_beside(before)
        awaited = is_wide(spec) and ask_worker("outlook", spec).pending != ""

        def frame() -> Frame:
            behind = _course(ghost, ghost_token) if ghost else None
            return replace(frame_before(spec, behind), names=names, beside=beside)

        charts = _chart_payloads(spec, frame, (before, names, beside, awaited))
    except InputError:  # the run's table was deleted; its events were not
        events = log.decoded()[:1] if log else []
        if not events or events[0]["event"] != "run_started":
            return
        behind = _course(ghost, ghost_token) if ghost else None
        charts = [*_payloads(Frame(events[0], ghost=behind), LIVE_CHARTS).values()]
    live = log is not None and not log.ended
    live_chart(
        token=session().token if log else None,
        charts=charts,
        rate=spec.optimizer.learning_rate,
        notify=live,  # also of an end while this script runs
        focus=session().chart_focus,
        key=KEY,
        **picture_of(spec, knobs, live, KEY),
    )


def private_chart(log: RunLog) -> None:
    """Of another learner's run on their own table: its losses, its rate, its path."""
    events = list(map(decode, log.public()))
    if events and events[0]["event"] == "run_started":
        charts = [chart_payload("loss", CHART_BY_KEY["loss"].describe(Frame(events[0])))]
        with suppress(InputError):  # the run's table was deleted
            charts += picture_payloads(log.spec, private=True).values()
        rate = log.spec.optimizer.learning_rate
        live = not log.ended
        live_chart(token=session().token, charts=charts, rate=rate, notify=live, key=KEY)


def are_beside(ghost_token: str | None) -> bool:
    """Whether the run on screen and the one before were run side by side."""
    tab = session()
    return (
        ghost_token == tab.ghost is not None
        and tab.beside is not None
        and (tab.beside[0] == tab.token)
    )


def names_of(log: RunLog | None, ghost_token: str | None) -> tuple[str, str]:
    """What the run on screen and the one before are called: by their owner, or as they are told."""
    tab = session()
    now, before = tab.token if log else None, ghost_token
    given = run_names(token for token in (now, before) if token)
    own, earlier = given.get(now or "", ""), given.get(before or "", "")
    told = DEFAULT_NAMES
    if tab.beside and are_beside(before):
        told = tab.beside[2], tab.beside[1]
    return own or told[0], f"{earlier} (before)" if earlier == own != "" else earlier or told[1]


def _course(log: RunLog, token: str | None) -> Record:
    """A run's epochs, without its probes; of one that has ended read once."""

    def read() -> Record:
        return Record.of(decode(line) for line in log.events if not line.startswith(PROBE))

    return cached_value(("course", token), read) if log.ended else read()


def _chart_payloads(
    spec: Spec, frame: Callable[[], Frame], shown: Hashable
) -> list[dict[str, Any]]:
    """The live charts of a run, without its points.

    Args:
        spec: What is run.
        frame: Makes its frame, where a chart is to be described.
        shown: What else the charts that are its own depend on.
    """
    data = prepared(spec)
    rows, batch = len(data.x_train), spec.training.batch_size
    shape = (spec.training.epochs, rows, batch, tuple(data.features), spec.model.use_bias)
    plain = cached_value(("plain charts", *shape), lambda: _payloads(frame(), PLAIN_CHARTS))
    key = ("live charts", spec.model_dump_json(), shown)
    told = plain | cached_value(key, lambda: _payloads(frame(), OWN_CHARTS))
    if is_mystery(spec):  # the rest is evidence
        return [told["loss"]]
    told |= picture_payloads(spec)
    return [told[chart.key] for chart in CHARTS if chart.key in told]


def _payloads(frame: Frame, charts: Sequence[Chart]) -> dict[str, dict[str, Any]]:
    return {chart.key: chart_payload(chart.key, chart.describe(frame)) for chart in charts}
