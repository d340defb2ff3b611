"""What a learner has named their own runs, wherever those are told of."""

from collections.abc import Iterable

from core.errors import InputError
from core.store import store
from pages.ui.learner import learner_id
from pages.ui.state import session


def run_names(tokens: Iterable[str]) -> dict[str, str]:
    """The learner's names of runs, by token; empty for a run without one or of somebody else.

    A run's name is asked for once in a tab: where another renames it, this one says the old name.
    """
    known, asked = session().run_names, list(tokens)
    if unknown := [token for token in asked if token not in known]:
        try:
            found = {run.token: run.name for run in store().get_runs(learner_id(), unknown)}
        except InputError:  # the database is out of reach
            return {token: known.get(token, "") for token in asked}
        known |= {token: found.get(token, "") for token in unknown}
    return {token: known[token] for token in asked}


def run_name(token: str) -> str:
    """The learner's name of one run, as `run_names`."""
    return run_names([token])[token]


def name_by(owner: str, token: str) -> str:
    """What another learner calls a run of theirs; empty for nothing."""
    return "".join(run.name for run in store().get_runs(owner, [token]))


def forget_name(token: str) -> None:
    """To be called when this tab gives a run another name."""
    session().run_names.pop(token, None)
