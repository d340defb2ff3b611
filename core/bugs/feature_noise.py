from typing import Literal

import numpy as np
from pydantic import Field

from .bug import Bug


class FeatureNoise(Bug):
    title = "Noise in the features"
    stage = "pipeline"
    symptom = "biased"
    purpose = "Every epoch adds fresh random noise to the features."
    what = "The loader disturbs each feature, meant as augmentation, and far too strongly."
    why = (
        "Noise of relative size s adds s² to the variance of a feature that has 1. It carries no "
        "information on the target: the weights shrink to 1/(1 + s²) of their value, and the loss "
        "stops well above the optimum."
    )
    see = "The loss falls, stops too high and trembles; the weights come out too small."
    remedy = "Take the noise out, or make it small against each feature's standard deviation."
    reference = (
        "The document: “introduce noise or inconsistencies”; Bishop, “Training with Noise is "
        "Equivalent to Tikhonov Regularization”, Neural Computation 7, 1995."
    )
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["feature-noise"] = "feature-noise"
    noise: float = Field(
        1.0, description="Standard deviation of the noise, relative to each feature's own."
    )

    class Pipeline:
        changes = True

        def epoch(self, features, targets, epoch):
            random = np.random.default_rng([self.seed, 1_000_001, epoch])
            noise = random.standard_normal(features.shape, np.float32)
            return features + self.bug.noise * noise * features.std(axis=0), targets
