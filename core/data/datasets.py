"""The registry of sample tables, in teaching order, and loading of samples by their source."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

import numpy as np
import pandas as pd

from ..cache import cached
from ..errors import InputError
from ..package import SAMPLE_DATA
from ..points import KEY as POINTS
from ..points import SOME_POINTS, is_points, points_of
from . import synthetic
from .synthetic import Synthetic

COMPUTED = "computed by this app, exactly as described"
NO_LICENCE = "none needed: numbers from a formula"
COPY_ON_WRITE = int(pd.__version__.partition(".")[0]) >= 3  # a shallow copy changes on its own


@dataclass(frozen=True)
class Dataset:
    """A sample table with its description.

    Attributes:
        key: Its name in specs and links.
        title: Its name in menus.
        description: Why a learner would pick it.
        target: The column to predict.
        source: Where the table comes from.
        licence: The terms of use that the source states.
        build: Computes or reads the table; call `load`, which caches it.
    """

    key: str
    title: str
    description: str
    target: str
    source: str
    licence: str
    build: Callable[[], pd.DataFrame]

    def load(self) -> pd.DataFrame:
        """The cached table, as a shallow copy: new columns do not reach other callers."""
        return _copy(_built(self.build))


def _copy(table: pd.DataFrame) -> pd.DataFrame:
    return table.copy(deep=not COPY_ON_WRITE)


@cache
def _built(build: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return build()


@cached
def _generate(source: str) -> pd.DataFrame:
    return Synthetic.from_source(source).generate()


def load_table(source: str) -> pd.DataFrame:
    """The table behind a source: a dataset's key, `synthetic:` with knobs, `points:` with points.

    Raises:
        InputError: For a source that is none of these, invalid knobs or points.
    """
    if is_points(source):
        return _drawn(source)
    if source.partition(":")[0] == synthetic.KEY:
        return _copy(_generate(Synthetic.from_source(source).to_source()))
    return find_dataset(source).load()


def find_dataset(key: str) -> Dataset:
    """The registered dataset of that key.

    Raises:
        InputError: For an unknown key; names similar ones, or all.
    """
    known = {dataset.key: dataset for dataset in DATASETS}
    if key in known:
        return known[key]
    near = get_close_matches(key, known, n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(known)}."
    raise InputError(f"`data.source` must name a table. Received: {key!r}. {hint}")


def _drawn(source: str) -> pd.DataFrame:
    try:
        return pd.DataFrame(points_of(source), columns=["x", "y"])
    except ValueError as error:
        raise InputError(str(error)) from error


def _file(key: str, dates: tuple[str, ...] = ()) -> Callable[[], pd.DataFrame]:
    return lambda: pd.read_csv(SAMPLE_DATA / f"{key}.csv", parse_dates=list(dates))


def _one_to_twenty() -> pd.DataFrame:
    x = np.arange(1, 21)
    return pd.DataFrame({"x": x, "y": x / 2})


def _hundred_points() -> pd.DataFrame:
    x = np.arange(100)
    return pd.DataFrame({"x": x, "y": 0.1 * x + 0.3})


def _influential_point() -> pd.DataFrame:
    x = np.array([1, 2, 3, 4, 35])
    return pd.DataFrame({"x": x, "y": 1 - x})


def _two_features() -> pd.DataFrame:
    random = np.random.default_rng(0)
    x1, x2, noise = random.standard_normal((3, 100))
    return pd.DataFrame({"x1": x1, "x2": x2, "y": 10 + 9 * x1 - 2 * x2 + noise})


def _constant_column() -> pd.DataFrame:
    table = _two_features()
    table.insert(2, "hundred", 100)
    return table


def _near_twins() -> pd.DataFrame:
    x, difference, other, noise = np.random.default_rng(1).standard_normal((4, 200))
    twin = x + 0.02 * difference
    y = 3 * difference + other + 0.1 * noise
    return pd.DataFrame({"first": x, "second": twin, "other": other, "y": y})


DATASETS: tuple[Dataset, ...] = (
    Dataset(
        "one-to-twenty",
        "One to twenty",
        "Twenty points exactly on y = x/2. The smallest table whose loss explodes at a rate that "
        "looks modest.",
        "y",
        COMPUTED,
        NO_LICENCE,
        _one_to_twenty,
    ),
    Dataset(
        "hundred-points",
        "A hundred points",
        "x from 0 to 99 and y = 0.1x + 0.3: the straight line on which a learner of 2016 got NaN "
        "for weight and bias, and reported it to TensorFlow.",
        "y",
        "the numbers of github.com/tensorflow/tensorflow/issues/3148",
        NO_LICENCE,
        _hundred_points,
    ),
    Dataset(
        "influential-point",
        "One influential point",
        "Five points on y = 1 - x, one of them far away. That single row decides which learning "
        "rates are stable.",
        "y",
        "the numbers of github.com/tensorflow/tensorflow/issues/12030",
        NO_LICENCE,
        _influential_point,
    ),
    Dataset(
        "two-features",
        "Two features, same scale",
        "y = 10 + 9·x1 - 2·x2 plus noise of standard deviation 1, both features standard normal. "
        "The healthy case to compare others with.",
        "y",
        COMPUTED,
        NO_LICENCE,
        _two_features,
    ),
    Dataset(
        "constant-column",
        "A column that never changes",
        "The same two features beside a column of hundreds: it tells nothing, and yet it makes the "
        "loss steep enough to explode.",
        "y",
        COMPUTED,
        NO_LICENCE,
        _constant_column,
    ),
    Dataset(
        "near-twins",
        "Near twins",
        "Two columns that nearly repeat each other, and a target that hangs on the small "
        "difference between them: the loss falls fast at first, and then hardly.",
        "y",
        COMPUTED,
        NO_LICENCE,
        _near_twins,
    ),
    Dataset(
        "engel",
        "Income and food, 1857",
        "One feature in raw francs, from 377 to 4,958. Real data with a single weight, where the "
        "scale alone makes the usual learning rates diverge.",
        "foodexp",
        "statsmodels 0.15.0, `engel`: Engel (1857) by way of Koenker and Bassett (1982)",
        "public domain, as statsmodels states",
        _file("engel"),
    ),
    Dataset(
        "stackloss",
        "Stack loss",
        "21 days of an ammonia plant, three features: small enough to follow every row.",
        "STACKLOSS",
        "statsmodels 0.15.0, `stackloss`: Brownlee (1965)",
        "public domain, as statsmodels states",
        _file("stackloss"),
    ),
    Dataset(
        "diabetes",
        "Diabetes progression",
        "Ten measurements of 442 patients in their raw units, before any scaling. The "
        "classic regression table: learning rates that suit it scaled make it diverge raw.",
        "target",
        "scikit-learn 1.9.1, `load_diabetes(scaled=False)`: Efron et al. (2004)",
        "shipped in scikit-learn (BSD 3-Clause), which names no separate licence for the table",
        _file("diabetes"),
    ),
    Dataset(
        "cars",
        "Cars, 1970 to 1982",
        "Fuel economy of 406 cars, with real missing values: 8 in the target, 6 in the "
        "horsepower. Keep them and the loss becomes NaN.",
        "Miles_per_Gallon",
        "vega_datasets 0.9.0, `cars`: Donoho and Ramos (1982)",
        "shipped in vega_datasets (MIT), which names no separate licence for the table",
        _file("cars"),
    ),
    Dataset(
        "gapminder",
        "Life expectancy by country",
        "Population in people beside the year: the features' scales differ a million-fold, and no "
        "learning rate suits both.",
        "lifeExp",
        "plotly 7.1.0, `plotly.data.gapminder`: gapminder.org",
        "shipped in plotly (MIT), which names no separate licence for the table",
        _file("gapminder"),
    ),
    Dataset(
        "statecrime",
        "Crime by state, 2009",
        "51 rows, one of them (the District of Columbia) far from the rest: an influential row "
        "in real data.",
        "murder",
        "statsmodels 0.15.0, `statecrime`: American Statistical Abstracts",
        "public domain, as statsmodels states",
        _file("statecrime"),
    ),
    Dataset(
        "seattle-weather",
        "Seattle weather, 2012 to 2015",
        "Four years of daily weather. Rain hardly follows from the other columns, so even the best "
        "line leaves a large loss.",
        "precipitation",
        "vega_datasets 0.9.0, `seattle-weather`: NOAA",
        "public domain (NOAA), as vega_datasets states",
        _file("seattle-weather", ("date",)),
    ),
    Dataset(
        "longley",
        "Longley's economy, 1947 to 1962",
        "16 years, six features that almost repeat each other: the certified stress test of "
        "least-squares programs.",
        "TOTEMP",
        "statsmodels 0.15.0, `longley`: Longley (1967); certified coefficients by NIST",
        "public domain, as statsmodels states",
        _file("longley"),
    ),
    Dataset(
        "randhie",
        "Visits to the doctor",
        "20,190 rows: one epoch is hundreds of updates, so a loss can be gone before the "
        "first epoch ends.",
        "mdvis",
        "statsmodels 0.15.0, `randhie`: RAND Health Insurance Experiment",
        "public domain, as statsmodels states",
        _file("randhie"),
    ),
    Dataset(
        POINTS,
        "Your own points",
        "Points that you draw: pull one far out and see what becomes of the largest stable rate.",
        "y",
        COMPUTED,
        NO_LICENCE,
        lambda: _drawn(f"{POINTS}:{SOME_POINTS}"),
    ),
    Dataset(
        synthetic.KEY,
        "Made to order",
        "A linear table with the scales, correlations, noise and outliers of your choice.",
        "y",
        COMPUTED,
        NO_LICENCE,
        lambda: _generate(synthetic.KEY),
    ),
)
