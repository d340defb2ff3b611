"""Which knobs can be the two axes of a sweep."""

from core.spec import Spec
from core.sweep.knobs import KNOB_BY_PATH, second_axis_knobs


def paths_next_to(path: str, spec: Spec) -> set[str]:
    return {knob.path for knob in second_axis_knobs(KNOB_BY_PATH[path], spec)}


def test_an_optimizers_own_settings_and_the_optimizer_exclude_each_other():
    assert "optimizer.momentum" not in paths_next_to("optimizer.key", Spec())
    assert "optimizer.key" not in paths_next_to("optimizer.momentum", Spec())
    assert "optimizer.learning_rate" in paths_next_to("optimizer.key", Spec())
    assert "optimizer.key" in paths_next_to("optimizer.learning_rate", Spec())


def test_a_knob_is_not_next_to_itself_and_is_one_that_the_spec_has():
    paths = paths_next_to("training.seed", Spec())
    assert "training.seed" not in paths
    assert "optimizer.momentum" in paths
    assert "optimizer.rho" not in paths
