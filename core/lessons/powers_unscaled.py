from .lesson import Lesson

LESSON = Lesson(
    key="powers-unscaled",
    title="Powers of x that explode",
    group="scale",
    do=("Press Train: horsepower and its square. Then scale them, with a rate of 0.1."),
    see=("The very first epoch ends in NaN, and no rate that one would think of helps."),
    why=(
        "Horsepower is about 100, its square about 10,000, and curvature grows with the square of "
        "that: the largest stable rate is 0.000000004, two million times below 0.01. Powers make "
        "whatever is unscaled worse; standardized behind the power, x and x² are the same size."
    ),
    learnt=("Powers make unscaled features worse; scale after taking the power."),
    patch={
        "data": {
            "source": "cars",
            "target": "Miles_per_Gallon",
            "features": ["Horsepower"],
            "degree": 2,
        },
    },
    then=(
        "Standardize them, with a rate of 0.1",
        {"scaling": {"features": "standard"}, "optimizer": {"learning_rate": 0.1}},
    ),
    outcome="diverged",
)
