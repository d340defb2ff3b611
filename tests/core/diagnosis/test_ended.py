"""How a run ended, in words."""

import pytest

from core.diagnosis.ended import ended_in_words, nothing_in_words
from core.spec import Spec

BEST = {"optimal_loss": 2.0, "baseline_loss": 9.0}


@pytest.mark.parametrize(
    ("loss", "use_bias", "started", "said"),
    [
        ("mse", True, BEST, "The best a line can do is 2."),
        ("half_mse", False, BEST, "The best a line without a bias can do is 2."),
        ("mae", True, BEST, "The line of least squares has one of 2."),  # another may do better
        ("mse", True, BEST | {"optimal_loss": 1e-13}, "A line can fit these points exactly."),
        ("mse", True, BEST | {"optimal_loss": None}, ""),  # behind an activation
    ],
)
def test_a_completed_run_stands_beside_the_best_line(loss, use_bias, started, said):
    spec = Spec.of({"loss": {"key": loss}})
    end = {"outcome": "completed", "reason": "", "final_loss": 3.25}
    told = ended_in_words(spec.loss, use_bias, started, end)
    assert " ".join(told) == f"Completed at a loss of 3.25. {said}".strip()


def test_large_losses_are_written_as_on_the_chart():
    end = {"outcome": "completed", "reason": "", "final_loss": 986_123.4}
    started = {"optimal_loss": 2859.7, "baseline_loss": 5_900_000.0}
    told = " ".join(ended_in_words(Spec().loss, True, started, end))
    assert told == "Completed at a loss of 986,000. The best a line can do is 2,860."


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("diverged", ("Diverged.", "So.")), ("failed", ("Failed.", "So."))],
)
def test_another_run_says_why_it_ended(outcome, said):
    end = {"outcome": outcome, "reason": "So.", "final_loss": None}
    assert ended_in_words(Spec().loss, True, BEST, end) == said


@pytest.mark.parametrize(
    ("epochs", "loss", "said"),
    [
        (0, None, "Not one of its 1,000 epochs was over."),
        (1, 3.25, "1 of 1,000 epochs was over, the loss was 3.25."),
        (12, 3.25, "12 of 1,000 epochs were over, the loss was 3.25."),
    ],
)
def test_a_run_that_was_stopped_says_how_far_it_had_come(epochs, loss, said):
    end = {"outcome": "stopped", "reason": "By hand.", "epochs": epochs, "final_loss": loss}
    told = ended_in_words(Spec().loss, True, BEST | {"epochs": 1000}, end)
    assert told == ("By hand.", said)


def test_a_run_that_was_stopped_in_the_queue_says_so():
    only = {"event": "run_ended", "outcome": "stopped", "reason": "By hand."}
    told = ended_in_words(Spec().loss, True, only, only | {"epochs": 0, "final_loss": None})
    assert told == ("By hand.", "It had not begun.")


def test_a_run_without_a_finding_is_well_only_where_it_is_healthy():
    assert nothing_in_words("healthy") == "Nothing is wrong with this run."
    assert nothing_in_words("slow") == "No cause was found: the run is slow."
