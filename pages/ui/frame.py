"""What the charts of a run need before it starts."""

from core.charts import Frame
from core.record import Record
from core.spec import Spec
from pages.ui.cached import directions, prediction, prepared


def frame_before(spec: Spec, before: Record | None = None) -> Frame:
    """The frame of a run that has not started: its shape and what theory predicts of it.

    Args:
        spec: What is to be run.
        before: The previous run, whose curve is drawn behind.

    Raises:
        InputError: As `core.data.prepare.prepare` does.
    """
    data = prepared(spec)
    predicted = prediction(spec)
    return Frame.before(
        spec,
        len(data.x_train),
        data.features,
        predicted.to_json(),
        before,
        directions(spec),
        predicted.unstable_since_step,
        initial_loss=predicted.initial_loss,
    )
