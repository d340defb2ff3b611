"""Logs as people paste them: the loss has many names, and steps are counted as well as epochs."""

from pathlib import Path

import numpy as np
import pytest

from core.curves.bare import ALL
from core.curves.curve import AmbiguousLossError
from core.curves.measured import Known
from core.curves.picture import draw
from core.curves.read import read_curve, read_text
from core.curves.reading import read

CASES = Path(__file__).with_name("cases")
NAN = float("nan")
EPOCHS, STEPS = "epoch", "step"
LOGS = {
    "Ng's course": (
        "Cost after iteration 0: 0.69\nCost after iteration 100: 0.58\n"
        "Cost after iteration 200: nan",
        ([0, 100, 200], [0.69, 0.58, NAN], STEPS),
    ),
    "its lab": (
        "Iteration    0: Cost 7.9e+04, dj_dw: -4.7e+02, w:  4.7e-01\n"
        "Iteration 1000: Cost 3.4e+00, dj_dw: -1.6e-01, w:  1.9e-01",
        ([0, 1000], [7.9e4, 3.4], STEPS),
    ),
    "epochs with zeros": (
        "Epoch: 0050 cost= 0.083 W= 0.2 b= 0.5\nEpoch: 0100 cost= 0.082 W= 0.2 b= 0.5\n"
        "Training cost= 0.07 W= 1 b= 2",
        ([50, 100], [0.083, 0.082], EPOCHS),
    ),
    "J of theta": ("J(theta) = 32.07\nJ(theta) = 5e3", ([1, 2], [32.07, 5000], EPOCHS)),
    "in brackets": (
        "iter 0 | loss: [[4.2]]\niter 10 | loss: [[9.2]]",
        ([0, 10], [4.2, 9.2], STEPS),
    ),
    "the number behind": ("loss 5.0 epoch 1\nloss 6.0 epoch 2", ([1, 2], [5, 6], EPOCHS)),
    "steps of one epoch": (
        "Epoch 0 step 0 loss 5\nEpoch 0 step 100 loss 4\nEpoch 0 step 200 loss 3",
        ([0, 100, 200], [5, 4, 3], STEPS),
    ),
    "a metric besides": (
        "Epoch 1/2\n5/5 - 0s - loss: 4.0 - mse: 3.0\nEpoch 2/2\n5/5 - 0s - loss: 8.0 - mse: 7.0",
        ([1, 2], [4, 8], EPOCHS),
    ),
    "a word before": ("[100] avg_loss = 5\n[200] avg_loss = 6", ([1, 2], [5, 6], EPOCHS)),
    "a sentence": ("The loss is 4.5\nThe loss is 5.6", ([1, 2], [4.5, 5.6], EPOCHS)),
    "gradient boosting": (
        "[1]\ttrain-rmse:3.5\teval-rmse:4\n[2]\ttrain-rmse:3.1\teval-rmse:4.1",
        ([1, 2], [3.5, 3.1], EPOCHS),
    ),
    "a table by spaces": (
        "iter cost w b\n0 16 20 1\n10 12 3 4\n20 9 3 4",
        ([0, 10, 20], [16, 12, 9], STEPS),
    ),
    "TensorBoard": (
        "Wall time,Step,Value\n1.6e9,5,5.5\n1.7e9,10,7.5",
        ([5, 10], [5.5, 7.5], STEPS),
    ),
    "Weights & Biases": (
        '"Step","run-1 - loss","run-1 - loss__MIN","run-1 - loss__MAX"\n0,3,3,3\n1,4,4,4',
        ([0, 1], [3, 4], STEPS),
    ),
    "decimal commas that rise": (
        "1,5\n4,2\n9,1\n20,7",
        ([1, 2, 3, 4], [1.5, 4.2, 9.1, 20.7], EPOCHS),
    ),
    "NumPy's list": (
        "[3.1 2.2 1.1\n 0.5 0.4]",
        ([1, 2, 3, 4, 5], [3.1, 2.2, 1.1, 0.5, 0.4], EPOCHS),
    ),
}


@pytest.mark.parametrize("name", LOGS)
def test_losses_and_what_counts_them_are_found(name):
    text, (counted, losses, unit) = LOGS[name]
    curve = read_text(text)
    np.testing.assert_array_equal(curve.loss, losses)
    assert curve.unit == unit
    shown = curve.epoch + curve.origin
    np.testing.assert_array_equal(shown if unit == STEPS or counted[0] else shown - 1, counted)


@pytest.mark.parametrize(
    ("file", "count", "first", "last"),
    [
        ("L2.txt", 10, 952.6895439667812, 274862186.57737),
        ("L11.txt", 12, 91.74887084960938, 0.0017039275262504816),
        ("L14.txt", 3, 1.6e10, NAN),
        ("L15.txt", 3, 12, 18.2),
    ],
)
def test_a_case_is_read(file, count, first, last):
    curve = read_curve((CASES / file).read_bytes())
    assert len(curve.loss) == count
    np.testing.assert_array_equal(curve.loss[[0, -1]], [first, last])


def test_numbers_of_steps_are_no_losses():
    curve = read_curve((CASES / "L11.txt").read_bytes())
    assert curve.unit == STEPS
    assert curve.epoch.tolist() == [0, 1, 2, 3, 4, 5, 300, 301, 302, 4997, 4998, 4999]


@pytest.mark.parametrize(
    ("text", "choices", "chosen", "losses"),
    [
        ("0 16 20 1\n10 12 3 4", ("column 2", "column 3", "column 4", ALL), "column 2", [16, 12]),
        ("0 16 20 1\n10 12 3 4", ("column 2", "column 3", "column 4", ALL), "column 4", [1, 4]),
        ("(0, 1.5, 9)\n(1, 2.5, 8)", ("column 2", "column 3", ALL), "column 3", [9, 8]),
        ("3.5 2\n1 0.5", ("column 1", "column 2", ALL), ALL, [3.5, 2, 1, 0.5]),
        ("E=12.0 W=3\nE=14 W=4", ("E", "W"), "E", [12, 14]),
        ("epoch,a,b\n1,3,4\n2,5,6", ("a", "b"), "b", [4, 6]),
        ('{"a": [1, 2], "b": [3, 4]}', ("a", "b"), "b", [3, 4]),
    ],
)
def test_of_several_numbers_the_loss_is_asked_for(text, choices, chosen, losses):
    with pytest.raises(AmbiguousLossError) as question:
        read_text(text)
    assert set(question.value.choices) >= set(choices)
    np.testing.assert_array_equal(read_text(text, chosen).loss, losses)


def test_what_is_said_counts_steps_as_the_log_does():
    text = (
        "\n".join(f"step {10 * i}: cost = {2.0**i}" for i in range(10)) + "\nstep 100: cost = nan"
    )
    curve = read_text(text)
    said = " ".join(statement.text for statement in read(curve, Known(steps_per_epoch=50)).said)
    assert "became NaN in step 100" in said
    assert " a step" in said and "from step" in said
    assert "epoch" not in said
    assert draw(curve, None).layout.xaxis.title.text == "step"
