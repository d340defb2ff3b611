"""A spec and its data as the numbers a simulation needs: gradient, loss and row order."""

from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np

from ..data.pipeline import Pipeline
from ..data.prepare import Prepared
from ..spec import Spec
from .memory import remembered
from .optimum import Anchors, anchors, row_losses, row_shares, row_slopes
from .spectrum import Spectrum
from .triangle import Triangle, design, fold

Batch = tuple[np.ndarray, np.ndarray]  # A's rows (b, p) and their targets (b,)
Gradient = Callable[[np.ndarray, Batch | None], np.ndarray]

GATHERED = 8192  # rows that are put in order at once
ROUNDED_CELLS = 10_000  # of a table whose every row rounds as in the run; more is folded
ORDER_CELLS = 250_000  # row numbers of all epochs that are kept (1 MB)
COPIED_CELLS = 1_000_000  # numbers of a table of which a copy in float64 is kept while it is read


class Problem:
    """What a run minimizes, in float64.

    Args:
        spec: Loss, bias, batch size and order are used.
        data: The prepared table, all finite.
        spectrum: Of the same table.

    Attributes:
        rows, size: n and p, the number of weights.
        batch: Rows of a full batch.
        steps_per_epoch: Updates of one epoch, the last of which may have fewer rows.
        quadratic: Whether the loss is c · r², so that the folded table is enough for it.
        scale: The loss of all rows is scale · Σ residuals², for an even split into batches.
    """

    def __init__(self, spec: Spec, data: Prepared, spectrum: Spectrum):
        self.spec, self.data, self.spectrum = spec, data, spectrum
        self.rows, self.size = len(data.x_train), len(spectrum.singular)
        self.batch = min(spec.training.batch_size or self.rows, self.rows)
        self.steps_per_epoch = -(-self.rows // self.batch)
        self.quadratic = spec.loss.quadratic
        self.mean = spec.loss.reduction == "mean"
        self.scale = spec.loss.factor * (1.0 if self.mean else float(self.batch)) / self.rows

    @property
    def full_batch(self) -> bool:
        return self.steps_per_epoch == 1

    @property
    def steps(self) -> int:
        """Updates of the whole run."""
        return self.spec.training.epochs * self.steps_per_epoch

    @cached_property
    def table(self) -> Batch:
        """A (n, p) and y (n,)."""
        features = design(self.data.x_train, self.spec.model.use_bias)
        return features, self.data.y_train[:, 0].astype(np.float64)

    @cached_property
    def shares(self) -> np.ndarray:
        return row_shares(self.spec.loss, self.rows, self.batch)

    @cached_property
    def weighed(self) -> tuple[Triangle, float]:
        """A triangle and the factor that makes its sum of squares the loss of the whole table."""
        even = self.mean or self.rows % self.batch == 0
        if even:
            return self.spectrum.triangle, self.scale
        root = np.sqrt(self.shares)[:, None]
        features, targets = self.table
        folded = remembered(
            self.data,
            ("weighed", self.batch, self.spec.model.use_bias),
            lambda: fold(features * root, targets[:, None] * root, use_bias=False),
        )
        return folded, self.spec.loss.factor

    @property
    def anchors(self) -> Anchors:
        """The optimal and the baseline loss."""
        loss, data, use_bias = self.spec.loss, self.data, self.spec.model.use_bias

        def compute() -> Anchors:
            if not self.quadratic:
                best = self.spectrum.best_weights
                return anchors(loss, data.x_train, data.y_train, self.batch, use_bias, best)
            targets = data.y_train[:, 0].astype(np.float64)
            baseline = float(self.shares @ row_losses(loss, targets.mean() - targets))
            return Anchors(float(self.full_loss(self.spectrum.best_weights)), baseline)

        return remembered(data, ("anchors", loss, self.batch, use_bias), compute)

    def full_loss(self, weights: np.ndarray) -> np.ndarray:
        """The loss of the whole table as `full_loss` tells it, for weights (..., p)."""
        if self.quadratic:
            triangle, factor = self.weighed
            return factor * triangle.sum_of_squares(weights)
        features, targets = self.table
        residuals = weights @ features.T - targets
        return row_losses(self.spec.loss, residuals) @ self.shares

    def gradient_function(self, dtype: type[np.floating] = np.float64) -> Gradient:
        """The gradient (..., p) of a batch's loss at weights (..., p); a batch of None is all rows.

        Args:
            dtype: Of weights and result; with `np.float32` it rounds as float32 does, and, where
                they are few, row by row.
        """
        loss, mean = self.spec.loss, self.mean
        rounds = dtype == np.float32 and self.rows * self.size <= ROUNDED_CELLS
        if self.full_batch and self.quadratic and not rounds:
            triangle = self.spectrum.triangle
            factor, target = triangle.factor.astype(dtype), triangle.target.astype(dtype)
            across, turned = factor.T, dtype(2 * self.scale) * factor
            return lambda weights, _: (weights @ across - target) @ turned

        columns, column = self.table if self.full_batch else (np.empty((0, 0)), np.empty(0))
        whole = columns.astype(dtype, copy=False), column.astype(dtype, copy=False)

        def gradient(weights: np.ndarray, batch: Batch | None) -> np.ndarray:
            features, targets = batch or whole
            features = features.astype(dtype, copy=False)
            slopes = row_slopes(loss, weights @ features.T - targets.astype(dtype, copy=False))
            return (slopes / dtype(len(targets)) if mean else slopes) @ features

        return gradient

    def batch_loss(self, weights: np.ndarray, batch: Batch | None) -> tuple[float, int]:
        """A batch's loss, and its rows."""
        if batch is None:
            return float(self.full_loss(weights)), self.rows
        losses = row_losses(self.spec.loss, batch[0] @ weights - batch[1])
        return float(losses.mean() if self.mean else losses.sum()), len(losses)

    def batches(self, epoch: int) -> Iterator[Batch | None]:
        """The batches of an epoch in the run's own order; None for a batch of all rows."""
        if self.full_batch:
            yield None
            return
        copied = self.rows * self.size <= COPIED_CELLS
        order = self.order(epoch) if self.spec.training.shuffle else None
        several = self.batch * max(1, GATHERED // self.batch)
        for begin in range(0, self.rows, several):
            some = (
                slice(begin, begin + several) if order is None else order[begin : begin + several]
            )
            x, y = (self.table[0][some], self.table[1][some]) if copied else self.take(some)
            for start in range(0, len(y), self.batch):
                stop = start + self.batch
                yield x[start:stop], y[start:stop]

    def take(self, rows: np.ndarray | slice) -> Batch:
        """These rows of A and y."""
        features = design(self.data.x_train[rows], self.spec.model.use_bias)
        return features, self.data.y_train[rows, 0].astype(np.float64)

    def order(self, epoch: int) -> np.ndarray:
        """The row numbers of an epoch in the run's own order, shape (n,)."""
        known = self._orders
        return known[epoch] if epoch < len(known) else self._draw_order(epoch)

    @cached_property
    def _orders(self) -> np.ndarray:
        """Those of every epoch, drawn once for all rates, where they are few; else of none."""
        training = self.spec.training
        if self.rows * training.epochs > ORDER_CELLS:
            return np.empty((0, self.rows), np.int32)

        def drawn() -> np.ndarray:
            return np.array([self._draw_order(e) for e in range(training.epochs)], np.int32)

        key = ("orders", training.shuffle, training.seed, training.epochs)
        return remembered(self.data, key, drawn)

    def _draw_order(self, epoch: int) -> np.ndarray:
        training = self.spec.training
        pipeline = Pipeline(self.data, training.shuffle, training.seed)
        return pipeline.order(self.data.y_train, epoch)
