import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.columns import warnings
from core.data.datasets import DATASETS, SAMPLE_DATA, find_dataset, load_table
from core.data.prepare import prepare
from core.data.profile import profile
from core.data.read import read_file
from core.data.sanitize import clean_names
from core.errors import InputError
from core.spec import DataSpec, ScalingSpec

NIST_LONGLEY = [
    -3482258.63459582,
    15.0618722713733,
    -0.358191792925910e-01,
    -2.02022980381683,
    -1.03322686717359,
    -0.511041056535807e-01,
    1829.15146461355,
]
README = (SAMPLE_DATA / "README.md").read_text(encoding="utf-8")

each_dataset = pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.key)
each_file = pytest.mark.parametrize("file", sorted(SAMPLE_DATA.glob("*.csv")), ids=lambda f: f.stem)


CONSTANT = {
    "constant-column": [
        "The feature is constant, so the bias already does the work: 'hundred'.",
    ]
}


@each_dataset
def test_describes_itself(dataset):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", dataset.key)
    for text in (dataset.title, dataset.description, dataset.source, dataset.licence):
        assert text.strip() == text != ""
    assert f"`{dataset.key}`" in README


@each_dataset
def test_holds_a_table_that_can_be_trained_on(dataset):
    table = dataset.load()
    assert len(table) >= 2
    assert dataset.target in profile(table).numeric
    assert list(table.columns) == clean_names(table.columns)
    data = DataSpec(source=dataset.key, target=dataset.target)
    assert warnings(table, data) == CONSTANT.get(dataset.key, [])
    prepared = prepare(table, data, ScalingSpec(features="standard", target="standard"), seed=0)
    assert np.isfinite(prepared.x_train).all()


@each_dataset
def test_builds_the_same_table_every_time(dataset):
    pd.testing.assert_frame_equal(dataset.build(), dataset.build())
    pd.testing.assert_frame_equal(dataset.load(), load_table(dataset.key))


@each_dataset
def test_callers_cannot_change_the_remembered_table(dataset):
    before = dataset.load().copy(deep=True)
    table = dataset.load()
    table.loc[0, dataset.target] = -1
    table["more"] = 0
    table.columns.name = "changed"
    table.pop(dataset.target)
    with pytest.raises(ValueError, match="read-only"):
        dataset.load()[dataset.target].to_numpy()[0] = -1
    pd.testing.assert_frame_equal(dataset.load(), before)


def test_keys_differ():
    assert len({dataset.key for dataset in DATASETS}) == len(DATASETS)


@each_file
def test_every_file_is_registered_and_documented(file):
    table = load_table(file.stem)
    row = next(line for line in README.splitlines() if line.startswith(f"| `{file.stem}`"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[2:5] == [
        str(len(table)),
        str(len(table.columns)),
        f"`{find_dataset(file.stem).target}`",
    ]
    assert all(cells)


@each_file
def test_every_file_reads_as_an_upload_too(file):
    table, own = read_file(file, file.name).table.to_pandas(), load_table(file.stem)
    trimmed = own.apply(lambda column: column.str.strip() if column.dtype == "str" else column)
    pd.testing.assert_frame_equal(table, trimmed)


def test_folder_stays_small():
    assert sum(file.stat().st_size for file in Path(SAMPLE_DATA).iterdir()) < 4_000_000


def test_registry_offers_what_lessons_need():
    tables = {dataset.key: dataset.load() for dataset in DATASETS}
    assert max(len(table) for table in tables.values()) > 10_000
    assert profile(tables["cars"]).missing == 14
    scales = tables["gapminder"].select_dtypes("number").drop(columns="lifeExp").std()
    assert scales.max() / scales.min() > 1e6
    assert "target" in tables["diabetes"]


def test_longley_gives_the_coefficients_nist_certifies():
    table = load_table("longley")
    y = table["TOTEMP"].to_numpy(float)
    x = np.column_stack([np.ones(len(table)), table.drop(columns="TOTEMP").to_numpy(float)])
    found, *_ = np.linalg.lstsq(x, y, rcond=None)
    np.testing.assert_allclose(found, NIST_LONGLEY, rtol=1e-7)


def test_computed_tables_are_the_textbook_ones():
    line = load_table("one-to-twenty")
    assert line["x"].tolist() == list(range(1, 21))
    assert line["y"].tolist() == [x / 2 for x in range(1, 21)]
    points = load_table("hundred-points")
    assert points["x"].tolist() == list(range(100))
    np.testing.assert_allclose(points["y"], 0.1 * points["x"] + 0.3)
    assert load_table("influential-point").to_dict("list") == {
        "x": [1, 2, 3, 4, 35],
        "y": [0, -1, -2, -3, -34],
    }
    two = load_table("two-features")
    noise = two["y"] - (10 + 9 * two["x1"] - 2 * two["x2"])
    assert 0.8 < noise.std() < 1.2


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("diabets", "Did you mean diabetes"),
        ("zzz", "Known: one-to-twenty,"),
        ("", "Known: one-to-twenty,"),
        ("../diabetes", "`data.source` must name a table"),
        ("synthetic:row=3", "Did you mean 'rows'"),
    ],
)
def test_unknown_source_is_one_clear_sentence(source, said):
    with pytest.raises(InputError, match=re.escape(said)):
        load_table(source)


def test_sources_carry_the_knobs():
    table = load_table("synthetic:rows=50,features=3")
    assert table.shape == (50, 4)
    pd.testing.assert_frame_equal(table, load_table("synthetic:features=3, rows=50"))
    assert load_table("synthetic:rows=60000,features=20").shape == (60_000, 21)
