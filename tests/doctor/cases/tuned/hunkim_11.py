"""Final marks by three test marks around 80, the default SGD: NaN, and RMSprop as a way out."""

import keras
import numpy as np

from tests.doctor.cases.case import TOO_FAST, Fit, sequential, standardized

ADDRESS = "https://github.com/hunkim/DeepLearningZeroToAll/pull/11"
SYMPTOM = "rises"
ACCEPTED = TOO_FAST


X = np.array([[73.0, 80, 75], [93, 88, 93], [89, 91, 90], [96, 98, 100], [73, 66, 70]])
Y = np.array([[152.0], [185], [180], [196], [142]])


def asked() -> Fit:
    return Fit(sequential(keras.layers.Dense(1), features=3), X, Y, epochs=100)


def mended() -> Fit:
    model = sequential(keras.layers.Dense(1), features=3, optimizer=keras.optimizers.SGD(0.2))
    return Fit(model, standardized(X), Y, epochs=500)
