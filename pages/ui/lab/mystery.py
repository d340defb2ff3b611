"""A mystery in the lab: evidence is bought, the stage and then the cause are guessed."""

from functools import partial

import streamlit as st

from core.classroom.mystery import SETTINGS_STAGE, STAGES, Secret, causes_in, mystery_id
from core.classroom.play import PIECES, WRONG_CAUSE, WRONG_STAGE, Play
from core.errors import InputError
from core.service.run_log import RunLog
from core.service.service import service
from core.spec import Spec
from core.store import store
from pages.ui.cause_titles import cause_title
from pages.ui.classes import why_not_train
from pages.ui.lab.mystery_evidence import evidence_view
from pages.ui.learner import learner_id
from pages.ui.mysteries import secret_view
from pages.ui.plain_text import plain
from pages.ui.state import load_spec, session, show_run
from pages.ui.submit_run import submit_run

PIECE_TITLES = {
    "norms": "Norms",
    "values": "Weights, outputs",
    "pipeline": "Pipeline",
    "initialization": "First weights",
    "forward": "Forward",
    "loss": "Loss",
    "gradient": "Gradient",
    "update": "Update",
}
STAGE_TITLES = {
    "pipeline": "the data pipeline",
    "initialization": "the first weights",
    "forward": "the forward pass",
    "loss": "the loss",
    "gradient": "the gradient",
    "update": "the update",
    SETTINGS_STAGE: "a setting: rate, momentum, schedule, scaling",
}
RULES = "Something is not as the knobs say. Where would a debugger see it *first*?"
EVIDENCE = "Evidence of your run, for points; the curve is free:"
TRAIN_FIRST = "Train first: evidence, for points, is of your own run. The curve is free."
RELEASED = "Train it with its name: diagnosis, what helps and the export come with it."


def mystery_panel(spec: Spec, log: RunLog | None) -> None:
    """What is known of the mystery in the knobs, and what can be done; beside the chart.

    Args:
        spec: Of the knobs.
        log: Of the run on screen; None for none.
    """
    name, learner = mystery_id(spec), learner_id()
    with st.container(border=True, key="mystery", gap="small"):
        try:
            play = store().mysteries.play(name, learner)
            secret = store().mysteries.told(name, learner)
            of_class = store().mysteries.class_of(name) != ""
        except InputError as error:
            st.error(plain(error))
            return
        _heading(play, secret)
        if secret:
            _opened(secret, spec)
            return
        if play.solved:
            st.success("Found. What it is, the class is told when your teacher opens it.")
        else:
            st.caption(RULES)
            _guesses(name, play, of_class)
        _pieces(name, play, _is_evidence(spec, log))


def mystery_evidence(spec: Spec, log: RunLog | None, token: str | None) -> None:
    """The piece of evidence that was asked for, below the chart.

    Args:
        spec: Of the knobs.
        log: Of the run on screen; None for none.
        token: Its token.
    """
    shown = session().evidence
    if log is None or token is None or not shown or not _is_evidence(spec, log):
        return
    try:
        play = store().mysteries.play(mystery_id(spec), learner_id())
        if shown in play.bought:
            with st.container(border=True, key="mystery_shown", gap="small"):
                st.markdown(f"**Evidence: {PIECE_TITLES[shown].lower()}**")
                evidence_view(log, shown, service().evidence(token, shown, learner_id()))
    except InputError as error:
        st.caption(plain(error))


def _is_evidence(spec: Spec, log: RunLog | None) -> bool:
    """Whether a run is the learner's own, of the mystery in the knobs."""
    if log is None or not log.is_owned_by(learner_id()):
        return False
    return mystery_id(log.spec) == mystery_id(spec)


def _heading(play: Play, secret: Secret | None) -> None:
    points = f"{play.points} points" if play.points != 1 else "1 point"
    said = f"**{points}** to win" if not play.over else f"Found for **{points}**"
    if secret and not play.solved:
        said = "Opened: **no points** this time"
    st.markdown(f":material/search: **The mystery** · {said}")


def _pieces(name: str, play: Play, has_run: bool) -> None:
    st.caption(EVIDENCE if has_run else TRAIN_FIRST)
    with st.container(horizontal=True, gap="xsmall", key="mystery_evidence"):
        for piece, price in PIECES.items():
            bought = piece in play.bought
            shown = bought and piece == session().evidence
            st.button(
                PIECE_TITLES[piece] if bought else f"{PIECE_TITLES[piece]} · {price}",
                key=f"piece_{piece}",
                icon=":material/visibility:" if bought else None,
                type="primary" if shown else "secondary",
                disabled=not has_run or (not bought and play.over),
                help="" if bought else f"Costs {price} of your points.",
                on_click=partial(_look, name, piece),
            )


def _guesses(name: str, play: Play, of_class: bool) -> None:
    options, price, label = [*STAGES], WRONG_STAGE, "Where is it?"
    if play.stage:
        options, price, label = causes_in(play.stage), WRONG_CAUSE, "What is it?"
        st.markdown(f":green[:material/check:] In {STAGE_TITLES[play.stage]}.")
    if play.wrong:
        wrong = ", ".join(STAGE_TITLES.get(guess) or cause_title(guess) for guess in play.wrong)
        st.markdown(f":red[:material/close:] Not: {wrong}.")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        key = f"guess_{name}_{play.stage}"
        st.selectbox(
            label,
            [option for option in options if option not in play.wrong],
            format_func=lambda option: STAGE_TITLES.get(option) or cause_title(option),
            key=key,
            index=None,
            placeholder="Choose",
        )
        st.button(
            "Guess",
            key="guess_now",
            type="primary",
            help=f"A wrong guess costs {price} points.",
            on_click=partial(_guess, name, key),
        )
        if not of_class:
            st.button(
                "Give up",
                key="mystery_give_up",
                icon=":material/flag:",
                help="Opens it, for no points.",
                on_click=partial(_give_up, name),
            )


def _opened(secret: Secret, spec: Spec) -> None:
    secret_view(secret)
    st.button(
        "Train it with its name",
        key="mystery_named",
        icon=":material/play_arrow:",
        type="primary",
        help=RELEASED,
        on_click=partial(_train_named, secret.applied(spec)),
    )


def _look(name: str, piece: str) -> None:
    try:
        store().mysteries.buy(name, learner_id(), piece)
        session().evidence = piece
    except InputError as error:
        st.toast(plain(error))


def _guess(name: str, key: str) -> None:
    guess = st.session_state.get(key)
    if not guess:
        st.toast("Choose one first.")
        return
    try:
        play = store().mysteries.guess(name, learner_id(), guess)
    except InputError as error:
        st.toast(plain(error))
        return
    if guess in play.wrong:
        st.toast("That is not it.", icon=":material/close:")


def _give_up(name: str) -> None:
    try:
        store().mysteries.give_up(name, learner_id())
    except InputError as error:
        st.toast(plain(error))


def _train_named(spec: Spec) -> None:
    if blocked := why_not_train():
        st.toast(plain(blocked))
        return
    tab = session()
    if token := submit_run(spec, instead_of=tab.token):
        show_run(token)
        tab.chart_focus += 1
    load_spec(spec)
    st.rerun()  # the button is in a fragment, the knobs are not
