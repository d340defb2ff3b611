"""Exported programs, run in this process and held against the recorded run."""

import contextlib
import io
import re

import numpy as np
import pandas as pd

from core.data.prepare import prepare
from core.spec import Spec
from core.training.trainer import train
from tests.conftest import column

BASE = Spec().patched(
    {
        "data": {"source": "two-features", "target": "y"},
        "scaling": {"features": "standard"},
        "optimizer": {"learning_rate": 0.05},
        "training": {"epochs": 4},
    }
)
LINE = re.compile(r"epoch (\d+)  loss (\S+)  val_loss (\S+)")


def printed(text: str) -> str:
    """What a script prints when it runs in this process."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(text, "exported.py", "exec"), {"__name__": "__main__"})
    return out.getvalue()


def assert_same(spec: Spec, table: pd.DataFrame, output: str, rtol: float = 1e-4) -> None:
    events = list(train(spec, prepare(table, spec.data, spec.scaling, spec.training.seed)))
    found = LINE.findall(output)
    losses, val_losses = column(events, "loss"), column(events, "val_loss")
    assert [int(epoch) for epoch, _, _ in found[: len(losses)]] == list(range(1, len(losses) + 1))
    told = np.array([[float(a), float(b)] for _, a, b in found])[: len(losses)]
    finite = np.isfinite(losses)
    assert finite[:-1].all()
    np.testing.assert_allclose(told[finite, 0], losses[finite], rtol=rtol)
    assert not np.isfinite(told[~finite, 0]).any()
    if spec.bug is None or spec.bug.breaks() != "Step":
        np.testing.assert_allclose(told[finite, 1], val_losses[finite], rtol=rtol)
