"""The data pipeline: the rows that an epoch feeds to the training step; bugs override it."""

import numpy as np


class Pipeline:
    """Which rows, in which order, as what numbers.

    Args:
        data: The prepared table.
        shuffle: Whether each epoch takes the rows in a new random order.
        seed: Of the order.
    """

    changes = False  # whether `epoch` gives other numbers in another epoch

    def __init__(self, data, shuffle, seed):
        self.data = data
        self.shuffle = shuffle
        self.seed = seed

    def training_rows(self):
        return self.data.x_train, self.data.y_train  # (n, d) and (n, 1), a target for each row

    def validation_rows(self):
        return self.data.x_val, self.data.y_val

    def epoch(self, features, targets, epoch):
        return features, targets

    def order(self, targets, epoch):
        if not self.shuffle:
            return np.arange(len(targets))
        return np.random.default_rng([self.seed, epoch]).permutation(len(targets))
