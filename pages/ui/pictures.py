"""The pictures of a run: its fit, its path over the loss surface, a cut through the valley."""

from typing import Any

from core.cache import cached_value
from core.charts import CHARTS, Chart, Frame, Scene, why_absent
from core.spec import Spec
from pages.ui.cached import prediction, prepared
from pages.ui.live_chart import chart_payload

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
    key = ("pictures", spec.patched(ANY_RATE).model_dump_json(), private)
    drawn = cached_value(key, lambda: _drawn(spec, Scene(spec, data, private)))
    rate = spec.optimizer.learning_rate
    return {
        name: payload | {"picture": payload["picture"] | {"rate": rate}}
        if "picture" in payload
        else payload
        for name, payload in drawn.items()
    }


def _drawn(spec: Spec, scene: Scene) -> dict[str, dict[str, Any]]:
    data = scene.data
    frame = Frame.before(spec, len(data.x_train), data.features, scene=scene)
    told = {chart.key: _payload(chart, frame, scene) for chart in CHARTS if chart.picture}
    return {key: payload for key, payload in told.items() if payload}


def _payload(chart: Chart, frame: Frame, scene: Scene) -> dict[str, Any]:
    picture = chart.picture(frame) if chart.picture else None
    if picture is not None:
        return chart_payload(chart.key, chart.draw(frame)) | {"picture": picture}
    why = why_absent(chart.key, scene)
    return {"key": chart.key, "title": chart.title, "missing": why} if why else {}
