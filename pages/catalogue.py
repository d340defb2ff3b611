"""The catalogue: a page for every bug and every cause, with the fields of its own file."""

from typing import Any

import streamlit as st

from core.bugs import BUG_BY_KEY
from core.cache import cached_value
from core.charts import CHART_BY_KEY
from core.diagnosis.causes import CAUSE_BY_KEY
from core.errors import InputError
from core.service.service import service
from core.spec import Spec
from pages.ui.code_view import side_by_side
from pages.ui.diagnosis import root_cause
from pages.ui.frame import frame_before
from pages.ui.live_chart import chart_payload, live_chart
from pages.ui.state import go_to_lab, session
from pages.ui.submit_run import submit_run

CAUSES = {key: cause for key, cause in CAUSE_BY_KEY.items() if not key.startswith("bug:")}
HEADINGS = (
    ("What it is", "what"),
    ("Why the loss does what it does", "why"),
    ("What you see", "see"),
    ("Remedy", "remedy"),
    ("Reference", "reference"),
)
PACE = 25.0  # epochs a second: slow enough to watch


def page() -> None:
    """A menu of all items, the chosen one's text, its code, its example."""
    st.markdown("### What can go wrong")
    key = st.selectbox(
        "A bug to inject, or a cause in data and settings",
        [*BUG_BY_KEY, *CAUSES],
        key="item",
        bind="query-params",
    )
    bug, item = BUG_BY_KEY.get(key), BUG_BY_KEY.get(key) or CAUSES[key]
    kind = f"bug · stage: {bug.stage}" if bug else "cause · data and settings"
    st.markdown(f"#### {item.title}\n:gray[{kind}]")
    for heading, name in HEADINGS:
        st.markdown(f"**{heading}.** {getattr(item, name)}")
    if bug:
        side_by_side(bug)
    example = Spec().patched({**item.example, "bug": {"key": key} if bug else None})
    st.markdown("#### An example")
    _example(key, example)


def _example(key: str, spec: Spec) -> None:
    """Runs the item's example on the page, above the predicted curve of the correct program."""
    examples = session().example_runs
    with st.container(horizontal=True):
        if st.button("Run it here", icon=":material/play_arrow:", type="primary"):
            token = submit_run(spec, listed=False, pace=PACE, instead_of=examples.get(key))
            if token:
                examples[key] = token
        if st.button("Open it in the lab", icon=":material/science:"):
            go_to_lab(spec)
    try:
        log = service().log(examples[key]) if key in examples else None
    except InputError:  # its log was deleted
        log = None
    live_chart(
        token=examples[key] if log else None,
        charts=[cached_value(("example chart", spec.model_dump_json()), lambda: _chart(spec))],
        notify=log is not None and not log.ended,
        empty="Run the example and watch its loss here.",
        key="example",
    )
    if log and log.ended and (why := root_cause(examples[key])):
        st.markdown(f":material/search: **The diagnosis says:** {why}")


def _chart(spec: Spec) -> dict[str, Any]:
    """The example's chart without its points, shared between learners."""
    chart = CHART_BY_KEY["loss"]
    return chart_payload(chart.key, chart.draw(frame_before(spec)))


page()
