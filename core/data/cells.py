"""What a cell of text is: missing, a number, a number with its unit, or a word."""

import re
from collections import Counter
from collections.abc import Iterable

MISSING = (
    *("", "-", "--", "–", "—", "?", ".", "na", "n/a", "n.a.", "nan", "-nan", "<na>", "null"),
    *("none", "nil", "missing", "#n/a", "#na", "#null!", "#div/0!", "#value!", "#ref!", "#num!"),
)
BARE = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)  # most numbers: nothing is to be taken off
NUMBER = re.compile(  # also with Fortran's exponents, 1.5D-03 and 1.894719-3
    r"[+\-−]?\s*(\d+([.,]\d+)*|[.,]\d+)([eE][+-]?\d+)?[-−]?"
    r"|[+-]?(\d+\.\d*|\.\d+)[dD][+-]\d{1,3}|[+-]?\d{1,3}\.\d{4,}[+-]\d{1,3}"
)
ZEROS = "٠۰०০੦૦୦௦౦೦൦๐໐༠၀០᠐０"  # the first digit of each script that has its own
SIGNS = {"٫": ".", "．": ".", "٬": "", "’": "'", "－": "-", "＋": "+", "\u2009": " ", "\u2007": " "}
INVISIBLE = dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff\u00ad", "")
PLAIN = str.maketrans(
    SIGNS | INVISIBLE | {chr(ord(zero) + i): str(i) for zero in ZEROS for i in range(10)}
)
DASH = re.compile(r"[–‒—](?=[\d.,])")  # where a minus is meant
POWER = re.compile(r"(?<=\d)\s?[×x*·]\s?10(?:\^|\*\*)([+-]?\d+)$")
SYMBOLS = "€$£¥₹% \u00a0\u202f"
CURRENCY = (
    r"(?i:USD|US\$|EUR|GBP|CHF|INR|JPY|CNY|RMB|AUD|CAD|SEK|NOK|DKK|PLN|CZK|BRL|R\$|Rs\.?|kr\.?)"
)
FIGURE = "[+\\-−]?\\s?(?:\\d[\\d.,' \u00a0\u202f]*\\d|\\d|[.,]\\d+)\\.?(?:[eE][+-]?\\d+)?"
UNIT = r"[A-Za-zµμΩÅ°℃℉][A-Za-zµμΩ°²³/^·*$€£-]{0,9}[0-9²³]?|[°'\"]"
QUANTITY = re.compile(rf"(?P<prefix>{CURRENCY})?\s?(?P<number>{FIGURE})\s?(?P<unit>{UNIT})?\.?")
PLURAL = re.compile(r"[a-z]{2,}s")
ABOUT = re.compile(r"(~|≈|(ca\.?|circa|approx\.?|about)\s)\s*(?=[\d.+\-−])", re.IGNORECASE)
BEHIND = (  # a number: a measurement's spread, an interval, footnotes, stars
    r"(?:\s*(?:±|\+/-|\+-)\s*[\d.,]+|(?:\s*\[[^\]]{1,30}\])+|[*†‡§]+"
    r"|\s*\([\d.,]+(?:\s*(?:[-–;,]|to)\s*[\d.,]+)?\))$"
)
SPREAD = re.compile(rf"(?<=[\d%]){BEHIND}")
AS_TEXT = re.compile(r"'(?=[\d.+-])")  # with which a spreadsheet is told so
IN_PARENTHESES = re.compile(r"\((\D?\d[\d., ']*[.,]\d+)\)")  # below 0, as accountants write it
BOUND = re.compile(r"\s*[<>≤≥]=?\s*(?=[\d.])")
NO_UNITS = {"st", "nd", "rd", "th", "am", "pm", "e", "x"}  # 1st, 10 am: an order, a time
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?|\d{1,2}:\d{2}(:\d{2})?.*")


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.strip().lower() in MISSING


def is_number(cell: str) -> bool:
    """Whether a cell's text is a number in some dialect, currency and per cent signs allowed."""
    if BARE.fullmatch(cell):
        return True
    text = strip_symbols(cell)
    plain = text.replace(" ", "").replace("'", "")
    return bool(NUMBER.fullmatch(plain)) or plain.lower() in ("nan", "inf", "-inf", "+inf")


def is_date(cell: str) -> bool:
    """Whether a cell looks like a date or a time of day, in digits."""
    return bool(DATE.fullmatch(cell.strip()))


def strip_symbols(cell: str) -> str:
    """A number's text without currency and per cent signs, and without what says how near it is;
    in plain digits, and with plain spaces for narrow ones."""
    if BARE.fullmatch(cell):
        return cell
    text = in_plain_digits(cell.strip())
    text = text[1:] if AS_TEXT.match(text) else text
    text = IN_PARENTHESES.sub(r"-\1", SPREAD.sub("", ABOUT.sub("", text)))
    text = text.strip(SYMBOLS).replace("-$", "-")
    return POWER.sub(r"e\1", text.replace("\u00a0", " ").replace("\u202f", " "))


def in_plain_digits(text: str) -> str:
    """A text with the digits 0 to 9 for those of other scripts, and a plain minus in front."""
    if text.isascii():
        return text
    text = text.translate(PLAIN)
    return "-" + text[1:] if DASH.match(text) else text


def is_bound(cell: str) -> bool:
    """Whether a cell says that a number lies below or above another one, as `<0.5`."""
    return bool(BOUND.match(cell)) and is_number(BOUND.sub("", cell, count=1))


def unit_of(cell: str) -> str:
    """The unit beside a cell's number, as `kg` in `50 kg`; empty where it has none."""
    found = None if BARE.fullmatch(cell) else QUANTITY.fullmatch(cell.strip())
    if not found:
        return ""
    unit = found["unit"] or found["prefix"] or ""
    return "" if unit.lower() in NO_UNITS else unit


def number_of(cell: str) -> str:
    """The number's text in a cell that has a unit; the cell itself without one."""
    found = QUANTITY.fullmatch(cell.strip()) if unit_of(cell) else None
    return found["number"] if found else cell


def stem_of(unit: str) -> str:
    """A unit as it is compared: small letters, without the plural's s."""
    small = unit.lower()
    return small[:-1] if PLURAL.fullmatch(small) else small


def common_unit(cells: Iterable[str]) -> str:
    """The unit that more than half of the cells that are not missing have; empty for none.

    As most of them spell it: kg and Kg are one unit, and so are year and years.
    """
    known = [cell for cell in cells if not is_missing(cell)]
    spellings = Counter(unit for cell in known if (unit := unit_of(cell)))
    units: Counter[str] = Counter()
    for unit, count in spellings.items():
        units[stem_of(unit)] += count
    common, count = units.most_common(1)[0] if units else ("", 0)
    if 2 * count <= len(known):
        return ""
    return next(unit for unit, _ in spellings.most_common() if stem_of(unit) == common)
