"""Tables as people bring them: made columns in raw units, and small stories from courses."""

from collections.abc import Callable

import numpy as np
import pandas as pd

FEATURES = (  # what people's columns are: name, lowest, highest, whole numbers
    ("year", 1990, 2023, True),
    ("area", 500, 4000, True),
    ("income", 2e4, 2e5, False),
    ("temperature", -10, 35, False),
    ("x", 1, 20, True),
    ("age", 18, 70, True),
    ("dose", 0, 1, False),
    ("mileage", 0, 2e5, True),
    ("rating", 1, 5, False),
    ("hours", 0, 12, False),
    ("rooms", 1, 8, True),
    ("pressure", 980, 1040, False),
    ("population", 1e4, 5e6, True),
    ("share", 0.2, 0.4, False),
)
TARGETS = (("price", 3e5), ("salary", 6e4), ("score", 50.0), ("y", 5.0), ("yield", 0.6))


def table_of(random: np.random.Generator, features: int | None = None) -> pd.DataFrame:
    """A small table in raw units: of made columns or of a story; its target is the last column.

    Args:
        random: What decides.
        features: How many, of made columns; None for any table.
    """
    if features is None and random.random() < 0.4:
        return STORIES[int(random.integers(len(STORIES)))](random)
    return _made(random, features)


def _made(random: np.random.Generator, features: int | None) -> pd.DataFrame:
    """Columns in raw units, often far from 0 against their spread, and a target linear in them."""
    rows = int(random.integers(3, 51))
    count = features or int(random.integers(1, min(5, max(2, rows // 3)) + 1))
    columns = {}
    for index in random.choice(len(FEATURES), count, replace=False):
        name, low, high, whole = FEATURES[index]
        centre = random.uniform(low, high)
        spread = (high - low) * float(random.choice([0.05, 0.3, 1.0]))
        values = np.clip(centre + spread * (random.random(rows) - 0.5), low, high)
        columns[name] = np.round(values) if whole else np.round(values, 4)
    table = pd.DataFrame(columns)
    if not (table.std() > 0).any():
        return _made(random, features)  # nobody asks about a table in which nothing varies
    z = (table - table.mean()) / table.std().replace(0, 1)
    name, size = TARGETS[int(random.integers(len(TARGETS)))]
    signal = z.to_numpy() @ random.normal(size=count)
    signal += float(random.uniform(0.02, 0.3)) * signal.std() * random.normal(size=rows)
    table[name] = size + 0.3 * size / max(float(signal.std()), 1e-9) * signal
    return table


def study_hours(random: np.random.Generator) -> pd.DataFrame:
    """Hours of study and marks, as in the first exercise of many a course."""
    rows = int(random.integers(8, 31))
    hours = np.sort(np.round(random.uniform(0.5, 10, rows), 1))
    score = 30 + random.uniform(4, 7) * hours + random.normal(0, 4, rows)
    return pd.DataFrame({"hours": hours, "score": np.round(np.clip(score, 0, 100))})


def houses(random: np.random.Generator) -> pd.DataFrame:
    """Area, rooms and year; the price in dollars."""
    rows = int(random.integers(10, 51))
    area = np.round(random.uniform(600, 4000, rows), -1)
    rooms = np.clip(np.round(area / 700 + random.normal(0, 0.8, rows)), 1, 7)
    year = random.integers(1950, 2021, rows).astype(float)
    price = 120 * area + 9000 * rooms + 900 * (year - 1950) + random.normal(0, 2e4, rows)
    table = pd.DataFrame({"area": area, "rooms": rooms, "year": year})
    kept = list(table.columns[: int(random.integers(1, 4))])
    return table[kept].assign(price=np.round(5e4 + price, -2))


def houses_in_cities(random: np.random.Generator) -> pd.DataFrame:
    """Area and one-hot columns of three cities, one of them left out or not; price in full."""
    rows = int(random.integers(15, 51))
    area = np.round(random.uniform(40, 250, rows))
    city = random.integers(0, 3, rows)
    columns = {f"city_{name}": (city == k).astype(float) for k, name in enumerate("ABC")}
    table = pd.DataFrame({"area": area, **columns})
    if random.random() < 0.5:
        table = table.drop(columns="city_A")
    price = 12_000 * area + np.array([0, 4e5, 9e5])[city] + random.normal(0, 1e5, rows)
    return table.assign(price=np.round(price + 2e5, -3))


def salaries(random: np.random.Generator) -> pd.DataFrame:
    """Years of experience and pay."""
    rows = int(random.integers(10, 36))
    years = np.round(random.uniform(0.5, 20, rows), 1)
    pay = 26_000 + 4500 * years + random.normal(0, 5000, rows)
    return pd.DataFrame({"years": years, "salary": np.round(pay)})


def celsius(random: np.random.Generator) -> pd.DataFrame:
    """Degrees Celsius and Fahrenheit, exactly."""
    degrees = np.array([-40.0, -10, 0, 8, 15, 22, 38])
    if random.random() < 0.5:
        degrees = np.arange(-20.0, 41, 5)
    return pd.DataFrame({"celsius": degrees, "fahrenheit": 1.8 * degrees + 32})


def counted(random: np.random.Generator) -> pd.DataFrame:
    """x = 0, 1, 2, … and a line with a constant far away."""
    x = np.arange(float(random.integers(5, 51)))
    slope, constant = random.choice([0.5, 2.0, 3.0, -4.0]), random.choice([10.0, 100.0, 1000.0])
    noise = random.choice([0.0, 0.5]) * random.normal(size=len(x))
    return pd.DataFrame({"x": x, "y": slope * x + constant + noise})


def hello_world(random: np.random.Generator) -> pd.DataFrame:
    """y = 2x − 1 at six points."""
    x = np.arange(-1.0, 5)
    return pd.DataFrame({"x": x, "y": 2 * x - 1})


def advertising(random: np.random.Generator) -> pd.DataFrame:
    """Spending on three media and sales."""
    rows = int(random.integers(20, 51))
    tv, radio, paper = random.uniform(0, [[300], [50], [100]], (3, rows)).round(1)
    sales = 3 + 0.045 * tv + 0.19 * radio + random.normal(0, 1.6, rows)
    return pd.DataFrame({"TV": tv, "radio": radio, "newspaper": paper, "sales": sales.round(1)})


def cars(random: np.random.Generator) -> pd.DataFrame:
    """Power, weight and year; miles per gallon."""
    rows = int(random.integers(15, 51))
    power = np.round(random.uniform(50, 220, rows))
    weight = np.round(1200 + 14 * power + random.normal(0, 300, rows))
    year = random.integers(70, 83, rows).astype(float)
    mpg = 10 - 0.0065 * weight + 0.5 * year + random.normal(0, 2, rows)
    return pd.DataFrame({"horsepower": power, "weight": weight, "year": year, "mpg": mpg.round(1)})


def free_fall(random: np.random.Generator) -> pd.DataFrame:
    """A curve, for powers of x."""
    t = np.round(
        np.linspace(0, float(random.choice([2, 5, 10, 30])), int(random.integers(8, 41))), 2
    )
    height = 2 + 3 * t + 4.9 * t**2 + random.normal(0, 0.5, len(t))
    return pd.DataFrame({"t": t, "height": height})


STORIES: tuple[Callable[[np.random.Generator], pd.DataFrame], ...] = (
    study_hours,
    houses,
    houses_in_cities,
    salaries,
    celsius,
    counted,
    hello_world,
    advertising,
    cars,
)
