"""Downloads of a run: the program, the numbers, a report."""

from collections.abc import Callable

import streamlit as st

from core.cache import cached_value
from core.data.uploads import find_table
from core.errors import InputError
from core.export.events import events_csv, events_json
from core.export.notebook import notebook
from core.export.program import WAITS
from core.export.public import table_file
from core.export.report import report
from core.export.script import script
from core.export.table import stands_beside, table_csv
from core.service.run_log import RunLog
from pages.ui.cached import prediction, prepared
from pages.ui.diagnosis import request_diagnosis
from pages.ui.plain_text import plain
from pages.ui.table_access import check_access

JUPYTER = "application/x-ipynb+json"


def takeaway(log: RunLog, token: str) -> None:
    """Downloads of an ended run, drawn where it is open; each makes its file when it is pressed."""
    expander = st.expander(
        "Take away", icon=":material/download:", key="takeaway_open", on_change="rerun"
    )
    if expander.open:  # six buttons that most never see
        with expander:
            _downloads(log, token)


def _downloads(log: RunLog, token: str) -> None:
    spec = log.spec
    if log.is_mystery:
        st.caption(WAITS)
        _numbers(log)
        return
    try:
        check_access(spec.data.source)
        prepared(spec)
        table = find_table(spec.data.source)
    except InputError as error:
        st.caption(plain(error))
        _numbers(log)
        return

    def report_html() -> str:
        diagnosis = request_diagnosis(token)
        return report(spec, table, log.decoded(), prediction(spec), diagnosis)

    st.markdown("**The program** in plain Keras: it gives the losses of this run again.")
    with st.container(horizontal=True):
        _download("Script", "uphill-run.py", "text/x-python", lambda: script(spec, table))
        _download("Notebook", "uphill-run.ipynb", JUPYTER, lambda: notebook(spec, table))
        key = ("stands beside", spec.data.model_dump_json())
        if cached_value(key, lambda: stands_beside(spec, table)):
            _download("Its table", table_file(spec), "text/csv", lambda: table_csv(spec, table))
    _numbers(log)
    st.markdown("**A report** to read, print or hand in: one file that needs no network.")
    _download("Report", "uphill-report.html", "text/html", report_html)
    st.caption(
        "A figure: point with a mouse at a chart; its camera saves it as PNG, its disk as SVG."
    )


def _numbers(log: RunLog) -> None:
    st.markdown("**The numbers**: a row per epoch, or every event.")
    with st.container(horizontal=True):
        _download("CSV", "uphill-epochs.csv", "text/csv", lambda: events_csv(log.decoded()))
        _download(
            "JSON", "uphill-events.json", "application/json", lambda: events_json(log.decoded())
        )


def _download(label: str, name: str, kind: str, make: Callable[[], str]) -> None:
    st.download_button(label, make, name, kind, on_click="ignore")
