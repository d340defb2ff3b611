"""A `train_step` of the program's own: which loss it takes its gradient of, told by trying it."""

from typing import Any

import numpy as np

from . import gradient
from .budget import REFUSED, UnreadableError
from .findings import Findings
from .hand_written import affine, put_loss_of_optimizer, unsquared_loss
from .training import Training
from .values import Function, Instance

ROWS = 40  # that it is tried with
CHANGED = "a `train_step` of your own that does something else than a step against a known loss"


def read_train_step(machine: Any, found: Findings, training: Training, x: Any, y: Any) -> bool:
    """Puts the loss of a model's own `train_step`; whether the model has one.

    Args:
        machine: The reading.
        found: What is known so far, the optimizer among it.
        training: The call of `fit`.
        x: Features, None where they are not known.
        y: Targets.
    """
    model = training.model
    own = model.cls.find("train_step") if isinstance(model, Instance) else None
    if not isinstance(own, Function):
        return False
    line, before = own.node.lineno, len(machine.trainings)
    try:
        if x is None or y is None:
            raise UnreadableError("the numbers that `train_step` is given are not known")
        x = np.asarray(x, float)[:ROWS]
        x = x if x.ndim > 1 else x[:, None]
        y = np.asarray(y, float)[:ROWS].reshape(len(x), -1)
        machine.call(own.bound(model, model.cls), [(x, y)], {}, line)
        made = machine.trainings[before:]
        plain = len(made) == 1 and made[0].kind == "steps"
        if not plain or made[0].optimizer is not training.optimizer:
            raise UnreadableError(CHANGED)
        loss, variables = made[0].loss, made[0].variables
        try:
            match = gradient.match(*affine(loss, variables, {}), [y, x])
        except UnreadableError:
            match = None
        match = match or unsquared_loss(machine, loss, variables, {}, [x, y])
        if match is None:
            raise UnreadableError(CHANGED)
        clip = getattr(training.optimizer, "given", {}).get("clipnorm")
        if isinstance(clip, float):
            found.put("optimizer.clip_norm", clip, line, f"each gradient is clipped to {clip:g}")
        put_loss_of_optimizer(found, match, line)
    except REFUSED as error:
        found.miss("loss.key", line, str(error))
        found.miss("optimizer.key", line, str(error))
    finally:
        del machine.trainings[before:]
    return True
