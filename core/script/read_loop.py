"""What a loop in NumPy says, told from its numbers."""

from typing import Any

import numpy as np

from .epochs import arrays_and_epochs, read_epochs
from .findings import Findings
from .gradient import Match
from .hand_written import factors_of, put_loss, put_weights
from .loop_lines import line_of_number
from .loop_schedule import RATE_NAMES
from .read_callbacks import put_rates
from .training import Training


def read_loop(machine: Any, found: Findings, training: Training) -> tuple[Any, Any]:
    """Puts what a loop in NumPy says; returns features and targets, None where not known."""
    match, line = training.match, training.line
    if match is None:
        why = (
            f"a loop that changes {', '.join(training.options['names'])}, but not by gradient "
            "descent on the squared residuals of numbers that are known"
        )
        for knob in (
            "data.source",
            "loss.key",
            "model.layer",
            "optimizer.learning_rate",
            "optimizer.key",
        ):
            found.miss(knob, line, why)
        read_epochs(found, training, None, None)
        return None, None
    update = training.options["update"]
    found.put("optimizer.key", "sgd", update, "plain gradient descent")
    momentum = training.options["momentum"]
    if momentum:
        found.put("optimizer.momentum", float(momentum), update, f"with momentum {momentum:g}")
    _rate(machine, found, training, match)
    _decay(found, training, match)
    first = training.options["first"]
    put_weights(found, match, first, ["value"] * len(first), training.options["start"], False)
    if match.size < 0:
        machine.faults.found(
            training.options["update"], "gradient-ascent",
            "The step goes along the gradient, not against it: each one makes the loss larger. "
            "Subtract it.",
        )  # fmt: skip
        found.put(
            "bug.key",
            {"key": "gradient-ascent"},
            training.options["update"],
            "the sign of the step is wrong",
        )
    if match.in_turn:
        machine.faults.found(
            training.options["update"], "one-after-the-other",
            "One weight is changed before the gradient of the next is computed. Compute all "
            "gradients first, and then change the weights.",
        )  # fmt: skip
    if match.difference:
        words = f"slopes that are differences over {match.difference:g}: half of it further on"
        found.miss("loss.key", line, words)
    x, y = arrays_and_epochs(machine, found, training, match, {})
    whole = y is not None and match.rows >= len(y)
    own_rule = training.options.get("decay", "") is None and not training.options.get("schedule")
    if own_rule or (training.options.get("another") and whole):
        found.miss("optimizer.learning_rate", line, "a rate that is not the same in each round")
    if (training.options.get("another") and whole) or training.moves_rate:
        found.miss("schedule.key", line, "a step that changes from round to round by its own rule")
    return x, y


def _rate(machine: Any, found: Findings, training: Training, match: Match) -> None:
    """Tells the rate from the factor: which of the program's numbers makes it a known gradient."""
    scalars = training.options["scalars"]
    named = {name: value for name, value in scalars.items() if name.lower() in RATE_NAMES}
    size, line = abs(match.size), training.options["update"]
    if match.averaged:
        found.miss("loss.key", line, "every output is compared with every target")
        found.miss("optimizer.learning_rate", line, "every output is compared with every target")
        return
    constants = {f"{value:g}": value for value in machine.constants_near(line)}
    for numbers in (named, constants):
        for key, reduction, factor in factors_of(match):
            rate = size * (match.rows if reduction == "mean" else 1) / factor
            for name, value in numbers.items():
                if (
                    value
                    and np.isclose(rate, abs(value), rtol=1e-7)
                    and (match.rows > 1 or reduction == "mean")
                ):
                    sign = " by `" + name + "`" if numbers is named else ""
                    at = line_of_number(machine.program.tree, name, value, line)
                    words = f"the rate is {abs(value):g}{sign}"
                    found.put("optimizer.learning_rate", abs(value), at, words)
                    put_loss(found, match, key, reduction, line, "the step is the gradient of")
                    return
    rate = float(f"{size * match.rows:.9g}")
    whole = match.loss.replace("_", "-") or "half the mean of the squares"
    words = f"the step is {rate:g} × the gradient of {whole}"
    half = any(np.isclose(2 * rate, abs(value), rtol=1e-7) for value in named.values())
    found.put("optimizer.learning_rate", rate, line, words, exact=half)
    put_loss(found, match, match.loss or "half_mse", "mean", line, words)
    found.put("loss.key", match.loss or "half_mse", line, words, exact=half)


def _decay(found: Findings, training: Training, match: Match) -> None:
    if "rates" in training.options:
        rates = training.options["rates"]
        first = found.patch["optimizer"].get("learning_rate", rates[0])
        scaled = [first * rate / rates[0] for rate in rates]
        return put_rates(found, scaled, training.loops[0].count, training.loops[1].line)
    told = training.options.get("schedule", {})
    if told is None:
        return found.miss("schedule.key", training.line, "a rate that changes by a rule of its own")
    if told:
        for name, value in told.items():
            words = f"the rate changes from step to step: {value}"
            found.put(f"schedule.{name}", value, training.line, words)
        return
    if "decay" not in training.options:
        found.put("schedule.key", "constant", training.line, "the rate stays the same")
        return
    factor = training.options["decay"]
    inner = bool(training.loops[1:])
    if factor is None or not factor or inner:
        found.miss(
            "schedule.key", training.line, "a rate that the loop changes by a rule of its own"
        )
        return
    found.put("schedule.key", "exponential_decay", training.line, "the loop changes the rate")
    found.put("schedule.decay_steps", 1, training.line, "at each step")
    found.put("schedule.decay_rate", float(factor), training.line, f"by the factor {factor:g}")
