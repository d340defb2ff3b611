"""Keras' learning rate schedules, each with its formula in NumPy.

The formula draws the schedule before a run, where TensorFlow is not loaded, and gives the trainer
the rate of every step; tests hold it against Keras' own object, step by step.
"""

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from ..choice import Choice, by_key

DecaySteps = Field(default=1000, ge=1, description="Steps (updates, not epochs) of one decay.")
Staircase = Field(default=False, description="Change the rate only at every whole `decay_steps`.")


class Schedule(Choice):
    """How the learning rate changes from step to step.

    Attributes:
        starts_at_rate: Whether the schedule begins at the optimizer's learning rate.
        follows_run: Whether the rate depends on the losses, so that it is not known beforehand.
    """

    starts_at_rate: ClassVar[bool] = True
    follows_run: ClassVar[bool] = False

    def at(self, learning_rate: float, steps: np.ndarray) -> np.ndarray:
        """The learning rate at each of `steps`.

        Args:
            learning_rate: The optimizer's learning rate, where the schedule starts.
            steps: Step numbers from 0, shape (k,).

        Returns:
            Learning rates, shape (k,), float64.
        """
        raise NotImplementedError


class Constant(Schedule):
    title = "Constant"
    formula = r"\eta_t = \eta"
    purpose = "The same rate at every step: simplest to reason about."
    key: Literal["constant"] = "constant"

    def at(self, learning_rate: float, steps: np.ndarray) -> np.ndarray:
        return np.full(len(steps), learning_rate)


class ExponentialDecay(Schedule):
    title = "Exponential decay"
    keras_name = "ExponentialDecay"
    formula = r"\eta_t = \eta \cdot \text{rate}^{\,t/\text{steps}}"
    purpose = "Large steps early, ever smaller ones later, by a fixed factor."
    key: Literal["exponential_decay"] = "exponential_decay"
    decay_steps: int = DecaySteps
    decay_rate: float = Field(
        default=0.96, gt=0, description="Factor of the rate in `decay_steps`. Above 1 it grows."
    )
    staircase: bool = Staircase

    def at(self, learning_rate: float, steps: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore"):
            return learning_rate * self.decay_rate ** _periods(self, steps)


class PiecewiseConstant(Schedule):
    title = "Piecewise constant"
    keras_name = "PiecewiseConstantDecay"
    formula = (
        r"\eta_t = \text{values}_i\ \text{ for }"
        r"\ \text{boundaries}_{i-1} < t \le \text{boundaries}_i"
    )
    purpose = "Your own staircase. Its values replace the optimizer's learning rate."
    starts_at_rate = False
    key: Literal["piecewise_constant"] = "piecewise_constant"
    boundaries: tuple[int, ...] = Field(
        default=(500, 1000), description="Steps after which it changes."
    )
    values: tuple[float, ...] = Field(
        default=(0.01, 0.003, 0.001), description="The rates: one more than there are boundaries."
    )

    @model_validator(mode="after")
    def _one_value_more(self) -> "PiecewiseConstant":
        if len(self.values) != len(self.boundaries) + 1 or not self.boundaries:
            raise ValueError(
                "`schedule.values` must have one value more than `schedule.boundaries`. "
                f"Received: {len(self.values)} values and {len(self.boundaries)} boundaries."
            )
        if list(self.boundaries) != sorted(set(self.boundaries)):
            raise ValueError(
                f"`schedule.boundaries` must increase. Received: {list(self.boundaries)}."
            )
        return self

    def at(self, learning_rate: float, steps: np.ndarray) -> np.ndarray:
        return np.asarray(self.values)[np.searchsorted(self.boundaries, steps, side="left")]


class PolynomialDecay(Schedule):
    title = "Polynomial decay"
    keras_name = "PolynomialDecay"
    formula = (
        r"\eta_t = (\eta - \eta_{\text{end}})\,(1 - t/\text{steps})^{\text{power}}"
        r" + \eta_{\text{end}}"
    )
    purpose = "Down to a final rate in a known number of steps; power 1 is a straight line."
    key: Literal["polynomial_decay"] = "polynomial_decay"
    decay_steps: int = DecaySteps
    end_learning_rate: float = Field(default=0.0001, description="The rate it ends at.")
    power: float = Field(
        default=1.0, gt=0, description="1 a straight line, 2 fast first and then slow."
    )
    cycle: bool = Field(
        default=False, description="Start again beyond `decay_steps`, each time longer."
    )

    def at(self, learning_rate: float, steps: np.ndarray) -> np.ndarray:
        length = np.full(len(steps), float(self.decay_steps))
        if self.cycle:
            length *= np.maximum(1.0, np.ceil(steps / self.decay_steps))
        left = 1.0 - np.minimum(steps, length) / length
        return (learning_rate - self.end_learning_rate) * left**self.power + self.end_learning_rate


class InverseTimeDecay(Schedule):
    title = "Inverse time decay"
    keras_name = "InverseTimeDecay"
    formula = r"\eta_t = \eta / (1 + \text{rate} \cdot t/\text{steps})"
    purpose = "The 1/t of the convergence proofs: never quite stops."
    key: Literal["inverse_time_decay"] = "inverse_time_decay"
    decay_steps: int = DecaySteps
    decay_rate: float = Field(default=0.5, ge=0, description="How strongly the rate falls.")
    staircase: bool = Staircase

    def at(self, learning_rate: float, steps: np.ndarray) -> np.ndarray:
        return learning_rate / (1.0 + self.decay_rate * _periods(self, steps))


class CosineDecay(Schedule):
    title = "Cosine decay"
    keras_name = "CosineDecay"
    formula = r"\eta_t = \eta\,[(1-\alpha)\,\tfrac12(1+\cos(\pi t/\text{steps})) + \alpha]"
    purpose = "Slow start, slow end; with a warm-up it begins low and climbs first."
    key: Literal["cosine_decay"] = "cosine_decay"
    decay_steps: int = DecaySteps
    alpha: float = Field(
        default=0.0, ge=0, description="α: the last rate as a share of the highest."
    )
    warmup_target: float | None = Field(
        default=None, description="The rate that a warm-up climbs to."
    )
    warmup_steps: int = Field(default=0, ge=0, description="Steps of the warm-up.")

    def at(self, learning_rate: float, steps: np.ndarray) -> np.ndarray:
        warmup = self.warmup_steps if self.warmup_target is not None else 0
        top = learning_rate if self.warmup_target is None else self.warmup_target
        done = np.clip((steps - warmup) / self.decay_steps, 0.0, 1.0)
        decayed = top * ((1 - self.alpha) * 0.5 * (1 + np.cos(np.pi * done)) + self.alpha)
        rising = learning_rate + (top - learning_rate) * steps / max(warmup, 1)
        return np.where(steps < warmup, rising, decayed)


class CosineRestarts(Schedule):
    title = "Cosine with restarts"
    keras_name = "CosineDecayRestarts"
    formula = (
        r"\eta_t = \eta\,[(1-\alpha)\,\tfrac12 m^i(1+\cos(\pi f)) + \alpha],\ f\text{ of period }i"
    )
    purpose = "Falls and starts afresh, each period longer: a jolt out of a plateau."
    key: Literal["cosine_restarts"] = "cosine_restarts"
    first_decay_steps: int = Field(default=1000, ge=1, description="Steps of the first period.")
    t_mul: float = Field(
        default=2.0, ge=1, description="Length of a period against the one before."
    )
    m_mul: float = Field(
        default=1.0, gt=0, description="Height of a period against the one before."
    )
    alpha: float = Field(
        default=0.0, ge=0, description="α: the lowest rate as a share of the first."
    )

    def at(self, learning_rate: float, steps: np.ndarray) -> np.ndarray:
        done = steps / self.first_decay_steps
        if self.t_mul == 1.0:
            period = np.floor(done)
            done = done - period
        else:
            with np.errstate(all="ignore"):  # a factor without measure gives rates without
                period = np.floor(np.log(1.0 - done * (1.0 - self.t_mul)) / np.log(self.t_mul))
                length = self.t_mul**period
                done = (done - (1.0 - length) / (1.0 - self.t_mul)) / length
        with np.errstate(all="ignore"):
            wave = 0.5 * self.m_mul**period * (1 + np.cos(np.pi * done))
            return learning_rate * ((1 - self.alpha) * wave + self.alpha)


class ReduceOnPlateau(Schedule):
    title = "Reduce on plateau"
    keras_name = "ReduceLROnPlateau"
    formula = r"\eta \leftarrow \text{factor}\cdot\eta \text{ after `patience` epochs without gain}"
    purpose = "Watches the loss and lowers the rate when it stops falling."
    follows_run = True
    key: Literal["reduce_on_plateau"] = "reduce_on_plateau"
    monitor: Literal["loss", "val_loss"] = Field(default="loss", description="The loss it watches.")
    factor: float = Field(default=0.1, gt=0, lt=1, description="What the rate is multiplied by.")
    patience: int = Field(default=10, ge=0, description="Epochs without gain before it acts.")
    min_delta: float = Field(default=0.0001, ge=0, description="The smallest gain that counts.")
    cooldown: int = Field(default=0, ge=0, description="Epochs of rest after it acted.")
    min_lr: float = Field(default=0.0, ge=0, description="It never goes below this rate.")

    def at(self, learning_rate: float, steps: np.ndarray) -> np.ndarray:
        return np.full(len(steps), learning_rate)


def _periods(schedule: Any, steps: np.ndarray) -> np.ndarray:
    done = steps / schedule.decay_steps
    return np.floor(done) if schedule.staircase else done


SCHEDULES: tuple[type[Schedule], ...] = (
    Constant,
    ExponentialDecay,
    PiecewiseConstant,
    PolynomialDecay,
    InverseTimeDecay,
    CosineDecay,
    CosineRestarts,
    ReduceOnPlateau,
)
SCHEDULE_BY_KEY = by_key(SCHEDULES)
