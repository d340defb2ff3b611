"""Collects, setting by setting, what was read and what was not."""

from typing import Any

from .result import Gap, Said
from .text import Program

WORDS = {
    "data.source": "the table", "data.validation_fraction": "the rows held out",
    "scaling.features": "the features' scaling", "scaling.target": "the target's scaling",
    "model.initializer": "the first weights", "optimizer.learning_rate": "the learning rate",
    "training.batch_size": "the batch size", "training.epochs": "the number of epochs",
    "training.shuffle": "the order of the rows", "model.layer": "the model", "loss.key": "the loss",
    "optimizer.key": "the optimizer", "schedule.key": "the schedule",
}  # fmt: skip


class Findings:
    """A spec's settings as they are found."""

    def __init__(self, program: Program) -> None:
        self._lines = program.lines
        self.patch: dict[str, dict[str, Any]] = {}
        self.said: list[Said] = []
        self.gaps: list[Gap] = []
        self.marked: set[str] = set()

    def text(self, line: int) -> str:
        return self._lines[line - 1].strip()[:300] if 0 < line <= len(self._lines) else ""

    def put(self, knob: str, value: Any, line: int, says: str, exact: bool = True) -> None:
        """Notes that a line says this setting; not exactly, and it is marked."""
        section, _, name = knob.partition(".")
        if section == "bug":
            self.patch["bug"] = value
        else:
            self.patch.setdefault(section, {})[name] = value
        self.said = [said for said in self.said if said.knob != knob]
        self.said.append(Said(line, self.text(line), says, knob, value, exact))
        if not exact:
            self.marked.add(knob)

    def miss(self, knob: str, line: int, why: str) -> None:
        """Notes that a setting is not known, because of this line."""
        self.marked.add(knob)
        if knob == "model.layer":
            self.marked |= {
                f"model.{name}"
                for name in ("initializer", "use_bias", "activation")
                if name not in self.patch.get("model", {})
            }
        self.gaps.append(Gap(line, self.text(line), why or "it is not understood", knob))

    def note(self, line: int, why: str) -> None:
        """Notes a line that was not understood and no setting is known to hang on."""
        self.gaps.append(Gap(line, self.text(line), why))
