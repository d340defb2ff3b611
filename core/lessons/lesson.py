"""What every lesson is: a spec with a story."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from ..spec import Spec

Group = Literal[
    "start", "examples", "scale", "rate", "schedule", "layer", "loss", "pipeline", "mend"
]


@dataclass(frozen=True)
class Lesson:
    """A spec with a story.

    Attributes:
        key: The name under which links find it.
        title: The name as a menu shows it.
        group: What it is about; `examples` are those of the document.
        do: What to do, in a line.
        see: What one sees when the run has ended.
        why: Why that happens.
        learnt: What one takes away, in a line.
        patch: The spec, as what differs from the default one.
        then: A patch of this spec that cures it or shows the contrast, and what to say of it;
            None where the lesson is complete in itself.
        outcome: The outcome the run must have.
    """

    key: str
    title: str
    group: Group
    do: str
    see: str
    why: str
    learnt: str
    patch: Mapping[str, Any]
    then: tuple[str, Mapping[str, Any]] | None = None
    outcome: str = "completed"

    @cached_property
    def spec(self) -> Spec:
        """The lesson's spec, whole."""
        return Spec().patched(self.patch)

    @cached_property
    def contrast(self) -> Spec:
        """The lesson's spec with what cures it or shows the contrast; the same where none does."""
        return self.spec.patched(self.then[1]) if self.then else self.spec
