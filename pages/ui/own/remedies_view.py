"""What helps a run of a learner's script, as changes of that script."""

from functools import partial

import orjson
import streamlit as st

from core.cache import cached
from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.finding import Remedy
from core.errors import InputError
from core.script.diff import Rewritten
from core.script.reader_subprocess import write_back_in_subprocess
from core.service.service import service
from core.spec import Spec
from pages.ui.await_runs import await_runs
from pages.ui.diagnosis import request_diagnosis
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.render_queue import released_slot
from pages.ui.state import session

MOST = 4  # remedies that are written back


@st.fragment
def remedies_view(text: str, spec: Spec) -> None:
    """The remedies of the last run of this script, each as a diff to copy."""
    token = session().token
    diagnosis = _diagnosis(token, spec) if token else None
    if diagnosis is None or not token:
        return
    if not diagnosis.unhealthy:
        st.success("Your run is as good as these data allow.", icon=":material/check_circle:")
        return
    root = diagnosis.findings[0].summary if diagnosis.findings else ""
    st.markdown(f":material/report: **What your run showed:** {plain(root)}")
    if diagnosis.search is None:
        pending = service().search(token, diagnosis, learner_id())
        st.caption(":material/hourglass: Changes are tried out now, to see which help …")
        await_runs([pending], retry=False, key="script_remedies")
    elif remedies := diagnosis.search.remedies[:MOST]:
        _diffs(text, list(remedies))
    else:
        st.caption(plain(diagnosis.search.why_none))


def _diagnosis(token: str, spec: Spec) -> Diagnosis | None:
    """Of the run on screen, if it has ended and is one of this script."""
    try:
        log = service().log(token)
        return request_diagnosis(token) if log.spec == spec and log.ended else None
    except InputError:  # a run that is not known any more
        return None


def _diffs(text: str, remedies: list[Remedy]) -> None:
    patches = orjson.dumps([remedy.patch for remedy in remedies]).decode()
    try:
        with st.spinner("Writing what helps into your script …"), released_slot():
            rewritten = _rewritten(text, patches)
    except InputError as error:
        st.caption(plain(error))
        return
    st.markdown("**What helps, as changes of your script**")
    tabs = st.tabs([plain(remedy.title)[:60] for remedy in remedies])
    for tab, remedy, made in zip(tabs, remedies, rewritten, strict=True):
        with tab:
            _show(remedy, made)


@cached
def _rewritten(text: str, patches: str) -> list[Rewritten]:
    return write_back_in_subprocess(text, orjson.loads(patches))


def _show(remedy: Remedy, made: Rewritten) -> None:
    st.caption(plain(remedy.title) + (" · tried out, it helps" if remedy.verified else ""))
    if made.diff:
        st.code(made.diff, language="diff", wrap_lines=True)
    if made.left:
        knobs = ", ".join(f"`{knob}`" for knob in made.left)
        st.caption(f"By hand, for no line of yours sets it: {knobs} of {remedy.patch}")
    if made.diff:
        download = partial(st.download_button, "The whole script", made.text, "with_the_remedy.py")
        download(icon=":material/download:", key=f"script-{remedy.title}", on_click="ignore")
