"""Where a mystery's spec becomes the one that is trained, and its evidence is handed out."""

from ..bugs.mystery import ELSEWHERE
from ..classroom.mystery import is_mystery, mystery_id
from ..errors import InputError
from ..events import Event
from ..spec import Spec
from ..store import Store
from ..sweep.spec import SweepSpec
from .run_log import RunLog
from .veil import NOT_BOUGHT, evidence

WAITS = "The diagnosis and what helps wait until the mystery is opened."
NO_SWEEP = "A mystery is not swept: train it, and look at what its curve says."
DOES_NOT_FIT = "This mystery cannot be trained with these settings: take some of them back."


def refuse_sweep(sweep: SweepSpec) -> None:
    """Raises `InputError` if one of a sweep's specs has a mystery."""
    if any(map(is_mystery, sweep.specs)):
        raise InputError(NO_SWEEP)


def refuse_diagnosis(log: RunLog) -> None:
    """Raises `InputError` if a run is of a mystery."""
    if log.is_mystery:
        raise InputError(WAITS)


class HiddenSpecs:
    """What the mysteries of one store hide.

    Args:
        store: That keeps them; None for none.
    """

    def __init__(self, store: Store | None):
        self._store = store

    def check(self, spec: Spec, learner: str | None) -> None:
        """Refuses a spec with a mystery that this learner may not run.

        Raises:
            InputError: One sentence.
        """
        if is_mystery(spec) and self._store:
            self._store.mysteries.check(mystery_id(spec), learner or "")

    def of(self, spec: Spec) -> Spec | None:
        """What is trained in place of a spec; None for the spec itself.

        Raises:
            InputError: If there is no such mystery; never with a word on what it hides.
        """
        if not is_mystery(spec):
            return None
        if self._store is None:
            raise InputError(ELSEWHERE)
        secret = self._store.mysteries.to_train(mystery_id(spec))
        try:
            return secret.applied(spec)
        except InputError:
            raise InputError(DOES_NOT_FIT) from None

    def evidence(self, log: RunLog, piece: str, learner: str) -> list[Event]:
        """What a piece shows of a run.

        Args:
            log: Of the run.
            piece: As `core.classroom.play.PIECES` names it.
            learner: Who asks, and has bought it.

        Raises:
            InputError: If it is another learner's run, or the piece was not bought.
        """
        known = self._store.mysteries if self._store and log.is_owned_by(learner) else None
        if known is None or piece not in known.play(mystery_id(log.spec), learner).bought:
            raise InputError(NOT_BOUGHT)
        return evidence(log.kept, piece)
