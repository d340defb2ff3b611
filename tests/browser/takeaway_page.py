"""A page with nothing but the take-away of one run that has ended, for the browser's test."""

from concurrent.futures import Future

from core.diagnosis.diagnosis import Diagnosis
from core.events import Event, encode
from core.service.run_log import RunLog
from core.spec import Spec
from tests.core.charts.runs import completed
from tests.core.service.stand_ins import answer_of

SPEC = Spec.of({"data": {"source": "two-features", "target": "y"}, "training": {"epochs": 10}})


def events() -> list[Event]:
    """The events of the run."""
    first, *rest = completed()
    about = {"spec": SPEC.model_dump(mode="json"), "features": ["x1", "x2"], "target": "y"}
    return [first | about, *(event for event in rest if event["event"] != "probe")]


class FakeService:
    """A service that knows one run."""

    def __init__(self, log: RunLog):
        self._log = log

    def diagnosis(self, token: str) -> Future[Diagnosis]:
        return answer_of(self._log)


def main() -> None:
    from pages.ui import diagnosis
    from pages.ui.lab.takeaway import takeaway

    log = RunLog(SPEC, None)
    for event in events():
        log.append(encode(event))
    diagnosis.service = lambda: FakeService(log)
    takeaway(log, "token")


if __name__ == "__main__":
    main()
