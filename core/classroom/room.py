"""The curves of a class: thinned points of every learner's run, in the order in which they came.

A page asks for what is new since a cursor. The points live in memory alone: after a restart they
are read again from the runs, under another tag, and a page with a cursor of before begins again.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

POINTS = 80  # of one run, about
MOST = 50_000  # points in memory; then those of runs that were replaced are dropped
STARTED, EPOCH_ENDED = b'{"event":"run_started"', b'{"event":"epoch_ended"'
Point = tuple[int, int, int, float | str | None]  # learner, their run, epochs behind them, loss


@dataclass
class Course:
    """How far one learner's run has been read.

    Attributes:
        run: Which of their runs.
        read: Events read.
        epochs: Epochs among them.
        stride: One epoch of so many is told.
        ended: Whether all of it has been read.
        told: The last epoch that was.
        points: What was told of it.
    """

    run: int
    read: int = 0
    epochs: int = 0
    stride: int = 1
    told: int = -1
    ended: bool = False
    points: list[Point] = field(default_factory=list)


class Room:
    """The points of one class.

    Attributes:
        tag: Names this series of points.
    """

    def __init__(self) -> None:
        self.tag = secrets.token_hex(4)
        self._points: list[Point] = []
        self._courses: dict[int, Course] = {}

    def __len__(self) -> int:
        """Number of points in memory."""
        return len(self._points)

    def read_from(self, learner: int, run: int) -> int:
        """How many events of a learner's run were read; 0 for a run that is new."""
        course = self._courses.get(learner)
        return course.read if course and course.run == run else 0

    def has_all(self, learner: int, run: int) -> bool:
        """Whether a learner's run was read to its end."""
        course = self._courses.get(learner)
        return course is not None and course.run == run and course.ended

    def add(self, learner: int, run: int, events: Sequence[bytes], ended: bool) -> None:
        """Reads on in a run.

        Args:
            learner: Number of the learner in the class.
            run: Number of their run.
            events: Those that were not read yet, as JSON.
            ended: Whether the last of them is the run's last.
        """
        course = self._courses.get(learner)
        if course is None or course.run != run:
            course = self._courses[learner] = Course(run)
        course.ended, last = ended, b""
        for line in events:
            course.read += 1
            if line.startswith(EPOCH_ENDED):
                course.epochs += 1
                last = line
                if (course.epochs - 1) % course.stride == 0:
                    self._tell(learner, course, orjson.loads(line))
            elif line.startswith(STARTED):
                event = orjson.loads(line)
                course.stride = max(1, int(event.get("epochs") or 1) // POINTS)
                self._append(course, (learner, run, 0, event.get("full_loss")))
        if ended and last and course.told != course.epochs:
            self._tell(learner, course, orjson.loads(last))
        if len(self._points) > MOST:
            self._compact()

    def since(self, cursor: str) -> tuple[list[Point], str, bool]:
        """What is new since a cursor.

        Returns:
            The points, the next cursor, and whether these are all there are, from the first.
        """
        tag, _, number = cursor.partition(".")
        start = int(number) if tag == self.tag and number.isdecimal() and len(number) < 9 else 0
        return self._points[start:], f"{self.tag}.{len(self._points)}", start == 0

    def _tell(self, learner: int, course: Course, event: dict[str, Any]) -> None:
        loss = event.get("full_loss")
        course.told = course.epochs
        loss = event.get("loss") if loss is None else loss
        self._append(course, (learner, course.run, int(event["epoch"]) + 1, loss))

    def _append(self, course: Course, point: Point) -> None:
        course.points.append(point)
        self._points.append(point)

    def _compact(self) -> None:
        """Drops the points of runs that were replaced; pages begin again."""
        self.tag = secrets.token_hex(4)
        self._points = [point for course in self._courses.values() for point in course.points]
