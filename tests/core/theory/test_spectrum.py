"""Curvatures, their directions' names, and the range test."""

import numpy as np
import pandas as pd
import pytest

from core.data.prepare import prepare
from core.spec import Spec
from core.theory.range_test import range_test
from core.theory.spectrum import spectrum_of
from tests.conftest import data_of


@pytest.mark.parametrize("use_bias", [True, False])
def test_eigenvalues_are_the_hessian_s(use_bias):
    data = data_of(Spec.of({"scaling": {"features": "standard"}}))
    spectrum = spectrum_of(data, use_bias)
    table = data.x_train.astype(float)
    if use_bias:
        table = np.hstack([table, np.ones((len(table), 1))])
    hessian = 2 / len(table) * table.T @ table
    np.testing.assert_allclose(spectrum.eigenvalues, np.linalg.eigvalsh(hessian)[::-1])
    for value, vector in zip(spectrum.eigenvalues, spectrum.eigenvectors, strict=True):
        np.testing.assert_allclose(hessian @ vector, value * vector, atol=1e-9)
    np.testing.assert_allclose(spectrum.shares.sum(axis=1), 1)
    assert spectrum_of(data, use_bias) is spectrum


def test_directions_are_named_after_their_features():
    spectrum = spectrum_of(data_of(Spec.of({"scaling": {"features": "standard"}})))
    assert spectrum.directions[-1] in ("s1 − s2", "s2 − s1", "s1 − s2 − s3", "s1 − s2 − s5")
    assert "bias" in spectrum.directions


def test_raw_scales_of_a_million_keep_their_small_curvatures():
    spectrum = spectrum_of(data_of(Spec.of({"data": {"source": "gapminder", "target": "lifeExp"}})))
    assert spectrum.directions[0] == "pop"
    assert spectrum.eigenvalues[-1] > 0


def test_of_one_hot_columns_the_weights_nearest_to_0_are_told_beside_exact_ones():
    city = np.arange(15) % 3
    columns = {f"city_{name}": (city == k).astype(float) for k, name in enumerate("ABC")}
    area = 40 + 13.0 * (np.arange(15) ** 2 % 17)
    price = 12_000 * area + np.array([2e5, 6e5, 1.1e6])[city]
    table = pd.DataFrame({"area": area, **columns, "price": price})
    spec = Spec().patched({"data": {"target": "price", "validation_fraction": 0.0}})
    spectrum = spectrum_of(prepare(table, spec.data, spec.scaling, 0))
    a = np.c_[area, *columns.values(), np.ones(15)]
    nearest = np.linalg.lstsq(a, price, rcond=1e-14)[0]
    np.testing.assert_allclose(spectrum.nearest_weights, nearest, rtol=1e-6)
    np.testing.assert_allclose(a @ spectrum.best_weights, price, rtol=1e-6)
    assert np.abs(spectrum.best_weights).max() > 1.1 * np.abs(nearest).max()


def test_components_are_the_excess_over_the_optimum():
    data = data_of(Spec())
    spectrum = spectrum_of(data)
    weights = np.linspace(-1, 1, 11)
    scale = 1 / len(data.x_train)
    excess = spectrum.triangle.sum_of_squares(weights) - spectrum.triangle.sum_of_squares(
        spectrum.best_weights
    )
    assert np.sum(spectrum.components(weights, scale) ** 2) == pytest.approx(excess * scale)


@pytest.mark.parametrize("batch_size", [None, 32])
def test_range_test_falls_and_then_rises(batch_size):
    spec = Spec.of({"scaling": {"features": "standard"}, "training": {"batch_size": batch_size}})
    seen = range_test(spec, data_of(spec))
    assert seen is not None
    lowest = int(np.argmin(seen.losses))
    assert 0 < lowest < len(seen.losses) - 1
    critical = 2 / spectrum_of(data_of(spec)).eigenvalues[0]
    assert 0.05 * critical < seen.learning_rates[lowest] < 10 * critical
    assert seen.suggested == pytest.approx(seen.learning_rates[lowest] / 10)


def test_range_test_needs_a_linear_activation():
    spec = Spec.of({"model": {"activation": "tanh"}})
    assert range_test(spec, data_of(spec)) is None
