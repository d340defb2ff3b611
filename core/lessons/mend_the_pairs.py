from .lesson import Lesson

CODE = """\
def training_rows(self):
    targets = np.roll(self.data.y_train, 1, axis=0)
    return self.data.x_train, targets
"""
MENDED = """\
def training_rows(self):
    targets = self.data.y_train
    return self.data.x_train, targets
"""
LESSON = Lesson(
    key="mend-the-pairs",
    title="Mend the pipeline: pairs",
    group="mend",
    do=("Press Train. Nothing is learned: see which target goes with which row."),
    see=("The loss stays near the variance of y, as if there were nothing to learn."),
    why=(
        "The targets are shifted by one row against the features: each row is taught "
        "its neighbour's answer."
    ),
    learnt=("Whatever moves the rows must move features and targets together."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "training": {"epochs": 40},
        "bug": {"key": "own", "part": "pipeline", "code": CODE},
    },
    then=("Show it mended", {"bug": {"code": MENDED}}),
)
