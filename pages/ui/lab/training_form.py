"""The knobs of optimizer, rate, schedule, loss and training."""

from typing import Any

import streamlit as st

from core.lessons import LESSON_BY_KEY
from core.model.losses import LOSS_BY_KEY
from core.model.optimizers import OPTIMIZER_BY_KEY, Optimizer
from core.model.schedules import SCHEDULE_BY_KEY
from core.spec import Spec
from pages.ui.folded import folding_box
from pages.ui.knobs import (
    PERSISTED,
    choose,
    number,
    opens_for,
    parameters,
    switch,
    whole_number,
)
from pages.ui.lab.item_form import explain, item_form, keys_of, own_values
from pages.ui.state import CHOSEN

BATCH_NOTE = "batch_note"  # the place of a word on the batch size


def optimizer_form(default: Spec) -> dict[str, Any]:
    """Shows the knobs of optimizer, rate and schedule; returns their part of a spec."""
    with st.container(key="knobs_optimizer", gap="small"):
        optimizer = _optimizer_and_parameters(default)
    with st.container(key="knobs_rate", gap="small"):
        rate = number(
            "Learning rate",
            default.optimizer.learning_rate,
            "learning_rate",
            step=0.001,
            help="η: how far one step goes along the gradient.",
        )
    with st.container(key="knobs_schedule", gap="small"):
        kind = choose("Schedule", list(SCHEDULE_BY_KEY), default.schedule.key, "schedule")
        schedule = {"key": kind}
        if kind != "constant":
            st.caption(SCHEDULE_BY_KEY[kind].purpose)
            schedule = item_form(SCHEDULE_BY_KEY[kind], default.schedule, formula=True)
    return {"optimizer": optimizer | {"learning_rate": rate}, "schedule": schedule}


def _optimizer_and_parameters(default: Spec) -> dict[str, Any]:
    key = choose("Optimizer", list(OPTIMIZER_BY_KEY), default.optimizer.key, "optimizer")
    item = OPTIMIZER_BY_KEY[key]
    title = f"{item.title}: what it does, and its parameters"
    opens = _is_spoken_of(item) or opens_for("clip_norm", *keys_of(item))
    with folding_box(title, key, opens):
        explain(item)
        own = parameters(item, own_values(item, default.optimizer), ("learning_rate", "clip_norm"))
        clip = number(
            "clip norm",
            default.optimizer.clip_norm,
            "clip_norm",
            placeholder="no clipping",
            help=item.model_fields["clip_norm"].description,
        )
    return {"key": key, "clip_norm": clip, **own}


def _is_spoken_of(item: type[Optimizer]) -> bool:
    """Whether the lesson sets this optimizer's parameters otherwise than is usual."""
    lesson = LESSON_BY_KEY.get(st.session_state.get(CHOSEN, ""))
    told = lesson.spec.optimizer if lesson else None
    if not isinstance(told, item):
        return False
    return told != item.model_validate({"key": told.key, "learning_rate": told.learning_rate})


def training_form(default: Spec) -> dict[str, Any]:
    """Shows the knobs of loss and training; returns their part of a spec, and a place to write."""
    training = default.training
    left, right = st.columns(2)
    with left:
        epochs = whole_number(
            "Epochs", training.epochs, "epochs", 10, help="Passes over the rows.", **PERSISTED
        )
    with right:
        batch = whole_number(
            "Batch size",
            training.batch_size,
            "batch",
            placeholder="all rows",
            help="Rows of one update. Empty: all of them (full batch).",
            **PERSISTED,
        )
    note = st.empty()  # filled in when the table is known
    losses = [name for item in LOSS_BY_KEY.values() for name in keys_of(item)]
    with folding_box("Loss, order, seed", "loss", opens_for("seed", *losses)):
        key = choose("Loss", list(LOSS_BY_KEY), default.loss.key, "loss")
        explain(LOSS_BY_KEY[key])
        own = parameters(
            LOSS_BY_KEY[key], own_values(LOSS_BY_KEY[key], default.loss), ("reduction",)
        )
        reduction = choose(
            "Over a batch",
            ["mean", "sum"],
            default.loss.reduction,
            "reduction",
            help="One number for the batch: the mean over its rows, or their sum.",
        )
        shuffle = switch("Shuffle every epoch", training.shuffle, "shuffle")
        seed = whole_number(
            "Seed",
            training.seed,
            "seed",
            help="Of the split, the initial weights and the order: the same seed, the same run.",
            **PERSISTED,
        )
    return {
        "loss": {"key": key, "reduction": reduction, **own},
        "training": {"epochs": epochs, "batch_size": batch, "shuffle": shuffle, "seed": seed},
        BATCH_NOTE: note,
    }
