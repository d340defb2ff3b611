"""What a diagnosis is made of: findings with the facts that show them, and the run's remedies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from ..events import from_number, number

Severity = Literal["error", "warning", "note"]
Reach = Literal["optimum", "stable"]
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

    @property
    def named(self) -> str:
        """The phrase, behind what was measured where it does not begin with that."""
        begins = self.text.lower().startswith(self.name.lower())
        return self.text if begins else f"{self.name}: {self.text}"

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
    """A change that mends the run; it was verified by running it in full.

    Attributes:
        title: What to do.
        patch: The same as a partial spec.
        changes: How many settings it changes.
        reaches: `optimum` where the patched run came near its optimum and stayed; `stable` where it
            came down at least: of a run that diverged, or that has a bug.
        epochs_to_optimum: Epochs until it is near its optimum, also beyond the run's end; None
            where that is not known.
        seconds: How long the patched run took.
        final_loss: Of the patched run, as it is scaled there.
        rmse: Its root mean squared error on the training rows, in the target's unit; None where
            the loss does not tell.
        rounding: What float32's rounding may leave of that error, in the same unit; None where
            the error is, and in kept diagnoses of earlier versions.
        verified: Whether it was run; only kept diagnoses of earlier versions have others.
    """

    title: str
    patch: Mapping[str, Any]
    changes: int
    reaches: Reach
    epochs_to_optimum: int | None = None
    seconds: float | None = None
    final_loss: float | None = None
    rmse: float | None = None
    rounding: float | None = None
    verified: bool = True

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The remedy behind `to_json`."""
        return cls(**{**told, "final_loss": _known(told["final_loss"])})

    @classmethod
    def from_kept(cls, told: Mapping[str, Any]) -> Self:
        """The remedy of a finding, as earlier versions kept it."""
        patch = told["patch"]
        count = sum(len(part) if isinstance(part, Mapping) else 1 for part in patch.values())
        return cls(
            title=told["title"],
            patch=patch,
            changes=count,
            reaches="optimum",
            epochs_to_optimum=told["epochs_to_optimum"],
            final_loss=_known(told["final_loss"]),
            verified=told["verified"],
        )

    def to_json(self) -> dict[str, Any]:
        """The remedy as it travels."""
        return {
            **vars(self),
            "patch": dict(self.patch),
            "final_loss": number(self.final_loss),
        }


@dataclass(frozen=True)
class Attempt:
    """A change that was run in vain.

    Attributes:
        title, patch: As of a remedy.
        outcome, final_loss: Of its run; None where there is none.
    """

    title: str
    patch: Mapping[str, Any]
    outcome: str | None
    final_loss: float | None

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The attempt behind `to_json`."""
        return cls(**{**told, "final_loss": _known(told["final_loss"])})

    def to_json(self) -> dict[str, Any]:
        """The attempt as it travels."""
        return {**vars(self), "patch": dict(self.patch), "final_loss": number(self.final_loss)}


@dataclass(frozen=True)
class Search:
    """What a search for remedies came to.

    Attributes:
        remedies: Those that reach the optimum first, the smallest change first.
        tried: What was run in vain.
        why_none: Why nothing reaches the optimum, and what is nearest; empty where something does.
    """

    remedies: tuple[Remedy, ...] = ()
    tried: tuple[Attempt, ...] = ()
    why_none: str = ""

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The search behind `to_json`."""
        return cls(
            tuple(map(Remedy.from_json, told["remedies"])),
            tuple(map(Attempt.from_json, told["tried"])),
            told["why_none"],
        )

    def to_json(self) -> dict[str, Any]:
        """The search as it travels."""
        return {
            "remedies": [remedy.to_json() for remedy in self.remedies],
            "tried": [attempt.to_json() for attempt in self.tried],
            "why_none": self.why_none,
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
    """

    cause: str
    stage: Stage
    severity: Severity
    summary: str
    evidence: tuple[Fact, ...] = ()

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The finding behind `to_json`; earlier versions kept a finding's own remedies with it."""
        evidence = tuple(map(Fact.from_json, told["evidence"]))
        return cls(told["cause"], told["stage"], told["severity"], told["summary"], evidence)

    def to_json(self) -> dict[str, Any]:
        """The finding as it travels."""
        return {
            "cause": self.cause,
            "stage": self.stage,
            "severity": self.severity,
            "summary": self.summary,
            "evidence": [fact.to_json() for fact in self.evidence],
        }
