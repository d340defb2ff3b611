"""Theory of tables with many columns: a worker computes it, and the page shows it when it is there.

Fewer columns than `MOST_FEATURES_AT_ONCE` are looked at by the page itself.
"""

from dataclasses import dataclass

from core.errors import InputError
from core.service.service import service
from core.service.theory_requests import Part, Theory
from core.spec import Spec
from pages.ui.learner import learner_id


@dataclass(frozen=True)
class Answer:
    """What a worker said, or will say.

    Attributes:
        theory: What it said; None where it has not, or could not.
        pending: Token to wait for; empty where nothing will come.
        problem: Why nothing will come.
    """

    theory: Theory | None = None
    pending: str = ""
    problem: str = ""


def ask_worker(part: Part, spec: Spec) -> Answer:
    """A part of what theory says of a spec; does not wait for it.

    Args:
        part: `outlook` or `best line`.
        spec: Of the run.
    """
    request = service().theory(part, spec, learner_id())
    if not request.future.done() or request.future.cancelled():
        return Answer(pending=request.token)
    try:
        return Answer(request.future.result())
    except InputError as error:
        return Answer(problem=str(error))
