"""The one sentence of the lab: what will happen, how it goes, what happened and why."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Literal

from streamlit.components.v2 import component

from core.diagnosis.ended import ended_in_words
from core.diagnosis.severity import Level
from core.errors import InputError
from core.events import Event, decode
from core.service.run_log import RunLog
from core.spec import Spec
from core.store.summary import columns_of_end
from core.theory.prediction import Prediction
from pages.ui.cached import prediction
from pages.ui.lab.rate_limit import RateLimit, rate_limit
from pages.ui.modules import LOADER, module
from pages.ui.severity import severity_of_run

MODULE = module("lab/sentence.js", "The sentence did not load. Reload the page.")
ICONS = {"diverges": "trending_up", "converges": "trending_down", "unknown": "help"}
LEVEL_ICONS = {"good": "check", "note": "info", "warning": "warning", "error": "error"}

_mount = component("uphill_sentence", js=LOADER, isolate_styles=False)


@dataclass(frozen=True)
class Sentence:
    """What the box says; plain text, no Markdown.

    Attributes:
        phase: What it is about: `prediction`, `progress`, `verdict`, or a `problem` for which
            nothing can run.
        title: The first words, in bold.
        text: The rest.
        icon: Name of a Material symbol.
        level: Its colours.
        token: Of the run it is about; None for a prediction.
        limit: Of the rate, for the words while the slider moves; None where nothing is predicted.
    """

    phase: Literal["prediction", "progress", "verdict", "problem"]
    title: str
    text: str
    icon: str = "info"
    level: Level = "note"
    token: str | None = None
    limit: RateLimit | None = None


def sentence_view(sentence: Sentence, rate: float | None, presented: bool) -> None:
    """Shows it, always in the same place and of the same height.

    Args:
        sentence: What is said.
        rate: The learning rate of the knobs; None where they are invalid.
        presented: Whether prediction and verdict wait until they are asked for.
    """
    data = {**MODULE, "sentence": asdict(sentence), "rate": rate, "presented": presented}
    _mount(key="sentence", data=data)


def problem_sentence(problem: str) -> Sentence:
    """Why nothing can run."""
    for written, seen in (("`", ""), ("<=", "≤"), (">=", "≥")):
        problem = problem.replace(written, seen)
    return Sentence("problem", "Train waits.", problem, "block", "error")


def prediction_sentence(spec: Spec, predicted: Prediction) -> Sentence:
    """What theory says before the run."""
    bug = " (Of the correct program: with the bug, see where the run departs.)" if spec.bug else ""
    return Sentence(
        "prediction",
        f"Prediction: {predicted.regime}.",
        predicted.why + bug,
        ICONS.get(predicted.regime, "trending_flat"),
        limit=rate_limit(spec, predicted),
    )


def progress_sentence(token: str) -> Sentence:
    """A live run; the browser fills in how far it is."""
    return Sentence("progress", "Training.", "", "play_circle", token=token)


def verdict_sentence(log: RunLog, token: str, why: str) -> Sentence:
    """The outcome of an ended run and its root cause.

    Args:
        log: Of the run.
        token: Of the run.
        why: The root cause in words; empty where there is none.
    """
    spec, end = log.spec, columns_of_end(log.brief)
    level = severity_of_run(end["outcome"], token)
    icon = {"diverged": "trending_up", "stopped": "stop_circle"}.get(end["outcome"])
    title, text = ended_in_words(spec.loss, spec.model.use_bias, _started(log), end)
    if why and end["outcome"] in ("completed", "diverged"):
        text += f" Why? {why}"
    return Sentence("verdict", title, text, icon or LEVEL_ICONS[level], level, token)


def _started(log: RunLog) -> Event:
    """A run's `run_started`; a mystery's does not say the optimal loss, which theory knows."""
    told = decode(log.brief[0])
    if log.is_mystery:
        with suppress(InputError):  # its table was deleted
            told |= {"optimal_loss": prediction(log.spec).optimal_loss}
    return told
