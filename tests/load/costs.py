"""What 60, 600 and 6,000 learners take, reckoned from rooms that `tests.load.load` measured.

python -m tests.load.load --learners 60 --json room.json
python -m tests.load.costs room.json
"""

import json
import statistics
import sys
from math import ceil
from pathlib import Path
from typing import Any

SIZES = (60, 600, 6000)


def figures(room: dict[str, Any]) -> dict[str, float]:
    """What one learner of a room took, and one server at its end."""
    windows, learners = room["used"], room["learners"]
    return {
        "web": statistics.fmean(w["web_cores"] for w in windows) / learners,
        "workers": statistics.fmean(w["worker_cores"] for w in windows) / learners,
        "memory": windows[-1]["web_memory"] + windows[-1]["worker_memory"],
        "learners": learners,
    }


def reckoned(room: dict[str, float], learners: int) -> dict[str, float]:
    """Servers like the one that was measured, busy cores and gigabytes for so many learners."""
    servers = ceil(learners / room["learners"])
    cores = (room["web"] + room["workers"]) * learners
    return {"servers": servers, "cores": cores, "gigabytes": servers * room["memory"] / 1000}


def cost(room: dict[str, float]) -> tuple[float, float]:
    """By which rooms are compared: the largest, and of several the one whose learners took most."""
    return room["learners"], room["web"] + room["workers"]


def main() -> None:
    rooms = [figures(room) for room in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))]
    print("| measured | cores of pages | of workers | memory of a server |\n|---|---:|---:|---:|")
    for room in rooms:
        print(
            f"| a learner of {room['learners']:.0f} | {room['web']:.4f} | {room['workers']:.4f} "
            f"| {room['memory']:.0f} MB |"
        )
    print("\n| reckoned | servers as measured | busy cores | memory |\n|---|---:|---:|---:|")
    for learners in SIZES:
        told = reckoned(max(rooms, key=cost), learners)
        print(
            f"| {learners:,} learners | {told['servers']:.0f} | {told['cores']:.1f} "
            f"| {told['gigabytes']:.1f} GB |"
        )


if __name__ == "__main__":
    main()
