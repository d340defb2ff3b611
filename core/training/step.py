"""One update of the weights, written out so that it can be read, and broken."""

from ..lazy import tf


class TrainingStep:
    """Forward, loss, gradient, update: what `keras.Model.fit` does with one batch.

    Args:
        layer: The built layer.
        loss_function: A `keras.losses.Loss`.
        optimizer: A `keras.optimizers.Optimizer`, built on the layer's trainable weights.
    """

    def __init__(self, layer, loss_function, optimizer):
        self.layer = layer
        self.loss_function = loss_function
        self.optimizer = optimizer
        self.state = []  # variables that must outlive a step: none, unless a bug has some

    def loss(self, targets, outputs):
        return self.loss_function(targets, outputs)

    def gradients(self, tape, loss, weights):
        return tape.gradient(loss, weights)

    def update(self, gradients, weights):
        self.optimizer.apply(gradients, weights)

    def __call__(self, features, targets):
        """Updates the weights once; features (rows, d), targets (rows, 1)."""
        weights = self.layer.trainable_variables
        with tf.GradientTape() as tape:
            outputs = self.layer(features, training=True)  # (rows, 1)
            loss = self.loss(targets, outputs)  # one number for the batch
        gradients = self.gradients(tape, loss, weights)
        self.update(gradients, weights)
        return outputs, loss, gradients

    def evaluate(self, features, targets, batch_size):
        """The loss as `keras.Model.evaluate` reports it: each batch's, weighted by its rows.

        A mean over rows needs no batches: one pass gives the same number.
        """
        rows = features.shape[0]
        own_loss = type(self).loss is not TrainingStep.loss
        if not own_loss and self.loss_function.reduction == "sum_over_batch_size":
            return self.loss(targets, self.layer(features, training=False))
        whole = rows // batch_size * batch_size
        total = 0.0
        for start, stop in ((0, whole), (whole, rows)):
            size = min(batch_size, stop - start)
            if size:
                total += self._sum_over_batches(features[start:stop], targets[start:stop], size)
        return total / rows

    def _sum_over_batches(self, features, targets, size):
        """Sum of size · loss over equal batches of `size` rows."""
        if type(self).loss is TrainingStep.loss:
            return self.loss(targets, self.layer(features, training=False)) * size

        count = features.shape[0] // size
        features = tf.reshape(features, (count, size, -1))
        targets = tf.reshape(targets, (count, size, -1))

        def add(batch, total):
            outputs = self.layer(features[batch], training=False)
            return batch + 1, total + self.loss(targets[batch], outputs) * size

        return tf.while_loop(lambda batch, _: batch < count, add, (0, 0.0))[1]
