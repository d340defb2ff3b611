"""Parses a column of text as numbers: with digit groups, currency signs, per cent signs, units."""

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from .cells import BEHIND, PLAIN, common_unit, in_plain_digits, stem_of, unit_of
from .dialect import Dialect

pc: Any = pyarrow.compute  # its functions are generated at import, unknown to type checkers
SYMBOLS = r"[€$£¥₹%\s]"
EXPONENT = r"([eE][+-]?\d+)?"
PLAIN_NUMBER = rf"^[+-]?(\d+\.?\d*|\.\d+){EXPONENT}$|^(?i:[+-]?inf(inity)?)$"
ABOUT = r"(?i)^(~|≈|(ca\.?|circa|approx\.?|about)\s)\s*"
MULTIPLES = {"k": 1e3, "K": 1e3, "M": 1e6, "Mio": 1e6, "B": 1e9, "bn": 1e9}
LAKHS = dict.fromkeys(("L", "Lac", "Lacs", "Lakh", "Lakhs"), 1e5)
CRORES = dict.fromkeys(("Cr", "Crore", "Crores"), 1e7)
MIXED = MULTIPLES | LAKHS | CRORES  # where two of them are used: L alone may be a litre
FOREIGN = "[" + "".join(map(chr, PLAIN)) + "]|^[–‒—][0-9.,]"
JOINED = re.compile(r"\d[A-Za-z]+$")  # 565K, and not 300 K
EXPONENTS = {  # 1.5×10^3, 1.5D-03 and 1.894719-3
    r"(\d)\s?[×x*·]\s?10(?:\^|\*\*)([+-]?\d+)$": r"\1e\2",
    r"^(?:([+-]?(?:\d+\.\d*|\.\d+))[dD]|([+-]?\d{1,3}\.\d{4,}))([+-]\d{1,3})$": r"\1\2e\3",
}
SAMPLE_VALUES = 200  # in which a unit is looked for


def parse_numbers(texts: Any, dialect: Dialect) -> tuple[np.ndarray, str]:
    """Texts as float64, NaN where one is not a number; and the unit that stood beside them.

    A cell of another unit than most is not a number: 500 g are not 500 among kilograms. Thousands
    and millions (565K, 1.2M) are multiplied where both are used, or stand beside plain numbers.

    Args:
        texts: Trimmed, null where missing.
        dialect: Its decimal and thousands marks.
    """
    if not _all(pc.string_is_ascii(texts)) and _any(texts, FOREIGN):
        plain = [t if t is None else in_plain_digits(t) for t in texts.to_pylist()]
        texts = pa.array(plain, pa.string())
    text = pc.replace_substring_regex(texts, r"[\x{00a0}\x{202f}]", " ")
    text = pc.replace_substring_regex(text, ABOUT, "")
    text = pc.replace_substring_regex(text, rf"([\d%]){BEHIND}", r"\1")
    text = pc.replace_substring_regex(text, r"^'([\d.+-])", r"\1")
    text = pc.replace_substring_regex(text, f"^{SYMBOLS}+|{SYMBOLS}+$", "")
    text = pc.replace_substring_regex(text, r"^\((.+)\)$", r"-\1")
    text = pc.replace_substring(text, "−", "-")
    text = pc.replace_substring_regex(text, f"^([+-]){SYMBOLS}+", r"\1")
    text = pc.replace_substring_regex(text, r"^([\d.,' ]*\d[.,]?)-$", r"-\1")
    for pattern, exponent in EXPONENTS.items():
        if _any(text.slice(0, SAMPLE_VALUES), pattern):
            text = pc.replace_substring_regex(text, pattern, exponent)
    text, unit, factor = _without_unit(text)
    text = _without_groups(text, dialect)
    if dialect.decimal == ",":
        text = pc.replace_substring(text, ",", ".")
    text = pc.replace_substring_regex(text, r"^\+", "")
    fits = pc.match_substring_regex(text, PLAIN_NUMBER)
    text = pc.if_else(fits, text, pa.scalar(None, pa.string()))
    try:
        values = text.cast(pa.float64())
    except pa.ArrowInvalid:
        values = pa.array([None if t is None else float(t) for t in text.to_pylist()], pa.float64())
    return factor * values.to_numpy(zero_copy_only=False).astype(np.float64), unit


def is_plain(texts: Any) -> bool:
    """Whether all texts are numbers as a program writes them."""
    return _all(pc.match_substring_regex(texts, PLAIN_NUMBER))


def _without_groups(text: Any, dialect: Dialect) -> Any:
    mark = dialect.thousands or ""
    if not mark:
        return text
    point = "," if dialect.decimal == "," else r"\."
    group = r"\." if mark == "." else mark
    lakhs = r"|\d{1,2}(,\d\d)+,\d{3}" if mark == "," else ""
    grouped = pc.match_substring_regex(
        text, rf"^[+-]?(\d{{1,3}}({group}\d{{3}})+{lakhs})({point}\d*)?{EXPONENT}$"
    )
    return pc.if_else(grouped, pc.replace_substring(text, mark, ""), text)


def _all(passed: Any) -> bool:
    return bool(pc.all(passed).as_py())


def _any(texts: Any, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(texts, pattern)).as_py())


def _has_plain(texts: Any) -> bool:
    """Whether a number without anything beside it is among the texts."""
    return _any(texts, r"^[+-]?\d[\d.,' ]*$")


def _without_unit(text: Any) -> tuple[Any, str, Any]:
    """Texts without their unit, the unit, and what each number is to be multiplied by."""
    odd = text.filter(pc.match_substring_regex(text, r"[^\d.,' +eE-]").fill_null(False))
    sample = odd.slice(0, SAMPLE_VALUES).to_pylist()
    units = {unit_of(cell) for cell in sample}
    alone = len(units) == 1 and all(map(JOINED.search, sample)) and _has_plain(text)
    if (len(units) > 1 and units <= MIXED.keys()) or (alone and units <= MULTIPLES.keys()):
        factor = np.ones(len(text))
        for unit in units:
            has = pc.match_substring_regex(text, rf"\d\s?{unit}$").fill_null(False)
            factor[has.to_numpy(zero_copy_only=False)] = MIXED[unit]
        return pc.replace_substring_regex(text, r"\s?[A-Za-z]+$", ""), "", factor
    unit = common_unit(sample)
    if not unit:
        return text, "", 1.0
    stem = unit[:-1] if stem_of(unit) != unit.lower() else unit
    plain = re.escape(stem) + ("s?" if len(stem) > 1 and stem.isalpha() else "")
    return pc.replace_substring_regex(text, rf"(?i)^{plain}\s?|\s?{plain}\.?$", ""), unit, 1.0
