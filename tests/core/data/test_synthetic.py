import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.synthetic import Synthetic
from core.errors import InputError

knobs = st.builds(
    Synthetic,
    rows=st.integers(2, 60),
    features=st.integers(1, 12),
    scale_spread=st.floats(1, 1e6),
    condition_number=st.floats(1, 1e6),
    noise=st.floats(0, 10),
    outliers=st.floats(0, 0.5),
    seed=st.integers(0, 2**32 - 1),
)


def features_of(table: pd.DataFrame) -> np.ndarray:
    return table.drop(columns="y").to_numpy()


@given(knobs)
def test_source_survives_the_round_trip(synthetic):
    assert Synthetic.from_source(synthetic.to_source()) == synthetic


@given(knobs)
@settings(max_examples=50)
def test_any_knobs_give_that_table_again_and_again(synthetic):
    table = synthetic.generate()
    assert list(table.columns) == [*(f"x{j}" for j in range(1, synthetic.features + 1)), "y"]
    assert len(table) == synthetic.rows
    assert np.isfinite(table.to_numpy()).all()
    pd.testing.assert_frame_equal(table, synthetic.generate())


def test_seed_changes_the_numbers():
    assert not Synthetic(seed=1).generate().equals(Synthetic(seed=2).generate())


@pytest.mark.parametrize("condition_number", [1, 10, 1e4, 1e8])
@pytest.mark.parametrize("features", [2, 5, 40])
def test_condition_number_is_exact(features, condition_number):
    synthetic = Synthetic(features=features, condition_number=condition_number, scale_spread=1e3)
    x = features_of(synthetic.generate())
    standardized = (x - x.mean(axis=0)) / x.std(axis=0)
    singular = np.linalg.svd(standardized, compute_uv=False)
    assert (singular[0] / singular[-1]) ** 2 == pytest.approx(condition_number, rel=1e-5)


@pytest.mark.parametrize("spread", [1, 100, 1e9])
def test_scale_spread_is_exact_and_evenly_spaced(spread):
    scales = features_of(Synthetic(features=4, scale_spread=spread).generate()).std(axis=0)
    assert scales[-1] / scales[0] == pytest.approx(spread)
    np.testing.assert_allclose(scales[1:] / scales[:-1], spread ** (1 / 3))


def test_one_feature_has_neither_spread_nor_correlation():
    x = features_of(Synthetic(features=1, scale_spread=1e6, condition_number=1e6).generate())
    assert x.std() == pytest.approx(1)


@pytest.mark.parametrize("noise", [0, 0.5, 3])
def test_noise_is_relative_to_the_signal(noise):
    table = Synthetic(rows=20_000, features=3, noise=noise).generate()
    x = np.column_stack([np.ones(len(table)), features_of(table)])
    weights, *_ = np.linalg.lstsq(x, table["y"].to_numpy(), rcond=None)
    signal = x @ weights
    assert signal.std() == pytest.approx(1, rel=0.05)
    assert (table["y"] - signal).std() == pytest.approx(noise, rel=0.05, abs=1e-9)


@pytest.mark.parametrize(("share", "moved"), [(0, 0), (0.001, 1), (0.1, 20), (0.5, 100)])
def test_outliers_are_that_share_of_rows_and_stay_on_the_line(share, moved):
    calm = Synthetic(noise=0, features=3).generate()
    far = Synthetic(noise=0, features=3, outliers=share).generate()
    distances = np.linalg.norm(features_of(far), axis=1) / np.linalg.norm(features_of(calm), axis=1)
    np.testing.assert_allclose(np.sort(distances)[: 200 - moved], 1)
    np.testing.assert_allclose(np.sort(distances)[200 - moved :], 20)
    x = np.column_stack([np.ones(len(far)), features_of(far)])
    weights, *_ = np.linalg.lstsq(x, far["y"].to_numpy(), rcond=None)
    np.testing.assert_allclose(x @ weights, far["y"], atol=1e-9)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("diabetes", "must start with 'synthetic'"),
        ("synthetic:rows", "name=value"),
        ("synthetic:rows=2,rows=3", "once"),
        ("synthetic:colour=2", "Known knobs: rows"),
        ("synthetic:rows=1", "`rows` must be >= 2. Received: '1'."),
        ("synthetic:rows=many", "`rows`"),
        ("synthetic:rows=", "`rows`"),
        ("synthetic:noise=nan", "`noise`"),
        ("synthetic:scale_spread=0.5", "`scale_spread` must be >= 1"),
        ("synthetic:outliers=0.6", "`outliers` must be <= 0.5"),
        ("synthetic:rows=1000000,features=500", "`rows` times `features` must be <= 20,000,000"),
    ],
)
def test_bad_knobs_are_one_clear_sentence(source, said):
    with pytest.raises(InputError) as error:
        Synthetic.from_source(source)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@given(st.text(max_size=40))
def test_any_text_behind_the_colon_is_knobs_or_an_input_error(text):
    try:
        synthetic = Synthetic.from_source(f"synthetic:{text}")
    except InputError:
        return
    assert Synthetic.from_source(synthetic.to_source()) == synthetic


def test_defaults_write_nothing():
    assert Synthetic().to_source() == "synthetic"
    assert Synthetic(rows=300, noise=0.5).to_source() == "synthetic:rows=300,noise=0.5"


def test_every_knob_is_described_and_bounded():
    schema = Synthetic.model_json_schema()["properties"]
    for knob in schema.values():
        assert {"default", "minimum", "maximum", "description"} <= knob.keys()


def test_twenty_million_cells_are_the_most():
    assert Synthetic(rows=40_000, features=500).rows == 40_000
    with pytest.raises(ValueError, match="must be <= 20,000,000"):
        Synthetic(rows=40_001, features=500)


def test_a_seed_is_any_number_of_32_bits():
    assert Synthetic(seed=2**32 - 1).generate().notna().all(axis=None)
    with pytest.raises(ValueError, match="seed"):
        Synthetic(seed=2**32)
