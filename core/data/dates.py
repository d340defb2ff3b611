"""Parses a column of text as dates, in the one format that fits most of its cells."""

from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

pc: Any = pyarrow.compute  # its functions are generated at import, unknown to type checkers
MIN_SHARE = 0.9  # of the cells that must be dates
DAY_FIRST = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y", "%d-%m-%y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m-%d-%y")
YEAR_FIRST = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m", "%Y/%m")
MONTH_NAMES = (
    *("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %y"),
    *("%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%Y-%b-%d", "%m/%Y"),
)
CLOCKS = ("", " %H:%M", " %H:%M:%S")
HALF_DAYS = (" %I:%M %p", " %I:%M:%S %p", " %I %p")
SAMPLE_VALUES = 200  # on which formats are tried before all values are parsed
LIKE_A_DATE = r"^[A-Za-z]{0,9}\.?[ ]?\d{1,4}(, | |[-/.])[A-Za-z\d]|^[A-Za-z]{3,9}[- ]\d{2,4}$"
WEEKDAY = r"^(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+"
ZONE = r"(?i)([ap]\.?m\.?)\s(?:GMT|UTC)(?:[+-]\d{1,2}(?::\d{2})?)?$"  # of online forms
OFFSET = r"(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})?$"
FRACTION = r":\d{2}(?P<digits>\.\d{1,9})"
HALF_DAY = r"(?i)\s?([ap])\.?m\.?$"


def parse_dates(texts: Any, day_first: bool) -> np.ndarray:
    """Texts as datetime64 in microseconds; NaT where one is no date, everywhere if most are none.

    Where the cells have different offsets from UTC they become UTC; with one offset in all of
    them the clock stays as it was written.

    Args:
        texts: Trimmed, null where missing.
        day_first: Whether 01/02/2024 is in February.
    """
    known = texts.drop_null()
    missing = np.full(len(texts), np.datetime64("NaT", "us"))
    sample = pc.replace_substring_regex(known.slice(0, SAMPLE_VALUES), WEEKDAY, "")
    if not _share(pc.match_substring_regex(sample, LIKE_A_DATE)):
        return missing
    texts = pc.replace_substring_regex(texts, WEEKDAY, "")
    texts = pc.replace_substring_regex(texts, ZONE, r"\1")
    texts, shift = _without_offset(texts)
    texts, fraction = _without_fraction(texts)
    texts = pc.replace_substring_regex(texts, r"(\d)T(\d)", r"\1 \2")
    texts = pc.replace_substring_regex(texts, HALF_DAY, r" \1m")
    layout = _layout(texts.drop_null().slice(0, SAMPLE_VALUES), day_first)
    if not layout:
        return missing
    parsed = _strptime(texts, layout).to_numpy(zero_copy_only=False).astype("datetime64[us]")
    return parsed + fraction - shift


def _layout(sample: Any, day_first: bool) -> str:
    """The format that parses most of a sample, if that is enough of it."""
    by_priority = (DAY_FIRST, MONTH_FIRST) if day_first else (MONTH_FIRST, DAY_FIRST)
    days = (*YEAR_FIRST, *by_priority[0], *by_priority[1], *MONTH_NAMES)
    if not _share(pc.match_substring_regex(sample, r"(^|\D)\d{4}(\D|$)")):
        days = tuple(day for day in days if "%Y" not in day)  # else 31-12-24 is of the year 31
    half = _share(pc.match_substring_regex(sample, r"[ap]m$", ignore_case=True))
    timed = _share(pc.match_substring(sample, ":"))
    clocks = HALF_DAYS if half else CLOCKS[1:] if timed else CLOCKS[:1]
    best_share, best = MIN_SHARE, ""
    for day, clock in product(days, clocks):
        share = 1 - _strptime(sample, day + clock).null_count / len(sample)
        if share > best_share:
            best_share, best = share, day + clock
    return best


def _without_offset(texts: Any) -> tuple[Any, Any]:
    """Texts without `+0530` or `Z` behind a time of day, and what to subtract for UTC."""
    timed = pc.match_substring_regex(texts, r":\d{2}(\.\d+)?\s?([+-]\d{2}|Z|UTC|GMT)")
    if not pc.any(timed).as_py():
        return texts, np.timedelta64(0, "us")
    found = pc.extract_regex(texts, OFFSET)
    parts = [pc.struct_field(found, name) for name in ("sign", "hours", "minutes")]
    sign = np.where(np.array(parts[0].to_pylist(), object) == "-", -1, 1)
    hours, minutes = (_integers(part) for part in parts[1:])
    offset = (sign * (60 * hours + minutes)).astype("timedelta64[m]")
    stripped = pc.replace_substring_regex(
        texts, r"(:\d{2}(\.\d+)?)\s?([+-]\d{2}:?(\d{2})?|Z|UTC|GMT)$", r"\1"
    )
    changed = pc.not_equal(stripped, texts).fill_null(False).to_numpy(zero_copy_only=False)
    offset = np.where(changed, offset, np.timedelta64(0, "m"))
    known = texts.is_valid().to_numpy(zero_copy_only=False)
    alike = len(np.unique(offset[known])) < 2
    return stripped, np.timedelta64(0, "us") if alike else offset


def _without_fraction(texts: Any) -> tuple[Any, Any]:
    """Texts without fractions of seconds, and these."""
    if not pc.any(pc.match_substring_regex(texts, FRACTION)).as_py():
        return texts, np.timedelta64(0, "us")
    digits = pc.struct_field(pc.extract_regex(texts, FRACTION), "digits")
    seconds = np.array([float(text or 0) for text in digits.to_pylist()])
    return (
        pc.replace_substring_regex(texts, r"(:\d{2})\.\d{1,9}", r"\1"),
        np.round(seconds * 1e6).astype("timedelta64[us]"),
    )


def _integers(texts: Any) -> np.ndarray:
    return np.array([int(text or 0) for text in texts.to_pylist()])


def _share(passed: Any) -> bool:
    """Whether enough cells pass a test."""
    return pc.mean(passed.cast(pa.int8())).as_py() >= MIN_SHARE if len(passed) else False


def _strptime(texts: Any, format_string: str) -> Any:
    return pc.strptime(texts, format=format_string, unit="us", error_is_null=True)
