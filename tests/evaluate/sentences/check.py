"""All sentences about a run, each read back and checked; one of no template is wrong."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pandas as pd

from core.data.prepare import Prepared
from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.ended import ended_in_words, nothing_in_words
from core.diagnosis.finding import Remedy, Search
from core.diagnosis.learnt import learnt
from core.diagnosis.remedies.wording import attempt_in_words, remedy_in_words
from core.diagnosis.spec_run import declared_by
from core.errors import InputError
from core.events import Event, encode
from core.record import Record
from core.spec import Spec
from core.store.summary import columns_of_diagnosis, columns_of_end
from core.theory.equation import Equation
from core.theory.predict import predict
from tests.evaluate.sentences import of_remedies
from tests.evaluate.sentences.of_bugs import BUGS
from tests.evaluate.sentences.of_endings import ENDED, NOTHING
from tests.evaluate.sentences.of_evidence import evidence_holds
from tests.evaluate.sentences.of_predictions import WHY
from tests.evaluate.sentences.of_remedies import equation_holds
from tests.evaluate.sentences.of_settings import SETTINGS
from tests.evaluate.sentences.reading import Book
from tests.evaluate.sentences.truth import Truth

Runs = dict[str, list[Event]]  # what a search has run, by its specs
Read = Callable[[str], tuple[str | None, tuple[str, ...]]]  # which template, and what is not so


@dataclass
class Sentences:
    """What was counted.

    Attributes:
        counts: Sentences of each template.
        wrong: Those that are not so, each with what is.
    """

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def check(
        self, spec: Spec, table: pd.DataFrame, data: Prepared, events: list[Event], found: Diagnosis
    ) -> None:
        """Reads what is said of a run: how it ended, what was predicted, found and learnt."""
        self._count(spec, said_of_run(Truth(spec, table, data, events), found))

    def check_remedies(
        self,
        spec: Spec,
        table: pd.DataFrame,
        data: Prepared,
        events: list[Event],
        diagnosis: Diagnosis,
        found: Search,
        runs: Runs,
    ) -> None:
        """Reads what is said of a run's remedies, against the runs that the search has made."""
        run = Truth(spec, table, data, events)
        self._count(spec, said_of_remedies(run, spec, diagnosis, found, runs))

    def report(self) -> None:
        """Prints the counts of each template, and what is wrong."""
        for template, count in sorted(self.counts.items()):
            print(f"{count:6} {template}")
        print(f"sentences: {self.counts.total()} of {len(self.counts)} templates")
        print(f"sentences that are not so: {len(self.wrong)} (none)")
        for line in self.wrong:
            print("!", line)

    def _count(self, spec: Spec, said: Iterable[tuple[str, Read]]) -> None:
        for text, read in said:
            template, wrong = read(text)
            self.counts[template or "of no template"] += 1
            if wrong:
                run = spec.model_dump_json(exclude_defaults=True)
                self.wrong.append(f"“{text}”: {'; '.join(wrong)}\n    {run}")


def said_of_run(run: Truth, found: Diagnosis) -> Iterator[tuple[str, Read]]:
    """Each sentence about a run, and what reads it."""
    if reason := run.ended["reason"]:
        yield reason, _reader(of_remedies.ENDS, run)
    end = columns_of_end([encode(event) for event in run.events])
    said = ended_in_words(run.spec.loss, run.spec.model.use_bias, run.started, end)
    yield " ".join(said), _reader(ENDED, run)
    if not columns_of_diagnosis(found.to_json())["summary"]:
        yield nothing_in_words(found.verdict), _reader(NOTHING, run)
    yield predict(run.spec, run.data).why, _reader(WHY, run)
    for finding in found.to_json()["findings"]:
        summary = finding["summary"]
        yield summary, _reader(BUGS if finding["cause"].startswith("bug:") else SETTINGS, run)
        for fact in finding["evidence"]:
            yield fact["text"], partial(_evidence, run, fact, summary)
    if line := _learnt(run):
        text = line.text(run.spec.model.activation)
        yield text, lambda text: ("the line that was learnt", equation_holds(run, text))


def said_of_remedies(
    run: Truth, spec: Spec, diagnosis: Diagnosis, found: Search, runs: Runs
) -> Iterator[tuple[str, Read]]:
    """Each sentence about a run's remedies, and what reads it."""
    for each in (*found.remedies, *found.tried):
        yield each.title, partial(_title, run, dict(each.patch))
        changed = spec.patched(each.patch)
        events = runs[changed.model_dump_json()]
        if isinstance(each, Remedy):
            text = remedy_in_words(each, changed.training.epochs, diagnosis.diverged)
            yield text, _reader(of_remedies.COSTS, run, changed, events)
        else:
            yield attempt_in_words(each), _reader(of_remedies.TRIED, run, events)
    if found.why_none:
        yield found.why_none, _reader(of_remedies.LIMITS, run, found.to_json())


def _reader(book: Book, *known: Any) -> Read:
    def read(text: str) -> tuple[str | None, tuple[str, ...]]:
        reading = book.read(text, *known)
        return reading.template, reading.wrong

    return read


def _evidence(run: Truth, fact: dict, summary: str, text: str):
    template, wrong = evidence_holds(run, fact | {"text": text}, summary)
    return template and f"evidence: {template}", wrong


def _title(run: Truth, patch: dict, text: str):
    return "a remedy's title", of_remedies.title_holds(run, text, patch)


def _learnt(run: Truth) -> Equation | None:
    try:
        return learnt(declared_by(run.spec, run.data), Record.of(run.events))
    except InputError:
        return None
