"""Numbers as logs write them."""

import math
import re

from ..errors import InputError

NUMERAL = r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf(?:inity)?|∞)"
WRAPPED = re.compile(r"[\w.]{1,40}\((.*)\)", re.DOTALL)  # np.float32(0.5)
ABSENT = {"", "none", "null", "na", "n/a", "-"}
_WHOLE = re.compile(NUMERAL, re.IGNORECASE)


def numeral(value: object, name: str) -> float:
    """The number that a cell or a piece of text stands for; NaN for one that is absent.

    Args:
        value: A number, its text, or None.
        name: What it is, for the message.

    Raises:
        InputError: If it is none.

    Example:
        >>> numeral("np.float32(0.5)", "loss"), numeral("-Infinity", "loss")
        (0.5, -inf)
    """
    text = str(value).strip()
    wrapped = WRAPPED.fullmatch(text)
    text = wrapped[1].strip() if wrapped else text
    if text.lower() in ABSENT:
        return math.nan
    if not _WHOLE.fullmatch(text):
        raise InputError(f"`{name}` must be a list of numbers. Received: {str(value)[:40]!r}.")
    return float(text.replace("∞", "inf"))
