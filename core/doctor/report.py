"""A diagnosis that shows itself: as text, as cards in a notebook, as JSON."""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from html import escape
from itertools import groupby
from typing import Any, Self

from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.finding import Remedy
from ..theory.wording import figure

WIDTH = 96
MARKS = {"error": "✗", "warning": "!", "note": "·"}
COLOURS = {"error": "#d55e00", "warning": "#e69f00", "note": "#56b4e9"}
HEADS = {
    "healthy": "Nothing wrong was found.",
    "diverging": "The loss goes up.",
    "oscillating": "The loss goes up and down and does not settle.",
    "slow": "The loss falls too slowly.",
    "stuck": "The loss stands still.",
    "biased": "The loss stops above what these data allow.",
    "failed": "The program fails.",
}
FAULTY = "The program does not do what it should."


@dataclass(frozen=True)
class Report(Diagnosis):
    """What the doctor found: `findings` (root cause first), `remedies`, `not_checked`.

    Every cause is one of the app's own, kebab-case. A defect that the app calls `bug:<key>` is a
    fault here, for nobody injected it: `fault:<key>`. A healthy model has no finding above `note`.

    Attributes:
        facts: What was measured besides, as sentences.
    """

    facts: tuple[str, ...] = ()

    @classmethod
    def of(cls, diagnosis: Diagnosis, facts: tuple[str, ...] = ()) -> Self:
        """The report of a diagnosis."""
        told = {field.name: getattr(diagnosis, field.name) for field in fields(Diagnosis)}
        return cls(**told, facts=facts)

    @property
    def headline(self) -> str:
        """One line: what will become of the run, or became of it."""
        if not any(finding.severity != "note" for finding in self.findings):
            return HEADS["healthy"]
        if self.findings[0].cause.startswith("fault:") and self.verdict == "biased":
            return FAULTY
        return HEADS[self.verdict] if self.verdict != "healthy" else "Something is to be mended."

    def to_json(self) -> dict[str, Any]:
        """The report as it travels."""
        return {**super().to_json(), "facts": list(self.facts)}

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"Doctor: {self.headline}"
        for finding in self.findings:
            yield from _wrapped(f"{MARKS[finding.severity]} ", finding.summary)
            yield f"    [{finding.cause}]"
        for place, remedy in enumerate(self.remedies):
            yield from _wrapped("→ " if not place else "  or ", in_words(remedy))
            for line in code_of(remedy):
                yield f"      {line}"
        if self.search and self.search.why_none and not self.remedies:
            yield from _wrapped("  ", self.search.why_none)
        for text in self.facts:
            yield from _wrapped("  ", text)
        for missing, causes in self._lacks():
            yield from _wrapped("? ", f"not checked, for {missing}: {', '.join(causes)}")

    def _lacks(self) -> list[tuple[str, list[str]]]:
        ordered = sorted(self.not_checked, key=lambda lack: lack[1])
        return [(m, [c for c, _ in lacks]) for m, lacks in groupby(ordered, lambda lack: lack[1])]

    def _repr_html_(self) -> str:
        cards = [f"<p style='margin:.2em 0;font-weight:600'>{escape(self.headline)}</p>"]
        for finding in self.findings:
            shown = "".join(f"<li>{escape(fact.named)}</li>" for fact in finding.evidence)
            cards.append(
                f"<div style='border-left:4px solid {COLOURS[finding.severity]};margin:.5em 0;"
                "padding:.1em .8em'>"
                f"<p style='margin:.2em 0'>{_coded(finding.summary)}</p>"
                f"<small>{escape(finding.severity)} · {escape(finding.cause)}</small>"
                f"<details><summary>evidence</summary><ul>{shown}</ul></details></div>"
            )
        for remedy in self.remedies:
            code = "\n".join(code_of(remedy))
            cards.append(
                "<div style='border-left:4px solid #009e73;margin:.5em 0;padding:.1em .8em'>"
                f"<p style='margin:.2em 0'>{_coded(in_words(remedy))}</p>"
                f"<pre style='margin:.2em 0'>{escape(code)}</pre></div>"
            )
        if self.search and self.search.why_none and not self.remedies:
            cards.append(f"<p>{_coded(self.search.why_none)}</p>")
        cards += [f"<p style='margin:.2em 0'>{_coded(text)}</p>" for text in self.facts]
        for missing, causes in self._lacks():
            text = f"Not checked, for {missing}: {', '.join(causes)}"
            cards.append(f"<p style='margin:.2em 0;opacity:.7'><small>{escape(text)}</small></p>")
        return f"<div style='max-width:60em'>{''.join(cards)}</div>"


def in_words(remedy: Remedy) -> str:
    """A remedy and what it gave when it was tried."""
    tried = "tried" if remedy.verified else "by theory, not tried"
    if remedy.reaches == "optimum":
        count = remedy.epochs_to_optimum
        end = f"near its best after {count:,} epoch{'s' * (count != 1)}, " if count else "mended, "
    else:
        end = "the loss comes down, "
    return f"{remedy.title} ({end}{tried})."


def code_of(remedy: Remedy) -> list[str]:
    """A remedy as lines of Python, as far as its patch says them."""
    return list(_code(remedy.patch))


def _code(patch: Mapping[str, Any]) -> Iterator[str]:
    scaling = patch.get("scaling", {})
    if scaling.get("features") == "standard":
        yield "X = (X - X.mean(axis=0)) / X.std(axis=0)"
    if scaling.get("target") == "standard":
        yield "y = (y - y.mean()) / y.std()"
    optimizer = patch.get("optimizer", {})
    if "key" in optimizer:
        kind = {"sgd": "SGD", "adam": "Adam"}.get(optimizer["key"], optimizer["key"])
        rate = optimizer.get("learning_rate")
        yield f"optimizer = keras.optimizers.{kind}(learning_rate={rate:g})"
    elif "learning_rate" in optimizer:
        yield f"learning_rate = {optimizer['learning_rate']:g}"
    if "momentum" in optimizer and "key" not in optimizer:
        yield f"momentum = {optimizer['momentum']:g}"
    if patch.get("model", {}).get("activation") == "linear":
        yield "keras.layers.Dense(1)  # no activation behind a regression"
    if patch.get("model", {}).get("use_bias"):
        yield "keras.layers.Dense(1, use_bias=True)"
    if "key" in patch.get("loss", {}):
        yield f'loss = "{patch["loss"]["key"]}"'
    if "epochs" in patch.get("training", {}):
        yield f"epochs = {patch['training']['epochs']}"


def _wrapped(mark: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_long_words=False
    ) or [mark]


def _coded(text: str) -> str:
    """Text for HTML, what stands in backticks as code."""
    parts = escape(text).split("`")
    return "".join(
        f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts)
    )


__all__ = ["Report", "code_of", "figure", "in_words"]
