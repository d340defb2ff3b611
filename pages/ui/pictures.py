"""The pictures of a run: its fit, its path over the loss surface, a cut through the valley."""

from typing import Any

from core.cache import cached_value, keep, kept
from core.charts import CHARTS, Chart, Frame, Scene, why_absent
from core.spec import Spec
from core.theory.extremes import ExtremeSection
from core.theory.outlook import Outlook
from pages.ui.cached import is_wide, prediction, prepared
from pages.ui.live_chart import chart_payload
from pages.ui.wide import ask_worker

ANY_RATE = {"optimizer": {"learning_rate": 0.0}}


def picture_payloads(spec: Spec, private: bool = False) -> dict[str, dict[str, Any]]:
    """The pictures that a run has, by chart, without its weights; or `missing`, why it has none.

    They do not depend on the learning rate, so that a move of its slider computes none of them.

    Args:
        spec: What is run.
        private: Whether the viewer may see neither rows nor names of its table.

    Raises:
        InputError: As `core.data.prepare.prepare` does.
    """
    data = prepared(spec)
    prediction(spec)  # which decomposes the table, one large one at a time
    section, awaited = _extremes(spec)
    key = ("pictures", _at_any_rate(spec), private, section is None, awaited)
    return cached_value(key, lambda: _drawn(spec, Scene(spec, data, private, section, awaited)))


def _at_any_rate(spec: Spec) -> str:
    return spec.patched(ANY_RATE).model_dump_json()


def _extremes(spec: Spec) -> tuple[ExtremeSection | None, bool]:
    """Of a table with many columns what a worker says, and whether it has yet to say it."""
    if not is_wide(spec):
        return None, False
    key = ("extremes", _at_any_rate(spec))
    if known := kept(key):
        return known, False
    answer = ask_worker("outlook", spec)
    section = answer.theory.section if isinstance(answer.theory, Outlook) else None
    if section:
        keep(key, section)
    return section, answer.pending != ""


def _drawn(spec: Spec, scene: Scene) -> dict[str, dict[str, Any]]:
    data = scene.data
    frame = Frame.before(spec, len(data.x_train), data.features, scene=scene)
    told = {chart.key: _payload(chart, frame, scene) for chart in CHARTS if chart.picture}
    return {key: payload for key, payload in told.items() if payload}


def _payload(chart: Chart, frame: Frame, scene: Scene) -> dict[str, Any]:
    picture = chart.picture(frame) if chart.picture else None
    if picture is not None:
        return chart_payload(chart.key, chart.describe(frame)) | {"picture": picture}
    why = why_absent(chart.key, scene)
    return {"key": chart.key, "title": chart.title, "missing": why} if why else {}
