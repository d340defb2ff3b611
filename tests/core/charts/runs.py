"""Runs made by hand, for the charts' tests: small, and of every kind of end."""

from typing import Any

from core.events import Event, failed, number
from core.spec import Spec

INF = float("inf")


def started(features: int = 2, epochs: int = 10, per_epoch: int = 4, **more: Any) -> Event:
    spec = Spec.of({"training": {"epochs": epochs}})
    return {
        "event": "run_started",
        "spec": spec.model_dump(mode="json"),
        "rows": 100,
        "validation_rows": 20,
        "features": [f"x{i}" for i in range(features)],
        "target": "y",
        "epochs": epochs,
        "steps_per_epoch": per_epoch,
        "optimal_loss": 2.0,
        "baseline_loss": 50.0,
        "full_loss": 80.0,
        "val_loss": 90.0,
        "weights": [0.5] * (min(features, 8) + 1),
    } | more


def epoch(k: int, loss: float, per_epoch: int = 4, steps: bool = True, **more: Any) -> Event:
    last = (k + 1) * per_epoch - 1
    event: Event = {
        "event": "epoch_ended",
        "epoch": k,
        "step": last,
        "loss": number(loss),
        "val_loss": number(1.2 * loss),
        "full_loss": number(0.9 * loss),
        "learning_rate": 0.01,
        "gradient_norm": number(3 * loss),
        "update_norm": number(0.03 * loss),
        "weight_norm": 1.0,
        "weights": [0.1 * k, 0.2 * k, -0.1 * k],
    } | more
    if steps:
        event["steps"] = {
            "step": [k * per_epoch, last],
            **{
                name: [number(1.1 * event_value), number(event_value)]
                for name, event_value in (
                    ("loss", loss),
                    ("gradient_norm", 3 * loss),
                    ("update_norm", 0.03 * loss),
                    ("weight_norm", 1.0),
                    ("learning_rate", 0.01),
                )
            },
        }
    return event


def probe(step: int, loss: float, bad: float = 0.0, per_epoch: int = 4) -> Event:
    fine = {"min": -2.0, "mean": 0.5, "max": 1.0, "non_finite": 0.0}
    outputs = fine | {"non_finite": bad}
    if bad == 1.0:
        outputs = {"min": None, "mean": None, "max": None, "non_finite": 1.0}
    return {
        "event": "probe",
        "epoch": step // per_epoch,
        "step": step,
        "why": "non-finite" if bad else "scheduled",
        "learning_rate": 0.01,
        "loss": number(loss),
        "stats": {"inputs": fine, "weights": fine, "outputs": outputs, "gradients": fine},
    }


def ended(outcome: str = "completed", step: int = 39, non_finite: Any = None) -> Event:
    return {
        "event": "run_ended",
        "outcome": outcome,
        "epoch": step // 4,
        "step": step,
        "reason": "",
        "non_finite": non_finite,
        "seconds": 0.1,
    }


def completed(features: int = 2, validation: bool = True, epochs: int = 10) -> list[Event]:
    none = {} if validation else {"val_loss": None}
    rows = {} if validation else {"val_loss": None, "validation_rows": 0}
    told = [epoch(k, 80 / (k + 1), **none) for k in range(epochs)]
    weights = {"weights": [0.1] * (min(features, 8) + 1)}
    told = [event | weights for event in told]
    first = started(features, epochs, **rows)
    return [first, probe(0, 80.0), probe(3, 79.0), *told, ended(step=4 * epochs - 1)]


def diverged() -> list[Event]:
    told: list[Event] = [started(), probe(0, 80.0), probe(1, 1e4), epoch(0, 1e8), epoch(1, 1e20)]
    bad = {"loss": [number(1e38), "inf"], "step": [8, 9]}
    nan = {f"{name}_norm": ["nan", "nan"] for name in ("gradient", "update", "weight")}
    last = epoch(2, float("nan"), steps=False) | {"weights": ["nan", "inf", "-inf"]}
    last["steps"] = bad | nan | {"learning_rate": [0.01, 0.01]}
    where = {"stage": "loss", "step": 9, "epoch": 2}
    return [*told, probe(9, INF, bad=1.0), last, ended("diverged", 11, where)]


def failed_before() -> list[Event]:
    unbuilt = started(full_loss=None, val_loss=None, weights=[])
    return [unbuilt, ended("failed", 0) | {"reason": "The layer cannot be built."}]


RUNS = {
    "completed": completed(),
    "diverged": diverged(),
    "failed": failed_before(),
    "never began": [started(), failed("The worker ended.")],
    "one epoch": completed(epochs=1),
    "no validation": completed(validation=False),
    "thirty features": completed(features=30),
    "unfinished": completed()[:5],
    "unusable data": [
        started(optimal_loss=None, baseline_loss=None, full_loss="nan", val_loss="nan"),
        ended("diverged", 0, {"stage": "features", "step": 0, "epoch": 0}),
    ],
}
