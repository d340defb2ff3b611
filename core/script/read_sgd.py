"""What scikit-learn's `SGDRegressor` says."""

from .findings import Findings
from .training import Training

SGD_SCHEDULES = {"constant"}


def read_sgd(found: Findings, training: Training) -> None:
    """Puts what scikit-learn's `SGDRegressor` says: one row a step, from weights of 0."""
    given, line = training.model.given, training.model.line
    found.put("model.layer", "dense", line, "a weight for each feature")
    bias = given.get("fit_intercept", True)
    found.put(
        "model.use_bias", bias is not False, line, "with an intercept" if bias else "without one"
    )
    found.put("model.initializer", "zeros", line, "scikit-learn starts at 0")
    found.put("optimizer.key", "sgd", line, "one row at a time")
    found.put("training.batch_size", 1, line, "scikit-learn steps after each row")
    rate = given.get("eta0", 0.01)
    if isinstance(rate, int | float):
        found.put("optimizer.learning_rate", float(rate), line, f"eta0 = {rate:g}")
    else:
        found.miss("optimizer.learning_rate", line, "eta0 is not known")
    schedule = given.get("learning_rate", "invscaling")
    if schedule not in SGD_SCHEDULES:
        found.miss("schedule.key", line, f"the schedule `{schedule}` (η = eta0/t^0.25 by default)")
    loss = given.get("loss", "squared_error")
    if loss in ("squared_error", "squared_loss"):
        found.put("loss.key", "half_mse", line, "half the square of each residual")
    elif loss == "huber":
        delta = given.get("epsilon", 0.1)
        found.put("loss.key", "huber", line, "the Huber loss")
        found.put("loss.delta", float(delta), line, f"epsilon = {delta:g}")
    else:
        found.miss("loss.key", line, f"the loss `{loss}`, which is not offered here")
    if given.get("penalty", "l2") is not None and given.get("alpha", 1e-4) != 0:
        found.miss("loss.key", line, "a penalty on the weights (L2 by default) has no setting here")
    if given.get("average"):
        found.miss("model.layer", line, "`average`: the weights told are a mean of those trained")
    shuffle = given.get("shuffle", True)
    found.put(
        "training.shuffle",
        shuffle is not False,
        line,
        "in a new order each epoch" if shuffle else "in order",
    )
    epochs = given.get("max_iter", 1000)
    if isinstance(epochs, int) and epochs > 0:
        partial = training.options.get("partial")
        epochs = 1 if partial else epochs
        stops = given.get("tol", 1e-3) is not None and not partial
        if given.get("early_stopping") and not partial:
            stops = True
            found.miss("data.validation_fraction", line, "`early_stopping` holds out rows")
        words = (
            f"at most {epochs:,} epochs; `tol` may end it before" if stops else f"{epochs:,} epochs"
        )
        found.put("training.epochs", epochs, line, words, exact=not stops)
        if stops:
            found.miss("training.epochs", line, "`tol` ends it once the loss hardly falls")
    else:
        found.miss("training.epochs", line, "max_iter is not known")
