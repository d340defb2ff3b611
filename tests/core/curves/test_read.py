"""Whatever a training is told in, its losses are found; what tells none gets one clear sentence."""

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.curves.curve import Curve
from core.curves.log import MAX_LINE
from core.curves.read import read_curve, read_text
from core.errors import InputError

NAN, INF = float("nan"), float("inf")
LOSSES = st.lists(st.floats(), min_size=2, max_size=12)
KERAS = """Epoch 1/3
\x1b[1m 1/12\x1b[0m \x1b[32m━\x1b[0m 1s 100ms/step - loss: 9.0\r\
12/12 ━━ 0s - loss: 0.5200 - mae: 0.4 - val_loss: 0.61 - val_mae: 0.4 - learning_rate: 0.0010
Epoch 2/3
12/12 ━━━ 0s 9ms/step - loss: nan - val_loss: inf - learning_rate: 0.0010

Epoch 2: val_loss did not improve from 0.61000
Epoch 2: ReduceLROnPlateau reducing learning rate to 0.0005.
Epoch 3/3
12/12 - 0s - 10ms/step - loss: 1.2e+05 - val_loss: 3 - learning_rate: 5.0000e-04
"""
TEXTS = {
    "keras": (KERAS, [0.52, NAN, 1.2e5]),
    "backspaces": ("Epoch 1\n1/2 - loss: 9\b\b\b\b2/2 - loss: 3\nEpoch 2\n2/2 - loss: 2", [3, 2]),
    "bars-without-epochs": ("1/9 - loss: 7\n9/9 - loss: 3\n9/9 - loss: 2\n4/9 - loss: 1", [3, 2]),
    "ours": ("epoch 0  loss 2.5  val_loss nan\nepoch 1  loss inf  val_loss nan", [2.5, INF]),
    "a-loop": ("Epoch [1/10], Loss: 0.5\nEpoch [2/10], Loss: 0.4", [0.5, 0.4]),
    "a-loop-that-counts": ("step 0: loss=3, acc=1\nstep 1: loss=-Infinity, acc=1", [3, -INF]),
    "tensors": ("loss: tf.Tensor(0.5, shape=(), dtype=float32)\nloss = np.float32(1)", [0.5, 1]),
    "train-and-valid": ("train_loss 3 valid_loss 4\ntrain_loss 2 valid_loss 5", [3, 2]),
    "bare-lines": ("3\n2.5e-3\nNaN\n", [3, 0.0025, NAN]),
    "bare-list": ("[3.0, 2, -inf]", [3, 2, -INF]),
    "numbered": ("0 1.5\n1 1.2\n2 ∞", [1.5, 1.2, INF]),
    "decimal-comma": ("0,52\n0,41", [0.52, 0.41]),
    "printed-dict": ("{'loss': [np.float32(0.5), nan], 'val_loss': [1, 2]}", [0.5, NAN]),
    "json": ('{"loss": [1, NaN, "inf", null], "lr": [1, 1, 1, 1]}', [1, NAN, INF, NAN]),
    "json-within": ('{"params": {"epochs": 2}, "history": {"loss": [1, 2]}}', [1, 2]),
    "json-list": ("[1, 2.5]", [1, 2.5]),
    "json-rows": ('[{"epoch": 0, "loss": 3}, {"epoch": 1, "loss": "nan"}]', [3, NAN]),
    "csv": ("epoch,loss,val_loss\n0,1,2\n1,inf,\n", [1, INF]),
    "csv-semicolons": ("loss;val_loss\n0,5;1\n0,4;2", [0.5, 0.4]),
    "csv-tabs": ('"Loss"\tlr\n5\t1\n4\t1', [5, 4]),
    "byte-order-mark": ("\ufeffloss,x\n5,1\n4,1", [5, 4]),
}
TEXT = st.text(max_size=300)
WORDS = ["epoch ", "loss", "val_loss", "lr ", ": ", "=", "1", "0.5", "nan", "inf", "-", "e+05"]
SIGNS = ["3/7 ", "\n", "\r", "\b", " ", ",", ";", "\t", *"{}[]()'", '"', "\x1b[1m"]
PIECES = WORDS + SIGNS
BAD = {
    "": "nothing",
    "hello world": "'hello world'",
    "5": "two at least",
    "loss: none": "The log must tell losses",
    "[]": "from 2 to 100,000 epochs",
    "[1]": "from 2 to 100,000 epochs",
    "[[1, 2], [3]]": "`loss` must be a list of numbers. Received: '[1, 2]'.",
    '{"accuracy": [1, 2]}': "under the name `loss`. Received: 'accuracy'.",
    '{"loss": 5}': "under the name `loss`. Received: none.",
    '{"loss": ["x", 1]}': "`loss` must be a list of numbers. Received: 'x'.",
    '{"loss": [true, 1]}': "Received: 'True'.",
    '{"loss": [1, 2], "val_loss": [1]}': "`val_loss` must have as many values as `loss`, 2.",
    "loss,a\n1,2": "from 2 to 100,000 epochs. Received: 1.",
    "1 2 three": "'1 2 three'",
    "[" * 100_000: "The log must tell losses",
}


@pytest.mark.parametrize("case", TEXTS)
def test_losses_are_found(case):
    text, losses = TEXTS[case]
    np.testing.assert_array_equal(read_text(text).loss, losses)
    np.testing.assert_array_equal(read_curve(text.encode()).loss, losses)
    np.testing.assert_array_equal(read_curve(("\ufeff" + text).encode("utf-16-le")).loss, losses)


def test_what_goes_with_the_losses_is_found():
    curve = read_text(KERAS)
    assert curve.val_loss is not None and curve.learning_rate is not None
    np.testing.assert_array_equal(curve.val_loss, [0.61, INF, 3])
    np.testing.assert_array_equal(curve.learning_rate, [0.001, 0.001, 0.0005])
    np.testing.assert_array_equal(curve.epoch, [0, 1, 2])


@pytest.mark.parametrize(
    ("numbers", "epochs"),
    [([50, 51], [49, 50]), ([0, 10], [0, 10]), ([10, 20], [9, 19]), ([2, 1], [0, 1])],
)
def test_epochs_are_counted_from_0_or_from_1_as_the_log_does(numbers, epochs):
    text = "\n".join(f"epoch {number}: loss 1" for number in numbers)
    np.testing.assert_array_equal(read_text(text).epoch, epochs)


@pytest.mark.parametrize(("text", "words"), BAD.items(), ids=[text[:20] for text in BAD])
def test_a_text_without_losses_gets_one_clear_sentence(text, words):
    with pytest.raises(InputError) as caught:
        read_text(text)
    told = str(caught.value)
    assert words in told and told.count("Received") == 1 and "\n" not in told and len(told) < 250


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\0", "binary data"),
        (b"\x80\x05\x95" + bytes(range(32)), "binary data"),
        (b"1\n" * 2_500_001, "at most 5 MB. Received: 5.0 MB."),
        (b"1\n" * 100_001, "from 2 to 100,000 epochs. Received: 100,001."),
    ],
    ids=["picture", "pickle", "large", "long"],
)
def test_a_file_that_is_none_gets_one_clear_sentence(content, words):
    with pytest.raises(InputError, match=words):
        read_curve(content)


@given(LOSSES)
def test_python_and_pandas_come_back_as_they_were_written(losses):
    history = {"loss": losses, "val_loss": losses[::-1]}
    for text in (
        json.dumps(history),
        str(history),
        pd.DataFrame(history).to_csv(na_rep="nan"),
        json.dumps({name: dict(enumerate(values)) for name, values in history.items()}),
    ):
        curve = read_text(text)
        np.testing.assert_array_equal(curve.loss, losses)
        np.testing.assert_array_equal(curve.val_loss, losses[::-1])


@given(LOSSES, st.booleans())
def test_what_keras_prints_comes_back_to_the_printed_digits(losses, headings):
    lines = []
    for number, loss in enumerate(losses, start=1):
        told = f"{loss:.4f}" if abs(loss) > 1e-3 else f"{loss:.4e}"
        lines += [f"Epoch {number}/{len(losses)}"] if headings else []
        lines.append(f"7/7 - 0s - 9ms/step - loss: {told} - mae: 1.0")
    curve = read_text("\n".join(lines))
    np.testing.assert_allclose(curve.loss, losses, rtol=1e-4, atol=1e-4)


@given(TEXT | st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_a_curve_or_one_sentence(text):
    try:
        curve = read_text(text)
    except InputError as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 300
        return
    assert isinstance(curve, Curve)
    assert len(curve.loss) == len(curve.epoch) >= 2
    assert (np.diff(curve.epoch) > 0).all() and curve.epoch[0] >= 0


@given(st.binary(max_size=300))
def test_any_file_is_a_curve_or_one_sentence(content):
    try:
        assert len(read_curve(content).loss) >= 2
    except InputError as error:
        assert "\n" not in str(error)


def test_a_csv_as_keras_logger_writes_it():
    file = io.StringIO()
    writer = csv.DictWriter(file, ["epoch", "loss", "val_loss", "learning_rate"])
    writer.writeheader()
    writer.writerow({"epoch": 0, "loss": 3.5, "val_loss": "nan", "learning_rate": 0.1})
    writer.writerow({"epoch": 1, "loss": "inf", "val_loss": "nan", "learning_rate": 0.1})
    curve = read_curve(file.getvalue().encode())
    np.testing.assert_array_equal(curve.loss, [3.5, INF])
    np.testing.assert_array_equal(curve.learning_rate, [0.1, 0.1])


@pytest.mark.parametrize("piece", [".", "loss=loss=", '"', "\x1b["])
def test_in_a_very_long_line_no_losses_are_looked_for(piece):
    """Looking for names in one would hold up everybody else on the server."""
    long = piece * (MAX_LINE // len(piece) + 1)
    with pytest.raises(InputError, match="must tell losses"):
        read_text(long * 10)
    curve = read_text(f"loss: 3.0\n{long} loss: 99\nloss: 2.0\n")
    np.testing.assert_array_equal(curve.loss, [3.0, 2.0])


def test_a_pasted_text_has_the_bound_of_a_file():
    with pytest.raises(InputError, match=r"at most 5,000,000 characters\. Received: 6,000,000"):
        read_text("loss: 1.0\n" * 600_000)
