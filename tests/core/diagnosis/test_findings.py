"""What findings say of runs, to the word and the number."""

from core.diagnosis.finding import Fact, Finding
from core.lessons import LESSON_BY_KEY
from core.spec import Spec
from core.theory.predict import predict
from tests.conftest import data_of
from tests.core.diagnosis.runs import diagnosis_of

NOISY = Spec().patched(
    {
        "data": {"source": "synthetic:rows=200,features=4,noise=2", "target": "y"},
        "scaling": {"features": "standard"},
        "training": {"epochs": 40},
    }
)


def first_at(spec: Spec, share: float) -> Finding:
    """The first finding at this share of the critical learning rate."""
    critical = predict(spec, data_of(spec)).critical_learning_rate
    assert critical is not None
    patch = {"optimizer": {"learning_rate": share * critical}}
    return diagnosis_of(spec.patched(patch)).findings[0]


def test_a_rate_just_below_the_limit_jumps_at_every_step_of_the_whole_table():
    found = first_at(LESSON_BY_KEY["loss-goes-up"].spec, 0.99)
    assert (found.cause, found.severity) == ("learning-rate-above-critical", "warning")
    assert found.summary == (
        "The learning rate 0.00686 is 0.99 × the largest stable one, 0.00693: too near to it for "
        "the loss to settle, so it jumps across the valley at every step."
    )


def test_batches_do_not_settle_at_half_the_limit():
    found = first_at(NOISY, 0.5)
    assert (found.cause, found.severity) == ("learning-rate-above-critical", "warning")
    assert found.summary.endswith("so it jumps across the valley with batches of 32 rows.")


def test_evidence_is_read_by_somebody_who_does_not_know_what_was_measured():
    bare = Fact("learning rate", 0.012, 0.00693, "0.012 against 0.00693")
    assert bare.named == "learning rate: 0.012 against 0.00693"
    assert Fact("row", 17, None, "row 17 of the table").named == "row 17 of the table"
