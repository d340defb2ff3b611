"""What is left of a class: its answers and outcomes, as a table and as a page of its own."""

import csv
import html
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from ..classroom.nickname import BLANKED
from ..classroom.question import NEVER, REGIMES, Question, regime_of
from ..store.classes import ClassView
from ..store.mysteries import ClassMystery
from ..store.tables import Answer, Member, Run
from .class_mysteries import ranking, summary_html, table_rows
from .spreadsheet import harmless

HEAD = ("learner", "question", "round", "asked", "answer")
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{padding:.2rem .8rem;text-align:left;
border-bottom:1px solid #ccc}td.bar{width:22rem}td.bar div{background:#0072b2;height:1rem}
td.bar div.after{background:#d55e00;margin-top:2px}"""


def answers_csv(
    view: ClassView,
    members: Sequence[Member],
    answers: Sequence[Answer],
    runs: Sequence[Run],
    titles: Mapping[str, str],
    mysteries: Sequence[ClassMystery] = (),
) -> str:
    """Every answer, every learner's last run and how far they got with a mystery, one a line.

    Args:
        view: The class.
        members: Its learners.
        answers: All of them.
        runs: The learners' last ones.
        titles: Of causes, by their keys.
        mysteries: Of the class.
    """
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(HEAD)
    names = {member.learner: name_of(member) for member in members}
    for answer in answers:
        question = view.state.questions[answer.question - 1]
        said = answer_words(question, orjson.loads(answer.value), titles)
        who = names.get(answer.learner, "")
        row = (who, answer.question, answer.round, question.text, said)
        table.writerow([harmless(str(value)) for value in row])
    by_token = {run.token: run for run in runs}
    for member in members:
        run = by_token.get(member.run or "")
        if run:
            found = titles.get(run.cause or "", run.cause or "")
            row = (
                name_of(member),
                "",
                "",
                "last run",
                f"{run.outcome or 'running'} {found}".strip(),
            )
            table.writerow([harmless(str(value)) for value in row])
    for name, mystery, said in table_rows(mysteries, names, titles):
        table.writerow([harmless(value) for value in (name, "", "", mystery, said)])
    return text.getvalue()


def report_html(
    view: ClassView,
    members: Sequence[Member],
    answers: Sequence[Answer],
    runs: Sequence[Run],
    titles: Mapping[str, str],
    mysteries: Sequence[ClassMystery] = (),
) -> str:
    """The class as one page: the questions with their bars, and what happened.

    Nobody is named, but for the nicknames in a mystery's ranking where its teacher shows that.

    Args:
        view, members, answers, runs, titles, mysteries: As for `answers_csv`.
    """
    title = html.escape(view.state.title or "A class")
    day = datetime.fromtimestamp(view.opened_at, UTC).date().isoformat()
    parts = [
        f"<h1>{title}</h1><p>{day} · {_counted(len(members), 'learner')} · "
        f"{_counted(len(view.state.questions), 'question')} · "
        f"{_counted(sum(member.runs for member in members), 'run')}</p>"
    ]
    for number, question in enumerate(view.state.questions, 1):
        parts.append(_question(number, question, answers, titles))
    outcomes: dict[str, int] = {}
    for run in runs:
        regime = regime_of(run.outcome, run.verdict)
        words = [
            REGIMES.get(regime, "Not at its end"),
            titles.get(run.cause or "", run.cause or ""),
        ]
        key = ": ".join(word for word in words if word)
        outcomes[key] = outcomes.get(key, 0) + 1
    if outcomes:
        rows = sorted(outcomes.items(), key=lambda pair: -pair[1])
        parts.append("<h2>The last run of each</h2>" + _table([(k, (n,)) for k, n in rows]))
    names = {member.learner: name_of(member) for member in members}
    for number, mystery in enumerate(mysteries, 1):
        ranked = ranking(mystery, names)
        parts.append(summary_html(number, mystery, ranked, len(members), titles))
        if view.state.ranked:
            parts.append(_table(ranked))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style>{''.join(parts)}</html>"
    )


def answer_words(question: Question, value: Any, titles: Mapping[str, str]) -> str:
    """An answer in words."""
    if isinstance(value, list):
        return " ".join(map(str, value))
    if question.kind == "epochs":
        return "never" if value == NEVER else str(value)
    return option_words(question, question.options[value], titles)


def option_words(question: Question, option: str, titles: Mapping[str, str]) -> str:
    """An option in words."""
    if question.kind == "regime":
        return REGIMES.get(option, option)
    return titles.get(option, option) if question.kind == "cause" else option


def name_of(member: Member) -> str:
    """A learner's nickname, as far as it may be shown."""
    return BLANKED if member.blanked else member.name


def _question(
    number: int, question: Question, answers: Sequence[Answer], titles: Mapping[str, str]
) -> str:
    rounds: dict[int, list[Any]] = {1: [], 2: []}
    for answer in answers:
        if answer.question == number:
            rounds[answer.round].append(orjson.loads(answer.value))
    head = f"<h2>{number}. {html.escape(question.text)}</h2>"
    if question.kind == "curve":
        curves = _counted(len(rounds[1]), "curve")
        return f"{head}<p>{curves}, {len(rounds[2])} behind the discussion.</p>"
    before, after = question.bars(rounds[1]), question.bars(rounds[2])
    pairs = zip(before, after, strict=True)
    shown = ((option_words(question, key, titles), (n, m)) for (key, n), (_, m) in pairs)
    return head + _table([(key, both if rounds[2] else both[:1]) for key, both in shown])


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _table(rows: Sequence[tuple[str, tuple[int, ...]]]) -> str:
    most = max((max(counts) for _, counts in rows), default=0) or 1
    lines = []
    for name, counts in rows:
        bars = "".join(
            f'<div{" class=after" if i else ""} style="width:{100 * count / most:.0f}%"></div>'
            for i, count in enumerate(counts)
        )
        told = " → ".join(map(str, counts))
        lines.append(f'<tr><td>{html.escape(name)}<td>{told}<td class="bar">{bars}</tr>')
    return f"<table>{''.join(lines)}</table>"
