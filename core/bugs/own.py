"""A method that a learner wrote, in place of the correct one: read as text, interpreted."""

from typing import Any, Literal, Self, get_args

from pydantic import Field, model_validator

from ..errors import InputError
from ..interpreter import PARTS, MethodError, Program, read
from .bug import Bug, Setting, Stage
from .own_parts import OWN

Part = Literal["layer", "loss", "gradients", "update", "pipeline"]
STAGES: dict[str, Stage] = {
    "layer": "forward",
    "loss": "loss",
    "gradients": "gradient",
    "update": "update",
    "pipeline": "pipeline",
}
OWN_PARTS: tuple[Part, ...] = get_args(Part)


class Own(Bug):
    title = "Your own code"
    symptom = "biased"
    purpose = "Write a method of the layer, the loss, the gradients, the update or the pipeline."
    what = "A method that you wrote stands in place of the correct one."
    why = "Whatever it does otherwise than the correct method, every step does."
    see = "The diagnosis names the first stage that departs, and the known bug where it equals one."
    remedy = "Compare what each of your lines gives with what the correct method gives."
    reference = "The document's Example 3: “print statements to inspect intermediate values”."
    key: Literal["own"] = "own"
    part: Part = Field("layer", description="What the method is a part of.")
    code: str = Field("", description="The method; empty for the correct one.")

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        try:
            read(self.part, self.code)
        except MethodError as error:
            raise InputError(f"`bug.code`: {error}") from None
        return self

    @property
    def stage(self) -> Stage:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Where a debugger would first see the program depart."""
        return STAGES[self.part]

    @property
    def program(self) -> Program:
        """The methods, checked."""
        return read(self.part, self.code)

    def breaks(self) -> str:
        """The part it stands in: `Layer`, `Step` or `Pipeline`."""
        return PARTS[self.part].breaks

    def without_effect(self, setting: Setting) -> str:
        """Says so where the text is the correct method, as the editor starts from it."""
        kind = PARTS[self.part]
        correct = [kind.start] + (
            [kind.written] if kind.written and self._is_plain(setting) else []
        )
        if self.program.printed() in [read(self.part, text).printed() for text in correct]:
            return "It is the correct method as it stands: change a line."
        return ""

    def _is_plain(self, setting: Setting) -> bool:
        return self.part == "loss" and setting.loss == "mse" and not setting.summed

    def arguments(self) -> dict[str, Any]:
        """None: the code holds its numbers itself."""
        return {}

    def inject(self, base: type) -> type:
        """`base` with the learner's methods, where they belong to it; else `base` itself."""
        names = {"LinearLayer": "Layer", "TrainingStep": "Step", "Pipeline": "Pipeline"}
        if names[base.__name__] != self.breaks():
            return base
        return type(base.__name__, (OWN[self.part], base), {"bug": self})
