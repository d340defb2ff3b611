"""A root cause: its page of documentation, and how it is found in a run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .evidence import Evidence
from .finding import Finding


@dataclass(frozen=True)
class Cause:
    """A root cause: its page of documentation, and how it is found.

    Attributes:
        key: Kebab-case; the name of its file, underscores for hyphens and the colon.
        title: The name as a menu shows it.
        what: What is wrong.
        why: Why the loss does what it does.
        see: By which numbers the diagnosis knows it.
        remedy: What cures it.
        reference: Where it is described.
        find: The finding in a run's evidence; None where the run does not have it.
        example: A spec that has it, as a patch; empty for a bug, which has its own.
        needs: What must be known before it can be looked for; see `Evidence.missing`.
    """

    key: str
    title: str
    what: str
    why: str
    see: str
    remedy: str
    reference: str
    find: Callable[[Evidence], Finding | None] = field(repr=False)
    example: Mapping[str, Any] = field(default_factory=dict, repr=False)
    needs: tuple[str, ...] = ()
