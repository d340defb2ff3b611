"""Requests for theory: what a page may not compute of a table with many columns, workers do."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, Literal

from ..cache import keep, kept
from ..errors import InputError
from ..spec import Spec
from ..theory.equation import LeastSquares
from ..theory.outlook import Outlook
from ..worker.messages import Command
from .request_queue import Request, RequestQueue

Part = Literal["outlook", "best line"]
Theory = Outlook | LeastSquares
MOST_WAITING = 4  # of one learner: of the knobs and of the run on screen, an outlook and a line
KEY = "theory"  # of what is cached


class TheoryRequests(RequestQueue[Theory]):
    """Asks for a part of what theory says of a spec, once for all learners.

    Who moves on gives up what they asked for long before, unless a worker has begun it.
    """

    died = (
        "The worker process that computed the prediction ended unexpectedly, twice: it may need "
        "more memory than there is. Use fewer rows or features."
    )

    def submit(self, part: Part, spec: Spec, learner: str | None) -> Request[Theory]:
        """The request for a part; one that is done where the answer is known.

        Args:
            part: `outlook`: an `Outlook`; `best line`: a `LeastSquares`.
            spec: Of the run; its bug makes no difference.
            learner: Who asks; None where that is not known.
        """
        key = _key(part, spec)
        known = kept((KEY, key))
        if known is not None:
            done: Request[Theory] = Request(key, learner, dict)
            _set(done.future, lambda: self.read(known))
            return done
        with self._lock:
            pending = list(self._pending.values())
            if all(request.key != key for request in pending):
                waiting = [r for r in pending if r.learner == learner and not r.worker]
                for passed in waiting[: max(0, len(waiting) + 1 - MOST_WAITING)]:
                    self._give_up(passed)

            def command() -> Command:
                return {"do": "theory", "part": part, "spec": spec.model_dump(mode="json")}

            request = self.ask(key, learner, command)
        return request

    def read(self, told: Mapping[str, Any]) -> Theory:
        """What theory says."""
        if "error" in told:
            raise InputError(told["error"])
        return Outlook.from_json(told) if "prediction" in told else LeastSquares.from_json(told)

    def _resolve(self, request: Request[Theory], told: Mapping[str, Any]) -> None:
        keep((KEY, request.key), told)
        super()._resolve(request, told)


def _set(future: Future[Theory], compute: Callable[[], Theory]) -> None:
    try:
        future.set_result(compute())
    except InputError as error:
        future.set_exception(error)


def _key(part: Part, spec: Spec) -> str:
    """What the answer hangs on."""
    if part == "outlook":
        return spec.patched({"bug": None}).model_dump_json()
    relevant = {
        "data": spec.data,
        "scaling": spec.scaling,
        "training": {"seed": spec.training.seed},
    }
    return "best line: " + Spec().patched(relevant).model_dump_json()
