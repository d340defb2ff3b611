"""A learner's runs as a list: searched, filtered, sorted, one page at a time. Reads no events."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from .tables import Run

PAGE_SIZE = 50  # runs
SORTS = {
    "newest first": Run.started_at.desc(),
    "oldest first": Run.started_at.asc(),
    "name": func.lower(Run.name).asc(),
    "outcome": Run.outcome.asc(),
    "lowest final loss": Run.final_loss.asc(),
    "highest final loss": Run.final_loss.desc(),
    "lowest rate / largest stable": Run.critical_ratio.asc(),
    "highest rate / largest stable": Run.critical_ratio.desc(),
    "finding": Run.cause.asc(),
    "longest": Run.seconds.desc(),
}
IS_RUN = Run.axes.is_(None)  # a sweep has axes
RUNNING = "running"  # the outcome of a live run, in lists
OUTCOMES = (RUNNING, "completed", "diverged", "stopped", "failed")


@dataclass(frozen=True)
class Query:
    """Which of a learner's runs to list, and how.

    Attributes:
        text: Words that must all occur in a run's name, settings, outcome, finding or table title.
        outcomes: Only these of `OUTCOMES`; all if empty.
        starred: Only starred runs.
        sort: A key of `SORTS`.
        page: From 1.
        titles: Pairs of source and title of the learner's uploads: a spec has the source alone.
    """

    text: str = ""
    outcomes: tuple[str, ...] = ()
    starred: bool = False
    sort: str = "newest first"
    page: int = 1
    titles: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class RunPage:
    """One page of a list of runs.

    Attributes:
        runs: On this page.
        matches: How many runs match the query, on all pages.
        total: How many runs the learner has.
    """

    runs: list[Run]
    matches: int
    total: int

    @property
    def page_count(self) -> int:
        """How many pages the matches fill; 1 if there are none."""
        return _page_count(self.matches)


def list_runs(session: Session, owner: str, query: Query) -> RunPage:
    """The page of a learner's runs that a query asks for, or the last one if it is beyond."""
    owned = select(Run).where(Run.owner == owner, IS_RUN)
    matching = _filter(owned, query)
    total, matches = _count(session, owned), _count(session, matching)
    page = min(max(query.page, 1), _page_count(matches))
    order = SORTS[query.sort].nulls_last(), Run.started_at.desc(), Run.token
    rows = matching.order_by(*order).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return RunPage(list(session.scalars(rows)), matches, total)


def _page_count(matches: int) -> int:
    return max(1, -(-matches // PAGE_SIZE))


def _filter(runs: Select[Any], query: Query) -> Select[Any]:
    columns = (
        func.coalesce(Run.name, ""),
        Run.words,
        func.coalesce(Run.outcome, RUNNING),
        func.coalesce(Run.cause, ""),
        func.coalesce(Run.verdict, ""),
        func.coalesce(Run.summary, ""),
    )
    for word in query.text.replace("\0", "").split():
        sources = (source for source, title in query.titles if word.lower() in title.lower())
        runs = runs.where(
            or_(
                *(column.icontains(word, autoescape=True) for column in columns),
                *(Run.spec.contains(source, autoescape=True) for source in sources),
            )
        )
    if query.outcomes:
        runs = runs.where(func.coalesce(Run.outcome, RUNNING).in_(query.outcomes))
    return runs.where(Run.starred) if query.starred else runs


def _count(session: Session, runs: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(runs.subquery())) or 0
