"""What rooms have shown, as Markdown: the median where there was a room several times."""

import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.load.learner import Measured
from tests.load.server import Use

WAITS = ("first page", "knob", "Train", "first point", "diagnosis", "remedies")
WAITS += ("page change", "click into the picture", "reload", "poll")
LIMITS = {  # seconds, of 95 answers of 100, by the learners in the room
    60: {"knob": 0.5, "page change": 0.7, "first point": 1.0, "reload": 1.5},
    100: {"knob": 1.0, "page change": 1.5, "first point": 2.0, "reload": 2.5},
}
LEAST_UPDATES = {60: 2.0, 100: 1.5}  # of a chart, a second, for the slowest run
SETTLED = 15 * 60.0  # seconds until a soak's memory is what it stays


@dataclass
class Room:
    """One room, once.

    Attributes:
        learners: In it.
        measured: What they saw.
        used: What the server used, window by window.
    """

    learners: int
    measured: Measured
    used: list[Use]

    def told(self) -> dict[str, Any]:
        """Its figures as plain JSON values."""
        return {
            "learners": self.learners,
            "seconds": dict(self.measured.seconds),
            "updates": self.measured.updates,
            "runs": self.measured.runs,
            "lost": self.measured.lost,
            "errors": dict(self.measured.errors),
            "used": [use._asdict() for use in self.used],
        }


def tell(rooms: Sequence[Room], title: str) -> None:
    """Everything that was measured of rooms of one size."""
    learners = rooms[0].learners
    times = f", median of {len(rooms)} rooms" if len(rooms) > 1 else ""
    print(f"\n### {title}{times}\n")
    print("| wait | answers | p50 | p95 | worst | limit of p95 |\n|---|---:|---:|---:|---:|---:|")
    for name in WAITS:
        found = [sorted(found) for room in rooms if (found := room.measured.seconds[name])]
        if not found:
            continue
        p50, p95, worst = (middle(share(f, p) for f in found) for p in (0.5, 0.95, 1.0))
        limit = LIMITS.get(learners, {}).get(name)
        told = "" if limit is None else f"{limit:g} s {'✓' if p95 <= limit else '✗'}"
        answers = sum(map(len, found))
        print(f"| {name} | {answers} | {p50:.2f} s | {p95:.2f} s | {worst:.2f} s | {told} |")
    print("\n| what | value |\n|---|---|")
    updates = [sorted(room.measured.updates) for room in rooms if room.measured.updates]
    if updates:
        shown = (middle(share(u, p) for u in updates) for p in (0.5, 0.05, 0.0))
        least = LEAST_UPDATES.get(learners)
        told = "" if least is None else f" (limit of the lowest: {least:g})"
        print(
            "| chart updates a second, median, p5, lowest | "
            f"{', '.join(f'{value:.2f}' for value in shown)}{told} |"
        )
    measured = [room.measured for room in rooms]
    print(f"| runs watched to the end | {sum(m.runs for m in measured)} |")
    print(f"| points lost | {sum(m.lost for m in measured)} |")
    print(f"| errors | {sum(m.errors.total() for m in measured)} |")
    _tell_use(rooms)
    errors = sum((room.measured.errors for room in rooms), Counter[str]())
    for error, count in errors.most_common(8):
        print(f"\n{count} × {error}", file=sys.stderr)


def _tell_use(rooms: Sequence[Room]) -> None:
    parts = (("web process", "web_cores"), ("workers", "worker_cores"))
    for name, pick in (*parts, ("whole machine", "all_cores")):
        cores = [sorted(getattr(use, pick) for use in room.used) for room in rooms]
        mean, most = middle(map(statistics.fmean, cores)), middle(share(c, 0.95) for c in cores)
        print(f"| cores of the {name}, mean, p95 | {mean:.2f}, {most:.2f} |")
    for name, pick in (("web process", "web_memory"), ("workers", "worker_memory")):
        at_end = middle(getattr(room.used[-1], pick) for room in rooms)
        print(f"| memory of the {name}, at the end | {at_end:.0f} MB |", flush=True)


def tell_growth(used: Sequence[Use]) -> None:
    """How fast memory grew behind minute 15 of a soak: the slope of a straight line."""
    began = used[0].at
    settled = [use for use in used if use.at - began >= SETTLED]
    if len(settled) < 2:
        print("\nNo minute is behind the fifteenth: how memory grows is not known.")
        return
    minutes = [(use.at - began) / 60 for use in settled]
    print("\n| memory from minute 15 on | lowest | highest | growth | limit |")
    print("|---|---:|---:|---:|---:|")
    parts: tuple[tuple[str, Callable[[Use], float]], ...] = (
        ("web process", lambda use: use.web_memory),
        ("workers", lambda use: use.worker_memory),
    )
    for name, pick in parts:
        memory = [pick(use) for use in settled]
        slope = statistics.linear_regression(minutes, memory).slope
        print(
            f"| {name} | {min(memory):.0f} MB | {max(memory):.0f} MB | {slope:+.2f} MB a minute "
            f"| 1 {'✓' if slope < 1 else '✗'} |"
        )


def middle(values: Iterable[float]) -> float:
    """The median."""
    return statistics.median(values)


def share(ordered: Sequence[float], part: float) -> float:
    """The value below which that part of them lies."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
