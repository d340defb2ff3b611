"""What the doctor says of a program, in a word."""

from core.doctor.errors import DoctorError
from core.doctor.examine import examine
from core.doctor.examine_step import examine_step
from core.doctor.report import Report
from tests.doctor.cases.case import Fit, Loop

NOTHING, REFUSED = "nothing", "DoctorError"


def report_of(program: Fit | Loop, trial: bool = True) -> Report:
    """Examines a program as its owner would."""
    if isinstance(program, Loop):
        return examine_step(
            program.step,
            program.x,
            program.y,
            program.weights,
            learning_rate=program.learning_rate,
            loss=program.loss,
        )
    return examine(
        program.model,
        program.x,
        program.y,
        epochs=program.epochs,
        batch_size=program.batch_size,
        sample_weight=program.sample_weight,
        shuffle=program.shuffle,
        trial=trial,
    )


def named(report: Report) -> str:
    """The first cause above a note; `nothing` without one; an unknown fault, by its stage."""
    above = [finding for finding in report.findings if finding.severity != "note"]
    if not above:
        return NOTHING
    cause = above[0].cause
    return f"{cause}@{above[0].stage}" if cause == "fault:unknown" else cause


def word_of(program: Fit | Loop) -> tuple[str, Report | None]:
    """Its first cause, and the report; `DoctorError` where nothing could be said."""
    try:
        report = report_of(program)
    except DoctorError:
        return REFUSED, None
    return named(report), report
