"""What a diagnosis is made of: a finding, the facts that show it and the remedies that cure it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from ..events import from_number, number

Severity = Literal["error", "warning", "note"]
Stage = Literal[
    "data",
    "pipeline",
    "initialization",
    "forward",
    "loss",
    "gradient",
    "update",
    "hyperparameters",
]


def _known(value: float | str | None) -> float | None:
    return None if value is None else from_number(value)


@dataclass(frozen=True)
class Fact:
    """One number that shows it, against its limit.

    Attributes:
        name: What was measured.
        value: What it is.
        limit: What it is compared with; None where it stands alone.
        text: The comparison as a phrase.
    """

    name: str
    value: float | None
    limit: float | None
    text: str

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The fact behind `to_json`."""
        return cls(told["name"], _known(told["value"]), _known(told["limit"]), told["text"])

    def to_json(self) -> dict[str, Any]:
        """The fact as it travels."""
        return {
            "name": self.name,
            "value": number(self.value),
            "limit": number(self.limit),
            "text": self.text,
        }


@dataclass(frozen=True)
class Remedy:
    """A change that should cure the run.

    Attributes:
        title: What to do.
        patch: The same as a partial spec.
        verified: Whether the patched spec was trained in full and came near its optimum.
        outcome, final_loss, epochs_to_optimum: Of that run; None before it.
    """

    title: str
    patch: Mapping[str, Any]
    verified: bool = False
    outcome: str | None = None
    final_loss: float | None = None
    epochs_to_optimum: int | None = None

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The remedy behind `to_json`."""
        return cls(**{**told, "final_loss": _known(told["final_loss"])})

    def to_json(self) -> dict[str, Any]:
        """The remedy as it travels."""
        return {
            "title": self.title,
            "patch": dict(self.patch),
            "verified": self.verified,
            "outcome": self.outcome,
            "final_loss": number(self.final_loss),
            "epochs_to_optimum": self.epochs_to_optimum,
        }


@dataclass(frozen=True)
class Finding:
    """A cause that this run has.

    Attributes:
        cause: Its key.
        stage: Where the run first departs from the correct one, or `data` or `hyperparameters`.
        severity: `error` where it spoils the run, `warning` where it harms, else `note`.
        summary: One sentence for the learner.
        evidence: The numbers that show it.
        remedies: What cures it.
    """

    cause: str
    stage: Stage
    severity: Severity
    summary: str
    evidence: tuple[Fact, ...] = ()
    remedies: tuple[Remedy, ...] = ()

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The finding behind `to_json`."""
        parts = {
            "evidence": tuple(map(Fact.from_json, told["evidence"])),
            "remedies": tuple(map(Remedy.from_json, told["remedies"])),
        }
        return cls(**{**told, **parts})

    def to_json(self) -> dict[str, Any]:
        """The finding as it travels."""
        return {
            "cause": self.cause,
            "stage": self.stage,
            "severity": self.severity,
            "summary": self.summary,
            "evidence": [fact.to_json() for fact in self.evidence],
            "remedies": [remedy.to_json() for remedy in self.remedies],
        }
