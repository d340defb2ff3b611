"""Changes that may mend a model that no formula describes, as orders and as trials take them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..lazy import keras, tf
from ..theory.wording import figure
from . import losses, static
from .compiled import first_rate
from .rows import Rows
from .trial import Changed, Trials, flat_layers

LONGER = 10  # times as many epochs


@dataclass(frozen=True, eq=False)
class Option:
    """A change that may mend a run.

    Attributes:
        causes: What it says of the run if it does.
        change: As a trial takes it.
        title: As an order.
        patch: As a partial spec.
    """

    causes: tuple[str, ...]
    change: Changed
    title: str
    patch: dict[str, Any]


@dataclass(eq=False)
class Options:
    """What may be changed of a model's run.

    Args:
        model: Built and compiled.
        rows: Of training, all finite.
        runs: Its short runs.
        known: Whether the number of epochs is the caller's.
        limit: The largest stable learning rate at these weights; None where it is not known.
    """

    model: Any
    rows: Rows
    runs: Trials
    known: bool
    limit: float | None

    def repairs(self, causes: set[str]) -> list[Option]:
        """What undoes causes that are certain."""
        set_ups, words, patch = [], [], {}
        last = static.last_activation(self.model)
        if "target-unreachable-by-activation" in causes and last is not None:
            set_ups.append(_linear(last[1]))
            words.append("use no activation behind the last layer")
            patch["model"] = {"activation": "linear"}
        if "fault:unsuited-loss" in causes:
            set_ups.append(_squared(self.model))
            words.append("use the mean squared error")
            patch["loss"] = {"key": "mse"}
        if not set_ups:
            return []
        together = _all_of(set_ups)
        options = []
        for features, target in ((False, False), (False, True), (True, True)):
            scaling = {"features": features, "target": target}
            if (features and not self._features_matter) or (target and not self._target_matters):
                continue
            more = [f"standardize the {part}" for part, on in scaling.items() if on]
            chosen = {part: "standard" for part, on in scaling.items() if on}
            options.append(
                Option(
                    tuple(causes),
                    Changed(features=features, target=target, set_up=together),
                    sentence(*words, *more),
                    {**patch, **({"scaling": chosen} if chosen else {})},
                )
            )
        return options

    @cached_property
    def _features_matter(self) -> bool:
        """Whether standardizing the features would change much."""
        kinds = [type(layer).__name__ for layer in flat_layers(self.model)][:3]
        table = self.rows.table()
        if table.dtype.kind not in "fiu" or {"Normalization", "Embedding"} & set(kinds):
            return False
        mean, spread = table.mean(axis=0), table.std(axis=0)
        alike = (np.abs(mean) < 0.5) & (spread > 0.5) & (spread < 2)
        return not bool(alike.all())

    @cached_property
    def _target_matters(self) -> bool:
        if losses.is_of_classes(self.model, self.rows):
            return False
        y = self.rows.y[np.isfinite(self.rows.y)]
        mean, spread = float(y.mean()), float(y.std())
        return spread > 0 and not (abs(mean) < 0.5 and 0.5 < spread < 2)

    @cached_property
    def single(self) -> list[Option]:
        """Single changes."""
        rate = first_rate(self.model.optimizer)
        factors = [0.1, 0.01]
        if self.limit is not None and 0 < self.limit / 2 < rate:
            factors.insert(0, self.limit / 2 / rate)
        made = [self._rate_option(rate, factor) for factor in factors]
        if self.runs.run().diverged:
            made.append(self._rate_option(rate, 0.001))
        else:
            made += [self._rate_option(rate, factor) for factor in (10.0, 100.0)]
        if self._features_matter:
            made.append(_scaled(("features",)))
        if self._target_matters:
            made.append(_scaled(("target",)))
        if self.known and not self.runs.run().diverged:
            count = self.runs.planned // self.runs.steps_per_epoch * LONGER
            made.append(
                Option(
                    ("too-few-epochs",),
                    Changed(epochs=float(LONGER)),
                    f"Train for {count:,} epochs",
                    {"training": {"epochs": count}},
                )
            )
        return made

    @cached_property
    def combined(self) -> list[Option]:
        """Changes of several things at once."""
        parts = [
            part
            for part, on in (("features", self._features_matter), ("target", self._target_matters))
            if on
        ]
        rate = first_rate(self.model.optimizer)
        made = [_scaled(tuple(parts))] if len(parts) > 1 else []
        for factor in (10.0, 0.1):
            if parts:
                plain, scaled = self._rate_option(rate, factor), _scaled(tuple(parts))
                change = Changed(
                    factor=factor, features="features" in parts, target="target" in parts
                )
                title = f"{scaled.title} and {plain.title[0].lower()}{plain.title[1:]}"
                made.append(Option(scaled.causes, change, title, scaled.patch | plain.patch))
        made.append(
            Option(
                ("learning-rate-too-low",),
                Changed(
                    optimizer=keras.optimizers.Adam(0.01),
                    features="features" in parts,
                    target="target" in parts,
                ),
                sentence(
                    *(f"standardize the {part}" for part in parts), "use Adam with a rate of 0.01"
                ),
                {
                    **({"scaling": dict.fromkeys(parts, "standard")} if parts else {}),
                    "optimizer": {"key": "adam", "learning_rate": 0.01},
                },
            )
        )
        return made

    def _rate_option(self, rate: float, factor: float) -> Option:
        new = float(f"{rate * factor:.3g}")
        word, cause = (
            ("Lower", "learning-rate-above-critical")
            if factor < 1
            else ("Raise", "learning-rate-too-low")
        )
        return Option(
            (cause,),
            Changed(factor=factor),
            f"{word} the learning rate to {figure(new)}",
            {"optimizer": {"learning_rate": new}},
        )


def _scaled(parts: tuple[str, ...]) -> Option:
    return Option(
        tuple(f"{part}-unscaled" for part in parts),
        Changed(features="features" in parts, target="target" in parts),
        sentence(*(f"standardize the {part}" for part in parts)),
        {"scaling": dict.fromkeys(parts, "standard")},
    )


def sentence(*orders: str) -> str:
    """Orders as one sentence, without its full stop."""
    words = list(orders)
    text = ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else words[0]
    return text[0].upper() + text[1:]


def _linear(layer: Any) -> Callable[[], Callable[[], None]]:
    """Takes a layer's activation away."""

    def set_up() -> Callable[[], None]:
        name = "activation" if hasattr(layer, "activation") else "call"
        own = getattr(layer, name)
        setattr(layer, name, lambda inputs: inputs)

        def undo() -> None:
            setattr(layer, name, own)

        return undo

    return set_up


def _squared(model: Any) -> Callable[[], Callable[[], None]]:
    """Gives a model the mean squared error for its own loss."""

    def set_up() -> Callable[[], None]:
        own = model.__dict__.get("compute_loss")

        def compute_loss(x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return static_mse(y, y_pred)

        object.__setattr__(model, "compute_loss", compute_loss)

        def undo() -> None:
            if own is None:
                object.__delattr__(model, "compute_loss")
            else:
                object.__setattr__(model, "compute_loss", own)

        return undo

    return set_up


def _all_of(set_ups: list[Callable[[], Callable[[], None]]]) -> Callable[[], Callable[[], None]]:
    def set_up() -> Callable[[], None]:
        undone = [each() for each in set_ups]

        def undo() -> None:
            for each in undone:
                each()

        return undo

    return set_up


def static_mse(y: Any, outputs: Any) -> Any:
    """The mean squared error, whatever the shapes."""
    flat: Any = tf.reshape(tf.cast(outputs, "float32"), (-1,))
    wanted: Any = tf.reshape(tf.cast(y, "float32"), (-1,))
    return tf.reduce_mean(tf.square(wanted - flat))
