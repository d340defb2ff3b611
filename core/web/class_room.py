"""What the teacher's screen polls: every learner's curve, outcome and answer, in one request."""

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import orjson

from ..classroom.nickname import BLANKED
from ..classroom.question import regime_of
from ..classroom.room import Room
from ..errors import InputError
from ..service.service import Service, service
from ..store import Run, Store, store
from ..store.classes import ClassView
from ..store.tables import Answer, Member

FRESH_SECONDS = 0.4  # between two looks at the runs of one class, however many screens ask
MOST_ROOMS = 50
MOST_CAUSES = 3
HEALTHY = ("", None)


class ClassRoom:
    """One class as this server has read it.

    Args:
        store: Of classes and runs.
        service: That has the runs' events.
        clock: Seconds that never go back.
    """

    def __init__(self, store: Store, service: Service, clock: Callable[[], float] = time.monotonic):
        self._store, self._service, self._clock = store, service, clock
        self._lock = threading.Lock()
        self._room = Room()
        self._at = float("-inf")
        self._members: list[Member] = []
        self._runs: dict[str, Run] = {}
        self._live: dict[int, bool] = {}
        self._answers: list[Answer] = []
        self._answered: dict[str, int] = {}  # by learner: the last round that they have answered

    def poll(self, view: ClassView, since: str, named: bool) -> bytes:
        """The answer to a screen, as JSON.

        Args:
            view: The class.
            since: Cursor of the answer before; empty for the first.
            named: Whether it is the teacher's own screen, with names, and not the room's.
        """
        with self._lock:
            if self._clock() - self._at >= FRESH_SECONDS:
                self._read(view)
                self._at = self._clock()
            points, cursor, anew = self._room.since(since)
            told = {
                "version": view.version,
                "next": cursor,
                "anew": anew,
                "points": points,
                "learners": [self._learner(member, named) for member in self._members],
                "causes": self._causes(),
                "happened": self._happened(),
                "answers": self._told_answers(view, named),
            }
        return orjson.dumps(told)

    def _read(self, view: ClassView) -> None:
        self._members = self._store.members.members(view.id)
        tokens = [member.run for member in self._members if member.run]
        self._runs = {run.token: run for run in self._store.runs_by_token(tokens)}
        number = len(view.state.questions)
        self._answers = self._store.members.answers(view.id, number) if number else []
        self._answered = {}
        for answer in self._answers:
            known = self._answered.get(answer.learner, 0)
            self._answered[answer.learner] = max(known, answer.round)
        going = [m for m in self._members if m.run and not self._room.has_all(m.number, m.runs)]
        elsewhere = {str(m.run): m for m in going if not self._service.in_memory(str(m.run))}
        news = self._store.news(
            {token: self._room.read_from(m.number, m.runs) for token, m in elsewhere.items()}
        )
        for member in going:
            with suppress(InputError):  # it is no longer kept
                if str(member.run) in elsewhere:
                    self._read_stored(member, news.get(str(member.run), []))
                else:
                    self._read_log(member)

    def _read_log(self, member: Member) -> None:
        """Reads on in a run of this server, which goes on while a teacher looks at the room."""
        log = self._service.log(str(member.run))
        read = self._room.read_from(member.number, member.runs)
        self._add(member, log.brief[read:], log.ended)

    def _read_stored(self, member: Member, lines: list[bytes]) -> None:
        """Reads on in another server's run."""
        run = self._runs.get(str(member.run))
        ended = run is not None and run.outcome is not None
        if ended:
            read = self._room.read_from(member.number, member.runs)
            stored = self._store.load_run(str(member.run), read)
            lines = stored.events if stored else []
        self._add(member, lines, ended)

    def _add(self, member: Member, lines: list[bytes], ended: bool) -> None:
        self._live[member.number] = not ended
        self._room.add(member.number, member.runs, lines, ended)

    def _learner(self, member: Member, named: bool) -> dict[str, Any]:
        run = self._runs.get(member.run or "")
        live = bool(member.run) and self._live.get(member.number, False)
        name = BLANKED if member.blanked else member.name
        return {
            "number": member.number,
            **({"name": name, "blanked": member.blanked} if named else {}),
            "run": member.runs if member.run else 0,
            "live": live,
            "outcome": "" if run is None or live else run.outcome or "",
            "regime": "" if run is None or live else regime_of(run.outcome, run.verdict),
            "cause": "" if run is None or live else run.cause or "",
            **({"answered": self._answered.get(member.learner, 0)} if named else {}),
        }

    def _causes(self) -> list[tuple[str, int]]:
        """The most frequent causes of what is wrong now."""
        found = Counter(run.cause for run in self._runs.values() if run.cause not in HEALTHY)
        return [(str(cause), count) for cause, count in found.most_common(MOST_CAUSES)]

    def _happened(self) -> dict[str, int]:
        runs = (self._runs.get(member.run or "") for member in self._members)
        regimes = (regime_of(run.outcome, run.verdict) for run in runs if run)
        return dict(Counter(regime for regime in regimes if regime))

    def _told_answers(self, view: ClassView, named: bool) -> dict[str, Any]:
        """Counts of the question on screen; to the room only once they are revealed."""
        question = view.state.question
        if question is None:
            return {}
        rounds: dict[int, list[Any]] = {1: [], 2: []}
        for answer in self._answers:
            rounds.setdefault(answer.round, []).append(orjson.loads(answer.value))
        told: dict[str, Any] = {"given": [len(rounds[1]), len(rounds[2])]}
        if named or question.revealed:
            told["bars"] = [[n for _, n in question.bars(rounds[r])] for r in (1, 2)]
            if question.kind == "curve":
                told["curves"] = [rounds[1], rounds[2]]
        return told


class ClassRooms:
    """The rooms that screens of this server have asked for, the latest ones."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[str, ClassRoom] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, class_id: str) -> ClassRoom:
        """The room of a class."""
        with self._lock:
            room = self._rooms.pop(class_id, None) or ClassRoom(store(), service())
            self._rooms[class_id] = room
            while len(self._rooms) > MOST_ROOMS:
                self._rooms.popitem(last=False)
            return room


@cache
def class_rooms() -> ClassRooms:
    """This process' rooms."""
    return ClassRooms()
