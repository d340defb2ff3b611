"""Mysteries: what one hides, where it shows first, and which ones show in a run at all."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..bugs import BUG_BY_KEY, BUGS
from ..bugs.bug import Setting
from ..bugs.mystery import Mystery
from ..choice import Frozen
from ..errors import InputError
from ..spec import Spec

BUG = "bug:"  # before a bug's key, as findings call it
SETTINGS_STAGE = "hyperparameters"
STAGES = (  # where a mystery may be; the order is that of one step
    *("pipeline", "initialization", "forward", "loss", "gradient", "update"),
    SETTINGS_STAGE,
)
FASTER, SLOWER = 100.0, 1 / 300  # factors of the rate
LARGEST = sys.float_info.max


@dataclass(frozen=True)
class HiddenSetting:
    """A setting that is not what the knobs say.

    Attributes:
        stages: Where it shows: it is a setting, and a stage of the step that does otherwise.
        patch: What is trained in place of a spec, as a patch of it; None where it has no such
            setting.
    """

    stages: tuple[str, ...]
    patch: Callable[[Spec], dict[str, Any] | None]


def _faster(spec: Spec) -> dict[str, Any]:
    """A rate that is too high; it fits wherever the spec's own does, or the refusal would tell."""
    rate = spec.optimizer.learning_rate * FASTER
    return {"optimizer": {"learning_rate": max(-LARGEST, min(rate, LARGEST))}}


def _momentum(spec: Spec) -> dict[str, Any] | None:
    if "momentum" not in type(spec.optimizer).model_fields:
        return None
    return {"optimizer": {"momentum": 0.99}}


def _decay(spec: Spec) -> dict[str, Any]:
    steps = max(1, spec.training.epochs // 50)
    return {"schedule": {"key": "exponential_decay", "decay_steps": steps, "decay_rate": 0.5}}


def _unscaled(spec: Spec) -> dict[str, Any] | None:
    return None if spec.scaling.features == "none" else {"scaling": {"features": "none"}}


HIDDEN_SETTINGS: Mapping[str, HiddenSetting] = {
    "learning-rate-above-critical": HiddenSetting((SETTINGS_STAGE, "update"), _faster),
    "learning-rate-too-low": HiddenSetting(
        (SETTINGS_STAGE, "update"),
        lambda spec: {"optimizer": {"learning_rate": spec.optimizer.learning_rate * SLOWER}},
    ),
    "momentum-too-high": HiddenSetting((SETTINGS_STAGE, "update"), _momentum),
    "schedule-decays-too-soon": HiddenSetting((SETTINGS_STAGE, "update"), _decay),
    "features-unscaled": HiddenSetting((SETTINGS_STAGE, "pipeline"), _unscaled),
}
CAUSES = (*HIDDEN_SETTINGS, *(bug.finding() for bug in BUGS))


class Secret(Frozen):
    """What a mystery hides.

    Attributes:
        cause: As a finding calls it: `bug:gradient-ascent`, or one of `HIDDEN_SETTINGS`.
        options: Of a bug.
    """

    cause: str
    options: dict[str, Any] = {}

    @classmethod
    def of(cls, cause: str, options: Mapping[str, Any] | None = None) -> "Secret":
        """A secret that can be run.

        Raises:
            InputError: If no mystery can hide that.
        """
        if cause not in CAUSES:
            raise InputError(f"A mystery cannot hide {cause!r}.")
        return cls(cause=cause, options=dict(options or {}))

    @property
    def stages(self) -> tuple[str, ...]:
        """Where it is; a guess of any of them is right."""
        return stages_of(self.cause)

    def applied(self, spec: Spec) -> Spec:
        """What is trained in place of a spec; its `bug` is a bug that is told, or none."""
        setting = HIDDEN_SETTINGS.get(self.cause)
        if setting:
            return spec.patched({"bug": None, **(setting.patch(spec) or {})})
        return spec.patched({"bug": {**self.options, "key": self.cause.removeprefix(BUG)}})

    def shows_in(self, spec: Spec, setting: Setting) -> bool:
        """Whether it changes anything in a run.

        Args:
            spec: Of the run.
            setting: The same run's.
        """
        if self.cause in HIDDEN_SETTINGS:
            return HIDDEN_SETTINGS[self.cause].patch(spec) is not None
        bug = self.applied(spec).bug
        return bug is not None and not bug.without_effect(setting)


def stages_of(cause: str) -> tuple[str, ...]:
    """Where a cause shows."""
    if cause in HIDDEN_SETTINGS:
        return HIDDEN_SETTINGS[cause].stages
    return (BUG_BY_KEY[cause.removeprefix(BUG)].stage,)


def causes_in(stage: str) -> list[str]:
    """What a mystery in this stage may be, in teaching order."""
    return [cause for cause in CAUSES if stage in stages_of(cause)]


def is_mystery(spec: Spec) -> bool:
    """Whether something in a spec is not told."""
    return isinstance(spec.bug, Mystery)


def mystery_id(spec: Spec) -> str:
    """The id of a spec's mystery; empty where it has none."""
    return spec.bug.id if isinstance(spec.bug, Mystery) else ""
