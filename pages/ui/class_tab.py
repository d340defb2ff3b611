"""What a browser tab knows of its class."""

from dataclasses import dataclass
from typing import Literal

from core.spec import Spec


@dataclass
class ClassTab:
    """A tab's place in a class.

    Attributes:
        looked_up: Whether it was looked up which class this tab's learner is in.
        class_id: The class; empty for none.
        role: What they are in it.
        number, name: Of a learner in it.
        followed: Whether this tab has shown the class before.
        pushed: Number of the last push that this tab has taken over.
        moved: Whether the strip says that the knobs are no longer as they were pushed.
        taken: The same of whichever of the learner's tabs, when this one came.
        trained: Of the teacher's "everybody Train", the last one that this tab has seen.
        mine: The learner's own settings before the last push; None for none.
        answering: Number of the question whose answer is being changed; 0 for none.
        waiting_code: A join code that is checked when the pause is over; empty for none.
        unnoted: Token of a run that the class was not yet told of; empty for none.
        epoch: Of a teacher: the count of the class' links when this tab was last known to be one's.
        link: The teacher's link, just made; empty once it is not to be shown.
        chosen: Number of the learner whose work the teacher looks at; 0 for none.
    """

    looked_up: bool = False
    class_id: str = ""
    role: Literal["learner", "teacher"] = "learner"
    number: int = 0
    name: str = ""
    followed: bool = False
    pushed: int = 0
    moved: bool = False
    taken: int = 0
    trained: int = 0
    mine: Spec | None = None
    answering: int = 0
    waiting_code: str = ""
    unnoted: str = ""
    epoch: int = -1
    link: str = ""
    chosen: int = 0
