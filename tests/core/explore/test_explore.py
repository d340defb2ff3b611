"""What is said of a table, against statsmodels, pandas and the theory of the run itself."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.outliers_influence import variance_inflation_factor

from core.charts.chart import to_json
from core.charts.data import against_target, correlation, distribution, pair, rates, rows, scales
from core.data.prepare import Prepared, prepare
from core.data.profile import profile
from core.data.uploads import find_table
from core.explore import folded
from core.explore.exploration import Exploration, explore
from core.explore.subsample import MAX_DRAWN, subsample
from core.spec import Spec
from core.theory.limits import critical_learning_rate
from core.theory.spectrum import spectrum_of

TABLES = {
    "diabetes": "target",
    "stackloss": "STACKLOSS",
    "cars": "Miles_per_Gallon",
    "two-features": "y",
}


def looked_at(table: pd.DataFrame, target: str, **data) -> tuple[Spec, Prepared, Exploration]:
    spec = Spec.of({"data": {"source": "upload", "target": target, **data}})
    prepared = prepare(table, spec.data, spec.scaling, spec.training.seed)
    return spec, prepared, explore(spec, prepared, len(table))


@pytest.mark.parametrize("source", TABLES)
def test_influence_and_collinearity_are_those_of_statsmodels(source):
    _, data, found = looked_at(find_table(source), TABLES[source])
    table = sm.add_constant(data.x_raw_train)
    oracle = sm.OLS(data.y_raw_train[:, 0], table).fit().get_influence()
    np.testing.assert_allclose(found.influence.leverage, oracle.hat_matrix_diag, atol=1e-9)
    np.testing.assert_allclose(found.influence.distance, oracle.cooks_distance[0], atol=1e-9)
    residual = oracle.resid_studentized_internal
    np.testing.assert_allclose(found.influence.residual, residual, atol=1e-8)
    inflation = [variance_inflation_factor(table, j) for j in range(1, table.shape[1])]
    np.testing.assert_allclose(found.collinearity.inflation, inflation, rtol=1e-7)
    assert found.influence.rows.tolist() == (data.train_rows + 1).tolist()


@pytest.mark.parametrize("source", TABLES)
def test_correlations_and_lines_are_those_of_pandas(source):
    _, data, found = looked_at(find_table(source), TABLES[source])
    table = pd.DataFrame(np.hstack([data.x_raw_train, data.y_raw_train]), columns=found.names)
    np.testing.assert_allclose(found.correlation, table.corr(), atol=1e-12)
    for name, (slope, start, _) in found.lines.items():
        expected = np.polyfit(table[name], table[data.target], 1)
        np.testing.assert_allclose([slope, start], expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("source", TABLES)
def test_the_rates_are_those_that_the_run_itself_would_have(source):
    table = find_table(source)
    spec, _, found = looked_at(table, TABLES[source])
    for rate in found.rates:
        scaled = spec.patched({"scaling": {"features": rate.scaling}})
        own = spectrum_of(prepare(table, scaled.data, scaled.scaling, spec.training.seed))
        expected = critical_learning_rate(float(own.eigenvalues[0]))
        assert rate.critical_learning_rate == pytest.approx(expected, rel=1e-5)


def test_features_that_repeat_each_other_have_no_finite_inflation():
    x = np.random.default_rng(0).normal(size=(50, 2))
    table = pd.DataFrame({"a": x[:, 0], "b": 2 * x[:, 0] + 1, "c": x[:, 1], "d": 7.0, "y": x[:, 1]})
    _, _, found = looked_at(table, "y")
    a, b, c, d = found.collinearity.inflation
    assert a == b == found.collinearity.condition_number == np.inf
    assert 1 <= c < 1.5
    assert np.isnan(d)


def test_a_row_that_the_line_must_pass_through_comes_first():
    table = pd.DataFrame({"x": [0.0] * 9 + [5.0], "z": range(10), "y": np.arange(10.0) ** 2})
    _, _, found = looked_at(table, "y", validation_fraction=0)
    assert found.influence.rows[found.influence.top(1)[0]] == 10
    assert np.isnan(found.influence.distance[9])


@given(st.integers(2, 30), st.integers(1, 5), st.integers(0, 1000))
@settings(max_examples=40)
def test_leverages_sum_up_to_the_rank(n, d, seed):
    values = np.random.default_rng(seed).normal(size=(n, d + 1)) * 10.0 ** np.arange(d + 1)
    table = pd.DataFrame(values, columns=[*(f"x{j}" for j in range(d)), "y"])
    _, _, found = looked_at(table, "y", validation_fraction=0)
    assert found.influence.leverage.sum() == pytest.approx(found.influence.rank, rel=1e-6)
    assert found.influence.rank == min(n, d + 1)


def test_values_that_are_not_finite_leave_out_what_needs_them():
    table = find_table("stackloss").astype(float)
    table.iloc[3, 1] = np.nan
    _, _, found = looked_at(table, "STACKLOSS", missing="keep")
    assert found.influence is found.collinearity is None
    assert found.rates == ()


def test_drawn_rows_are_few_the_same_and_never_without_the_influential():
    always = np.array([5, 999_999])
    drawn = subsample(1_000_000, always)
    assert len(drawn) <= MAX_DRAWN + 2
    assert set(always) <= set(drawn.tolist())
    assert drawn.tolist() == subsample(1_000_000, always).tolist()
    assert subsample(7, always[:0]).tolist() == list(range(7))


def test_of_many_rows_a_subsample_is_drawn_and_all_are_counted():
    values = np.random.default_rng(0).normal(size=(3 * MAX_DRAWN, 3))
    table = pd.DataFrame(values, columns=["a", "b", "y"])
    _, data, found = looked_at(table, "y")
    assert len(found.rows) == len(found.influence.rows) < MAX_DRAWN + 51 < found.trained
    np.testing.assert_array_equal(found.values("b"), table["b"].to_numpy()[found.rows - 1])
    oracle = sm.OLS(data.y_raw_train, sm.add_constant(data.x_raw_train)).fit().get_influence()
    most = np.argsort(-oracle.cooks_distance[0], kind="stable")[:12]
    drawn = found.influence
    assert drawn.rows[drawn.top(12)].tolist() == (data.train_rows[most] + 1).tolist()
    assert drawn.limit == pytest.approx(2 * 3 / found.trained)
    assert [found.trains_on(row + 1) for row in data.val_rows[:9]] == [False] * 9
    assert not found.trains_on(len(table) + 1)
    assert found.trains_on(int(found.rows[0]))


def figures(table: pd.DataFrame, found: Exploration, row: int | None):
    profiled, target, names = profile(table), found.target, list(found.names)
    features = {name: found.values(name) for name in found.features}
    yield scales.draw(profiled, list(profiled.numeric), names[0])
    yield from (distribution.draw(column, 1.0) for column in profiled.columns)
    yield correlation.draw(names, found.correlation, (names[0], target))
    yield against_target.draw(
        features, found.values(target), found.rows, found.lines, names[0], row
    )
    yield pair.draw(
        (names[0], target), found.values(names[0]), found.values(target), found.rows, row
    )
    if found.influence:
        yield rows.draw(found.influence, row)
        yield rates.draw(found.rates, 0.01)


@pytest.mark.parametrize("source", ["diabetes", "seattle-weather", "gapminder", "longley"])
def test_every_figure_can_be_drawn_of_every_table(source):
    table = find_table(source)
    _, _, found = looked_at(table, list(profile(table).numeric)[-1])
    drawn = [to_json(figure) for figure in figures(table, found, int(found.rows[0]))]
    assert all(figure["data"] for figure in drawn)
    for figure in drawn:
        assert figure["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"


def test_a_picked_row_is_ringed_in_every_chart_of_rows():
    table = find_table("diabetes")
    _, _, found = looked_at(table, "target")
    row = int(found.rows[3])
    for picked in (row, None):
        for figure in list(figures(table, found, picked))[-4:-1]:
            markers = [trace.get("marker", {}) for trace in figure.to_dict()["data"]]
            symbols = [marker.get("symbol") for marker in markers]
            assert ("circle-open" in symbols) is (picked is not None)


def test_charts_of_constant_and_huge_columns_are_drawn():
    table = pd.DataFrame({"a": [7.0] * 6, "b": [1e300, -1e300, 1e-300, 0, 1, 2], "y": range(6)})
    _, _, found = looked_at(table, "y")
    assert [to_json(figure) for figure in figures(table, found, None)]


def test_what_is_cubic_in_the_features_is_left_out_where_there_are_many(monkeypatch):
    monkeypatch.setattr(folded, "MOST_FEATURES_AT_ONCE", 1)
    _, data, found = looked_at(find_table("two-features"), "y")
    assert found.influence is found.collinearity is None
    assert found.rates == ()
    assert found.lines.keys() == set(data.features)
    assert found.correlation.shape == (3, 3)
