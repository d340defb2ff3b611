import numpy as np

from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import fact


def find(evidence: Evidence) -> Finding | None:
    data = evidence.data
    bad_x, bad_y = ~np.isfinite(data.x_train), ~np.isfinite(data.y_train)
    held = [part for part in (data.x_val, data.y_val) if part is not None]
    bad_held = sum(int((~np.isfinite(part)).sum()) for part in held)
    cells = int(bad_x.sum() + bad_y.sum())
    if not cells and not bad_held:
        return None
    if not cells:
        text = f"{bad_held} held-out values are NaN or infinite, so the validation loss is NaN."
        shown = fact("held-out values that are not finite", bad_held, 0)
        return Finding("non-finite-values", "data", "warning", text, (shown,))
    counts = [*bad_x.sum(axis=0).tolist(), int(bad_y.sum())]
    names = [*data.features, data.target]
    worst = int(np.argmax(counts))
    rows = int((bad_x.any(axis=1) | bad_y[:, 0]).sum())
    text = (
        f"{rows} of {len(bad_x):,} training rows hold NaN or infinity, most of them in "
        f"{names[worst]}: the loss is NaN as soon as a batch holds one of them."
    )
    shown = fact("training values that are not finite", cells, 0)
    return Finding("non-finite-values", "data", "error", text, (shown,))


CAUSE = Cause(
    key="non-finite-values",
    title="Values that are not finite",
    what="The training rows hold NaN or infinity.",
    why="One NaN makes the loss NaN, its gradient too, and with it every weight.",
    see="The loss is NaN from the first batch that holds such a row.",
    remedy="Leave those rows out, or fill the holes.",
    reference="scikit-learn user guide, “Imputation of missing values”.",
    example={
        "data": {"source": "cars", "target": "Miles_per_Gallon", "missing": "keep"},
        "scaling": {"features": "standard"},
    },
    find=find,
    needs=(),
)
