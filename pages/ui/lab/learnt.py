"""What an ended run has learnt, beside the best there is: weights, equation, error."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from core.cache import cached_value
from core.diagnosis.learnt import learnt
from core.diagnosis.spec_run import declared_by
from core.errors import InputError
from core.events import Event, decode
from core.record import Record
from core.service.run_log import RunLog
from core.theory.equation import Equation, LeastSquares, least_squares
from pages.ui.await_runs import await_runs
from pages.ui.cached import is_wide, prepared
from pages.ui.plain_text import plain
from pages.ui.wide import Answer, ask_worker

MOST_ROWS = 12  # of a table that is shown whole


def learnt_view(log: RunLog, token: str) -> None:
    """The weights of an ended run and those of least squares, in the table's own units."""
    spec = log.spec
    try:
        data = prepared(spec)
    except InputError:  # the table was deleted
        return

    def read() -> Equation | None:
        return learnt(declared_by(spec, data), Record.of(_last_events(log.events)))

    own = cached_value(("learnt", token), read)
    if own is None:
        return
    answer = ask_worker("best line", spec) if is_wide(spec) else Answer(least_squares(data))
    best = answer.theory if isinstance(answer.theory, LeastSquares) else None
    with st.container(border=True, gap="small"):
        scaled = spec.model.activation != "linear" and spec.scaling.target != "none"
        unit = " (scaled)" if scaled else ""
        st.markdown(f"**Learnt** `{_as_code(own.text(spec.model.activation))}`{unit}")
        table = _table(own, best and best.equation, spec.model.use_bias)
        if len(table) > MOST_ROWS:
            st.dataframe(table, height=300)
        else:
            st.table(table)
        unique = best is None or best.unique
        many = "" if unique else " Other weights fit as well: some columns repeat others."
        st.caption(
            f"In the table's own units; RMSE is the root mean squared error of the training rows, "
            f"in units of {own.target}. The best line is that of least squares.{many}"
        )
        if answer.problem:
            st.caption(plain(answer.problem))
        if answer.pending:
            await_runs([answer.pending], retry=False, key="best line")


def _table(own: Equation, best: Equation | None, use_bias: bool) -> pd.DataFrame:
    names = [*own.features, "intercept", f"RMSE ({own.target})"]
    told, wanted = (
        [f"{value:,.5g}" for value in (*line.weights.tolist(), line.intercept, line.rmse)]
        if line
        else ["…"] * len(names)
        for line in (own, best)
    )
    if not use_bias:
        told[-2] = "switched off"
    return pd.DataFrame({"learnt": told, "best": wanted}, index=pd.Index(names, name=""))


def _last_events(lines: Iterable[bytes]) -> list[Event]:
    """The last epoch and the last probe of a run, which hold its last weights; not a probe whose
    arrays were left out."""
    kept: dict[str, bytes] = {}
    for line in lines:
        if line.startswith(b'{"event":"epoch_ended"'):
            kept["epoch"] = line
        elif line.startswith(b'{"event":"probe"') and b'"weights_after"' in line:
            kept["probe"] = line
    return [decode(line) for line in kept.values()]


def _as_code(text: str) -> str:
    return text.replace("`", "'")
