"""What every chart is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import plotly.graph_objects as go

from .frame import Frame


@dataclass(frozen=True)
class Chart:
    """One figure, described once: pages, exports and the live component draw the same.

    Attributes:
        key: The name it is found by.
        title: Its heading; the figure itself has none.
        shows: One line on what is to be seen.
        live: Whether a run feeds it.
        describe: The figure, without the run's points; as plain values where it is drawn often, for
            Plotly's checks take four to a hundred times as long.
        plain: Whether the figure depends on the run's shape and names alone, whatever is predicted
            and whatever ran before.
        picture: Of a picture: what the browser moves it by, None where there is nothing to draw.
    """

    key: str
    title: str
    shows: str
    live: bool
    describe: Callable[[Frame], go.Figure | dict[str, Any]]
    plain: bool = False
    picture: Callable[[Frame], dict[str, Any] | None] | None = None

    def draw(self, frame: Frame) -> go.Figure:
        """The frame's figure, checked by Plotly."""
        figure = self.describe(frame)
        return figure if isinstance(figure, go.Figure) else go.Figure(figure)


def to_json(figure: go.Figure | dict[str, Any]) -> dict[str, Any]:
    """A figure as plain JSON values: lists, no arrays, null for what is not finite."""
    told = orjson.dumps(
        figure if isinstance(figure, dict) else figure.to_dict(),
        default=lambda array: array.tolist(),  # one of words
        option=orjson.OPT_SERIALIZE_NUMPY,
    )
    return orjson.loads(told)
