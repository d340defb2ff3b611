"""What every bug is: a defect, its page of documentation, and the one method it gets wrong."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..choice import Choice

Stage = Literal["pipeline", "initialization", "forward", "loss", "gradient", "update"]
Symptom = Literal["rises", "non-finite", "plateaus", "biased", "jumps", "validation-off", "fails"]


@dataclass(frozen=True)
class Setting:
    """What of a run decides whether a bug can show in it.

    Attributes:
        features: How many there are.
        rows, batch: Training rows, and rows of one update.
        use_bias: Whether the layer has a bias.
        loss: Key of the loss.
        summed: Whether the loss adds up a batch's rows.
        scaled: Whether the features are scaled.
        held_out: Rows for validation.
    """

    features: int
    rows: int
    batch: int
    use_bias: bool
    loss: str
    summed: bool
    scaled: bool
    held_out: int


class Bug(Choice):
    """A defect to inject; its fields are its options.

    A bug overrides one method of the correct program in a nested class named after the part that
    it breaks: `Layer` (of `core.model.linear_layer.LinearLayer`), `Step` (of
    `core.training.step.TrainingStep`) or `Pipeline` (of `core.data.pipeline.Pipeline`). Inside,
    `self.bug` holds the options.

    Attributes:
        stage: Where a debugger would first see the program depart from the correct one.
        symptom: What the learner sees: `rises` (the loss ends higher than it began), `non-finite`
            (it ends in NaN or infinity), `plateaus` (it stops near the baseline), `biased` (it
            stops above the optimum), `jumps` (it never settles), `validation-off` (only the
            validation loss is wrong), `fails` (it cannot run).
        what: What the defect is.
        why: Why the loss does what it does.
        see: What the learner sees.
        remedy: How the code is put right.
        reference: Where it is described.
        needs: What a run must have for it to show, in a few words; empty where any run will do.
        example: A partial spec in which the symptom shows.
    """

    stage: ClassVar[Stage]
    symptom: ClassVar[Symptom]
    what: ClassVar[str] = ""
    why: ClassVar[str] = ""
    see: ClassVar[str] = ""
    remedy: ClassVar[str] = ""
    reference: ClassVar[str] = ""
    needs: ClassVar[str] = ""
    example: ClassVar[dict[str, Any]] = {}
    Layer: ClassVar[type | None] = None
    Step: ClassVar[type | None] = None
    Pipeline: ClassVar[type | None] = None

    @classmethod
    def finding(cls) -> str:
        """The finding that must name this bug."""
        return f"bug:{cls.name()}"

    def breaks(self) -> str:
        """The part it breaks: `Layer`, `Step` or `Pipeline`."""
        return next(part for part in ("Layer", "Step", "Pipeline") if getattr(self, part))

    def without_effect(self, setting: Setting) -> str:
        """Why it changes nothing in such a run, as a sentence; empty where it changes something."""
        return ""

    def inject(self, base: type) -> type:
        """`base` with this bug in it, where it breaks that part; else `base` itself."""
        parts = {"LinearLayer": self.Layer, "TrainingStep": self.Step, "Pipeline": self.Pipeline}
        override = parts[base.__name__]
        return type(base.__name__, (override, base), {"bug": self}) if override else base
