"""A checkpoint: the text that stands in databases since before, and a value that stays as it is."""

from itertools import chain

import numpy as np

from core.spec import Spec
from core.training.checkpoint import Checkpoint
from core.training.thinning import Thinning
from core.training.trainer import Pace, turns
from tests.conftest import data_of

SPEC = Spec().patched({"scaling": {"features": "standard"}, "training": {"epochs": 12}})
EPOCH = {"event": "epoch_ended", "epoch": 3, "full_loss": 2.5}
STORED = (
    b'{"taken":36,"full_loss":"inf","seconds":1.25,'
    b'"state":[["<f4",[2,1],"AACAPwAAAMA="],["<i8",[],"JAAAAAAAAAA="]],'
    b'"rates":{"best":"inf","wait":2.0},'
    b'"thinning":[[{"event":"epoch_ended","epoch":3,"full_loss":2.5}],[]]}'
)


def stepped(pace: Pace) -> list[tuple[bytes, int, int]]:
    """Of each turn: its checkpoint, steps taken, steps of an epoch."""
    return [
        (pace.checkpoint, pace.taken, pace.steps_per_epoch)
        for _ in turns(SPEC, data_of(SPEC), pace)
    ][1:]


def test_the_stored_text_is_read_and_written_as_before():
    checkpoint = Checkpoint.from_bytes(STORED)
    assert (checkpoint.taken, checkpoint.full_loss, checkpoint.seconds) == (36, np.inf, 1.25)
    kernel, iterations = checkpoint.state
    np.testing.assert_array_equal(kernel, np.array([[1.0], [-2.0]], np.float32))
    assert (kernel.dtype, iterations.dtype, int(iterations)) == (np.float32, np.int64, 36)
    assert checkpoint.rates == {"best": np.inf, "wait": 2.0}
    assert checkpoint.thinning == [[EPOCH], []]
    assert checkpoint.to_bytes() == STORED


def test_a_checkpoint_is_made_at_an_epochs_end_only_and_only_if_asked_for():
    seen = stepped(Pace(steps=5, keep=True))
    made = [text for text, _, _ in seen if text]
    ended = [taken and taken % each == 0 for _, taken, each in seen]
    assert [bool(text) for text, _, _ in seen[:-2]] == ended[:-2]
    assert len(made) == SPEC.training.epochs - 1  # none behind the run's end
    assert not any(text for text, _, _ in stepped(Pace(steps=5)))


def test_a_run_that_continues_counts_the_time_it_had_taken():
    text = next(text for text, _, _ in stepped(Pace(keep=True)) if text)
    known = Checkpoint.from_bytes(text)
    late = Checkpoint(
        known.taken, known.full_loss, 1000.0, known.state, known.rates, known.thinning
    )
    rest = list(chain.from_iterable(turns(SPEC, data_of(SPEC), Pace(checkpoint=late.to_bytes()))))
    assert 1000 <= rest[-1]["seconds"] < 1100
    assert rest[0]["event"] != "run_started"


def test_a_checkpoint_stays_as_it_is_while_its_run_continues():
    thinning = Thinning(10_000)
    thinning.pass_on(EPOCH)
    held = thinning.held
    thinning.pass_on(EPOCH | {"epoch": 4})
    assert held == [[EPOCH], [EPOCH]]
    thinning.held = held
    thinning.pass_on(EPOCH | {"epoch": 4})
    assert held == [[EPOCH], [EPOCH]]
