"""Mysteries on every page: made, and told once they are open."""

import secrets
import time

import streamlit as st

from core.bugs import BUG_BY_KEY
from core.bugs.bug import Setting
from core.classroom.mystery import BUG, CAUSES, Secret
from core.diagnosis.causes import CAUSE_BY_KEY
from core.errors import InputError
from core.events import decode, from_number
from core.service.service import service
from core.spec import Spec
from core.store import store
from pages.ui.cached import prediction, prepared
from pages.ui.cause_titles import cause_title
from pages.ui.learner import learner_id
from pages.ui.render_queue import released_slot

TRIALS = 4  # mysteries that are tried, at most, until one shows
TRIAL_SECONDS = 6.0  # of all of them: somebody waits
TRIAL_EPOCHS = 60
SEEN = 0.05  # of the loss: by so much a curve departs from the predicted one, somewhere
NOTHING_SHOWS = "With these settings there is nothing to hide that would show."
NOT_ALONE = {"bug:weight-shape", "bug:unscaled-validation"}  # one says what it is, one shows little


def setting_of(spec: Spec) -> Setting:
    """What of a run decides whether a bug can show in it; raises `InputError` as `prepared`."""
    data = prepared(spec)
    rows = len(data.x_train)
    return Setting(
        features=len(data.features),
        rows=rows,
        batch=min(spec.training.batch_size or rows, rows),
        use_bias=spec.model.use_bias,
        loss=spec.loss.key,
        summed=spec.loss.reduction == "sum",
        scaled=spec.scaling.features != "none",
        held_out=0 if data.x_val is None else len(data.x_val),
    )


def with_mystery(spec: Spec, mystery_id: str) -> Spec:
    """A spec with something that is not told."""
    return spec.patched({"bug": {"key": "mystery", "id": mystery_id}})


def surprise(spec: Spec, class_id: str | None = None) -> str:
    """Hides something that shows in this run; returns its id.

    Some are tried, in short, and compared with what theory predicts of the correct program.

    Args:
        spec: Of the run, with or without a bug, which counts for nothing.
        class_id: The class that it is for; None for the learner alone.

    Raises:
        InputError: If the table cannot be read.
    """
    plain = spec.patched({"bug": None})
    setting = setting_of(plain)
    found = [Secret.of(cause) for cause in CAUSES if cause not in NOT_ALONE]
    found = [secret for secret in found if secret.shows_in(plain, setting)]
    known, until = store().mysteries, time.monotonic() + TRIAL_SECONDS
    tried = secrets.SystemRandom().sample(found, min(TRIALS, len(found)))
    for number, secret in enumerate(tried, 1):
        made = known.make(learner_id(), secret, class_id)
        if number == len(tried) or _shows(with_mystery(plain, made), until):
            return made
        known.discard(made, learner_id())
    raise InputError(NOTHING_SHOWS)


def _shows(spec: Spec, until: float) -> bool:
    """Whether a mystery's curve departs from the prediction; yes where nobody can say in time."""
    epochs = min(spec.training.epochs, TRIAL_EPOCHS)
    short = spec.patched({"training": {"epochs": epochs}})
    predicted = prediction(short).full_loss
    if predicted is None:
        return True
    try:
        token = service().submit(short, learner=learner_id(), stored=False)
        log = service().log(token)
        with released_slot():
            ended = service().wait(token, max(0.0, until - time.monotonic()))
    except InputError:  # the server is full
        return True
    service().discard(token)
    losses = [from_number(e["full_loss"]) for e in map(decode, log.brief) if "full_loss" in e][1:]
    if not ended or len(losses) < len(predicted):
        return True
    pairs = zip(losses, predicted, strict=False)
    return any(not abs(loss - due) <= SEEN * abs(due) for loss, due in pairs)


def secret_view(secret: Secret, brief: bool = False) -> None:
    """The page of what was hidden, as the catalogue has it.

    Args:
        secret: What it was.
        brief: Whether what is to be seen and what helps are left to the catalogue.
    """
    key = secret.cause.removeprefix(BUG)
    page = BUG_BY_KEY.get(key) or CAUSE_BY_KEY[secret.cause]
    st.markdown(f":material/lock_open: It was **{cause_title(secret.cause)}**. {page.what}")
    st.markdown(f"**Why the loss does that.** {page.why}")
    if not brief:
        st.markdown(f"**What is to be seen.** {page.see}")
        st.markdown(f"**What helps.** {page.remedy}")
    st.page_link(
        "catalogue.py",
        label="Its page in the catalogue",
        icon=":material/bug_report:",
        query_params={"item": key},
    )
