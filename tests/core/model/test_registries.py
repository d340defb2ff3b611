"""Every registered item × every contract check."""

import keras
import numpy as np
import pytest

from core.bugs import BUGS
from core.choice import Choice
from core.model.activations import ACTIVATIONS
from core.model.initializers import INITIALIZERS
from core.model.losses import LOSSES
from core.model.optimizers import OPTIMIZERS
from core.model.schedules import SCHEDULES
from core.spec import Spec
from core.theory.optimum import row_losses
from core.training.build import make_loss

SECTIONS = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "loss": LOSSES, "bug": BUGS}
ITEMS = [(section, item) for section, items in SECTIONS.items() for item in items]


@pytest.mark.parametrize(("section", "item"), ITEMS, ids=str)
class TestItem:
    def test_has_a_title_a_purpose_and_a_key(self, section: str, item: type[Choice]):
        assert item.title
        assert item.purpose.endswith(".")
        assert item.name() == item().key

    def test_explains_every_parameter(self, section: str, item: type[Choice]):
        assert all(item.model_fields[name].description for name in item.parameters())

    def test_has_a_formula_or_is_a_bug(self, section: str, item: type[Choice]):
        assert item.formula or section == "bug"

    def test_travels_as_json(self, section: str, item: type[Choice]):
        spec = Spec().patched({section: {"key": item.name()}})
        assert Spec.from_json(spec.model_dump_json()) == spec
        assert type(getattr(spec, section)) is item


@pytest.mark.parametrize("item", OPTIMIZERS, ids=lambda item: item.name())
def test_optimizer_is_keras_own(item):
    made = getattr(keras.optimizers, item.keras_name)(**item().arguments())
    config, ours = made.get_config(), item().arguments()
    assert {name: config[name] for name in ours} == pytest.approx(ours)


@pytest.mark.parametrize("item", OPTIMIZERS, ids=lambda item: item.name())
def test_optimizer_has_keras_defaults(item):
    theirs = getattr(keras.optimizers, item.keras_name)().get_config()
    ours = item().arguments()
    ours.pop("learning_rate")  # one start for all, so that changing the optimizer changes only it
    assert {name: theirs[name] for name in ours} == ours


@pytest.mark.parametrize("item", LOSSES, ids=lambda item: item.name())
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_loss_is_keras_own_or_a_loss_as_keras_wants_one(item, reduction):
    made = make_loss(Spec(loss=item(reduction=reduction)))
    assert isinstance(made, keras.losses.Loss)
    assert type(made).__name__ == item.__name__
    assert bool(item.keras_name) == hasattr(keras.losses, item.__name__)


@pytest.mark.parametrize("item", LOSSES, ids=lambda item: item.name())
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_formula_of_a_row_is_what_keras_computes(item, reduction):
    loss = item(reduction=reduction)
    targets, outputs = np.array([[0.5], [-2.0], [3.0]]), np.array([[0.0], [1.0], [2.9]])
    told = float(make_loss(Spec(loss=loss))(targets, outputs))
    rows = row_losses(loss, outputs - targets)
    assert told == pytest.approx(rows.mean() if reduction == "mean" else rows.sum(), rel=1e-6)


def test_initializers_and_activations_are_keras_own():
    assert all(keras.initializers.get(name) for name in INITIALIZERS)
    assert all(keras.activations.get(name) for name in ACTIVATIONS)
