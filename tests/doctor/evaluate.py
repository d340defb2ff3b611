"""How often the doctor is right: on public cases, on the same mended, and on healthy regressions.

Part of `make evaluate`. A case is right if the first cause above a note is one that its file
accepts. The frozen half was set aside before any rule was written: it is for telling how good the
rules are, not for making them (`--tuned` leaves it out).

Run with `python -m tests.doctor.evaluate [--tuned] [--healthy N] [--seed S] [--train] [--only …]`.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import argparse
import time
import warnings
from dataclasses import dataclass, field

from core.doctor.report import Report
from tests.doctor.cases.case import Case, cases, made
from tests.doctor.cases.training import shown
from tests.doctor.healthy.regressions import regressions
from tests.doctor.judged import NOTHING, word_of

SEED, HEALTHY = 2027, 108
AT_LEAST = {False: "28 of 30", True: "13 of 15"}


@dataclass
class Count:
    """Right ones of all, and a line for each miss."""

    right: int = 0
    all: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, right: bool, miss: str) -> None:
        self.right += right
        self.all += 1
        if not right:
            self.misses.append(miss)
            print("!", miss, flush=True)


def judge(case: Case, asked: Count, mended: Count) -> None:
    """Counts one case, as asked and mended."""
    cause, report = word_of(made(case.asked))
    right = cause in case.accepted
    asked.add(right, f"{case.name}: {cause}; right: {sorted(case.accepted)}{_said(report)}")
    cause, report = word_of(made(case.mended))
    mended.add(cause == NOTHING, f"{case.name}, mended: {cause}{_said(report)}")


def _said(report: Report | None) -> str:
    if report is None:
        return ""
    return "".join(
        f"\n    {finding.severity} {finding.cause} ({finding.stage}): {finding.summary}"
        for finding in report.findings
    )


def judge_healthy(count: int, seed: int) -> Count:
    """Healthy regressions; those that do not arrive when really trained are left out."""
    quiet, left_out = Count(), 0
    for index, regression in enumerate(regressions(count, seed)):
        cause, report = word_of(regression.program())
        if cause != NOTHING and not regression.arrives():
            left_out += 1
            continue
        quiet.add(cause == NOTHING, f"{index}, {regression.kind}: {cause}{_said(report)}")
    print(f"not as healthy as they were meant, left out: {left_out}")
    return quiet


def main() -> None:
    """Prints the misses and the figures."""
    words = _arguments()
    warnings.filterwarnings("ignore")
    began = time.monotonic()
    mended = Count()
    for frozen in (False,) if words.tuned else (False, True):
        asked = Count()
        for case in cases(frozen):
            if words.only and case.name not in words.only:
                continue
            if words.train and (wrong := shown(case)):
                print(f"! {case.name} as trained: {wrong}")
            judge(case, asked, mended)
        which = "frozen" if frozen else "tuned"
        print(f"public cases, {which}: {asked.right} of {asked.all} (at least {AT_LEAST[frozen]})")
    print(f"mended ones with a finding above note: {len(mended.misses)} of {mended.all} (none)")
    if words.healthy and not words.only:
        quiet = judge_healthy(words.healthy, words.seed)
        print(f"healthy regressions with one: {len(quiet.misses)} of {quiet.all} (none)")
    print(f"took {time.monotonic() - began:.0f} s")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.doctor.evaluate", description=__doc__)
    parser.add_argument("--tuned", action="store_true", help="leave the frozen cases alone")
    parser.add_argument("--train", action="store_true", help="really train each case first")
    parser.add_argument("--healthy", type=int, default=HEALTHY)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", nargs="*", default=[])
    return parser.parse_args()


if __name__ == "__main__":
    main()
