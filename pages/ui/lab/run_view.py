"""The run on screen: controls, one sentence, charts; below them what was found and the rest."""

import streamlit as st

from core.classroom.mystery import is_mystery
from core.errors import InputError
from core.events import decode
from core.limits import check_run, check_size
from core.service.run_log import RunLog
from core.service.service import service
from core.spec import Spec
from core.theory.prediction import Prediction
from pages.ui.address import write_address
from pages.ui.await_outlook import await_outlook
from pages.ui.cached import is_wide, prediction, prepared
from pages.ui.code_values import code_values
from pages.ui.code_view import code_view
from pages.ui.diagnosis import root_cause
from pages.ui.foreign_run import foreign_run
from pages.ui.lab.changes import describe_changes
from pages.ui.lab.controls import controls, find_log, is_left_behind, is_own, pace
from pages.ui.lab.effect import effect_view
from pages.ui.lab.findings import findings_so_far, findings_view
from pages.ui.lab.learnt import learnt_view
from pages.ui.lab.lesson_card import learnt_of_lesson
from pages.ui.lab.mystery import mystery_evidence, mystery_panel
from pages.ui.lab.own_lines import own_lines_view
from pages.ui.lab.predicted import predicted_url
from pages.ui.lab.prediction import numbers_view, range_test_view
from pages.ui.lab.rate_limit import RateLimit, rate_limit
from pages.ui.lab.remedies import undo_view
from pages.ui.lab.run_charts import are_beside, private_chart, run_charts
from pages.ui.lab.runnable import last_runnable_spec
from pages.ui.lab.sentence import (
    Sentence,
    prediction_sentence,
    problem_sentence,
    progress_sentence,
    sentence_view,
    verdict_sentence,
)
from pages.ui.lab.takeaway import takeaway
from pages.ui.lab.view import is_presented
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.render_queue import with_render_slot
from pages.ui.run_names import run_name
from pages.ui.severity import severity_of
from pages.ui.state import say_of_link, session

PRECOMPILED_CELLS = 1_000_000  # a larger table is not read by a worker before Train is pressed
GONE = (
    "The run that this link names is no longer kept on this server. Its settings are in the knobs: "
    "press Train to run it again."
)


@st.fragment
@with_render_slot
def run_view(spec: Spec | None, problem: str) -> None:
    """The controls, the sentence, the charts, and below them what else there is to know.

    A fragment: its buttons and its slider do not rerun the knobs, which are most of the page.

    Args:
        spec: Spec of the knobs; None where they are invalid.
        problem: Why they are invalid.
    """
    tab = session()
    predicted: Prediction | None = None
    if spec and tab.slider_rate is not None:
        spec = spec.patched({"optimizer": {"learning_rate": tab.slider_rate}})
    try:
        if spec:
            _check_and_precompile(spec)
            predicted = prediction(spec)
    except InputError as error:
        spec, problem = None, str(error)
    shown = spec or last_runnable_spec()
    asked = predicted_url(spec) if spec and _is_soon_predicted(spec) else ""
    log, why_pressed = controls(spec, problem, shown, _limit_of(shown), asked)
    if tab.token and log is None:
        say_of_link(GONE)
    write_address("speed")
    sentence = st.container(key="sentence_place")
    hidden = spec if spec and is_mystery(spec) else None
    beside = st.container(key="mystery_row", horizontal=True, gap="small") if hidden else st
    charts = beside.container(key="first_charts")
    panel = beside.container(key="mystery_place") if hidden else None
    below = st.container(key="below")
    private = log is not None and log.is_private_from(learner_id())
    ghost = find_log(tab.ghost)
    if ghost and ghost.is_private_from(learner_id()):
        ghost = None  # what differs from it would name its columns
    with charts:
        if log and private:
            private_chart(log)
        elif log and not is_left_behind(log, spec):
            run_charts(log, log.spec, ghost, tab.ghost, spec)
        else:
            run_charts(None, shown, log or ghost, tab.token if log else tab.ghost, spec)
    if hidden and panel:
        with panel:
            mystery_panel(hidden, log)
    with below:  # the diagnosis may take a while: all above stands by then
        said = _sentence(spec, problem, predicted, log, private)
    with sentence:
        sentence_view(said, spec.optimizer.learning_rate if spec else None, is_presented())
    with below:
        if _is_untold(problem, said) and not private:
            st.error(plain(problem))
        _below(spec, predicted, log, ghost, private, why_pressed)
        await_outlook(spec if predicted else None, log.spec if log else None)


def _check_and_precompile(spec: Spec) -> None:
    rows, features = prepared(spec).x_raw_train.shape
    check_size(rows, features)
    check_run(spec, pace())
    if rows * features <= PRECOMPILED_CELLS:
        service().precompile(spec)


def _limit_of(spec: Spec) -> RateLimit:
    try:
        return rate_limit(spec, prediction(spec))
    except InputError:  # its table was deleted
        return RateLimit(None)


def _is_soon_predicted(spec: Spec) -> bool:
    """Whether a prediction takes so little that it may be asked for while the slider moves."""
    rows, features = prepared(spec).x_train.shape
    return rows * features <= PRECOMPILED_CELLS and not is_wide(spec)


def _sentence(
    spec: Spec | None,
    problem: str,
    predicted: Prediction | None,
    log: RunLog | None,
    private: bool,
) -> Sentence:
    """What matters now: the problem, the live run, what became of it, or what would of the next."""
    tab = session()
    token = tab.token
    if log and token and not log.ended:
        return progress_sentence(token)
    if log and token and private:
        return _private_verdict(log, token)
    on_arrival = tab.run_knobs is not None and tab.run_knobs[1] is None  # the problem was there
    if log and token and not is_left_behind(log, spec) and (on_arrival or not problem):
        return verdict_sentence(log, token, root_cause(token))
    if problem or spec is None or predicted is None:
        return problem_sentence(problem)
    return prediction_sentence(spec, predicted)


def _is_untold(problem: str, said: Sentence) -> bool:
    """Whether neither the sentence nor, beside an ended run, a knob tells why Train waits."""
    if said.phase == "verdict":
        return problem not in ("", *session().problems.values())
    return problem != "" and said.phase == "progress"


def _private_verdict(log: RunLog, token: str) -> Sentence:
    end = list(map(decode, log.public()))[-1]
    level = severity_of(end["outcome"], None)
    return Sentence("verdict", f"{end['outcome'].capitalize()}.", end["reason"], level=level)


def _below(
    spec: Spec | None,
    predicted: Prediction | None,
    log: RunLog | None,
    ghost: RunLog | None,
    private: bool,
    why_pressed: bool,
) -> None:
    token = session().token
    if log and not is_own(log):
        foreign_run(log)
    if token and log is None and GONE not in session().notices:
        st.info(GONE)
    if not private:
        _changes(spec, log, ghost)
        undo_view()
        if log and token and why_pressed:
            findings_so_far(log, token)
        if spec and is_mystery(spec):
            mystery_evidence(spec, log, token)
        if log and token and log.ended and not log.is_mystery:
            learnt_of_lesson(log.spec)
            findings_view(log, token)
            effect_view(log.spec)
            learnt_view(log, token)
    if spec and predicted:
        numbers_view(spec, predicted)
        range_test_view(spec)
    if spec:
        code_view(spec, lambda: _values(spec))
    if log and token and log.ended and not private:
        takeaway(log, token)


def _values(spec: Spec) -> None:
    own_lines_view(spec)
    code_values(session().token)


def _changes(spec: Spec | None, log: RunLog | None, ghost: RunLog | None) -> None:
    if log and ghost and (changes := describe_changes(ghost.spec, log.spec)):
        name = run_name(session().ghost or "")
        before = f"“{plain(name)}”" if name else "the run before"
        grey = "" if are_beside(session().ghost) else " (grey)"
        if log.spec.scaling.target != ghost.spec.scaling.target:
            changes += ". The target is scaled otherwise: compare shapes, not heights"
        st.caption(f":material/compare_arrows: Changed since {before}{grey}: {changes}")
    if log and spec and (changes := describe_changes(log.spec, spec)):
        st.caption(":material/edit: Not trained yet: " + changes)
