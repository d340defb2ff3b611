"""A learner's runs as a list: searched, sorted, one page at a time, no events read."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import Session

from .tables import Run

PAGE = 50  # runs
SORTS = {
    "newest first": Run.started_at.desc(),
    "oldest first": Run.started_at.asc(),
    "name": func.lower(Run.name).asc(),
    "outcome": Run.outcome.asc(),
    "lowest final loss": Run.final_loss.asc(),
    "highest final loss": Run.final_loss.desc(),
    "lowest rate / critical": Run.critical_ratio.asc(),
    "highest rate / critical": Run.critical_ratio.desc(),
    "finding": Run.cause.asc(),
    "longest": Run.seconds.desc(),
}
IS_RUN = Run.axes.is_(None)  # and no sweep
LIVE = "running"
OUTCOMES = (LIVE, "completed", "diverged", "stopped", "failed")


@dataclass(frozen=True)
class Query:
    """Which of a learner's runs, in which order.

    Attributes:
        text: Words that must all be in a run's name, settings, outcome, finding or table's title.
        outcomes: Of these only; all if empty.
        starred: Starred ones only.
        sort: A key of `SORTS`.
        page: From 1.
        titles: Sources and what they are called, where a spec does not say it: one's uploads.
    """

    text: str = ""
    outcomes: tuple[str, ...] = ()
    starred: bool = False
    sort: str = "newest first"
    page: int = 1
    titles: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Listed:
    """A page of runs.

    Attributes:
        runs: Of this page.
        found: How many the query finds on all pages.
        kept: How many the learner has.
    """

    runs: list[Run]
    found: int
    kept: int

    @property
    def pages(self) -> int:
        return _pages(self.found)


def listed(session: Session, owner: str, query: Query) -> Listed:
    """A learner's runs that a query finds."""
    mine = select(Run).where(Run.owner == owner, IS_RUN)
    wanted = _narrowed(mine, query)
    kept, found = _count(session, mine), _count(session, wanted)
    page = min(max(query.page, 1), _pages(found))
    order = SORTS[query.sort].nulls_last(), Run.started_at.desc(), Run.token
    shown = wanted.order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
    return Listed(list(session.scalars(shown)), found, kept)


def _pages(found: int) -> int:
    return max(1, -(-found // PAGE))


def _narrowed(runs: Select[Any], query: Query) -> Select[Any]:
    for word in query.text.replace("\0", "").split():
        places = (Run.name, Run.words, Run.outcome, Run.cause, Run.verdict)
        titled = (source for source, title in query.titles if word.lower() in title.lower())
        runs = runs.where(
            func.coalesce(places[0], "").icontains(word, autoescape=True)
            | places[1].icontains(word, autoescape=True)
            | func.coalesce(places[2], LIVE).icontains(word, autoescape=True)
            | func.coalesce(places[3], "").icontains(word, autoescape=True)
            | func.coalesce(places[4], "").icontains(word, autoescape=True)
            | or_(false(), *(Run.spec.contains(source, autoescape=True) for source in titled))
        )
    if query.outcomes:
        runs = runs.where(func.coalesce(Run.outcome, LIVE).in_(query.outcomes))
    return runs.where(Run.starred) if query.starred else runs


def _count(session: Session, runs: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(runs.subquery())) or 0
