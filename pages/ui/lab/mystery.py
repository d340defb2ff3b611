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
from pages.ui.classes import note_run, why_not_train
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
RULES = (
    "Something in this program is not as the knobs say. The curve is free; other evidence is of "
    "your own run and costs points. Where would a debugger see it *first*?"
)
TRAIN_FIRST = "Train first: evidence is of your own run."
RELEASED = "Train it with its name: diagnosis, what helps and the export come with it."


def mystery_view(spec: Spec, log: RunLog | None, token: str | None) -> None:
    """What is known of the mystery in the knobs, and what can be done; in the lab's fragment.

    Args:
        spec: Of the knobs.
        log: Of the run on screen; None for none.
        token: Its token.
    """
    name, learner = mystery_id(spec), learner_id()
    try:
        play = store().mysteries.play(name, learner)
        secret = store().mysteries.told(name, learner)
        own_class = store().mysteries.class_of(name)
    except InputError as error:
        st.error(plain(error))
        return
    own = log is not None and log.is_owned_by(learner) and mystery_id(log.spec) == name
    with st.container(border=True, key="mystery", gap="small"):
        _heading(play, secret)
        if secret:
            _opened(secret, spec, play)
            return
        if not play.over:
            st.caption(RULES)
        if play.solved:
            st.success("Found. What it is, the class is told when your teacher opens it.")
        else:
            _guesses(name, play, bool(own_class))
        _evidence(name, play, log if own else None, token)


def _heading(play: Play, secret: Secret | None) -> None:
    points = f"{play.points} points" if play.points != 1 else "1 point"
    said = f"**{points}** to win" if not play.over else f"Found for **{points}**"
    if secret and not play.solved:
        said = "Opened: **no points** this time"
    st.markdown(f":material/search: **The mystery** · {said}")


def _evidence(name: str, play: Play, log: RunLog | None, token: str | None) -> None:
    shown = session().evidence if session().evidence in play.bought else ""
    with st.container(horizontal=True, gap="small", key="mystery_evidence"):
        for piece, price in PIECES.items():
            bought = piece in play.bought
            st.button(
                PIECE_TITLES[piece] if bought else f"{PIECE_TITLES[piece]} · {price}",
                key=f"piece_{piece}",
                icon=":material/visibility:" if bought else ":material/lock:",
                type="primary" if piece == shown else "secondary",
                disabled=not bought and (log is None or play.over),
                help="" if bought else f"Costs {price} of your points.",
                on_click=partial(_look, name, piece),
            )
    if log is None or token is None:
        st.caption(TRAIN_FIRST)
    elif shown:
        try:
            evidence_view(log, shown, service().evidence(token, shown, learner_id()))
        except InputError as error:
            st.caption(plain(error))


def _guesses(name: str, play: Play, of_class: bool) -> None:
    if play.wrong:
        wrong = ", ".join(STAGE_TITLES.get(guess) or cause_title(guess) for guess in play.wrong)
        st.markdown(f":red[:material/close:] Not: {wrong}.")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if play.stage:
            options, price, label = causes_in(play.stage), WRONG_CAUSE, "What is it?"
            st.markdown(f":green[:material/check:] In {STAGE_TITLES[play.stage]}.")
        else:
            options, price, label = [*STAGES], WRONG_STAGE, "Where is it?"
        key = f"guess_{name}_{play.stage}"
        st.selectbox(
            label,
            [option for option in options if option not in play.wrong],
            format_func=lambda option: STAGE_TITLES.get(option) or cause_title(option),
            key=key,
            index=None,
            placeholder="Choose",
            width=320,
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


def _opened(secret: Secret, spec: Spec, play: Play) -> None:
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
        note_run(token)
        tab.chart_focus += 1
    load_spec(spec)
    st.rerun()  # the button is in a fragment, the knobs are not
