"""Whatever a learner has of a training: a file, or text from a terminal."""

from ..errors import InputError
from .curve import Curve
from .history import read_csv, read_dict, read_json
from .log import read_log

MAX_BYTES = 5_000_000
BINARY = 0.01  # share of control characters above which a file is no text


def read_curve(content: bytes, column: str | None = None) -> Curve:
    """The losses in a file: a Keras `History` as JSON or CSV, or a log.

    Args:
        content: The file.
        column: The name of the column with the losses, if it was asked for.

    Raises:
        AmbiguousLossError: If there are several, none of them under the name of a loss.
        InputError: If it is too large, no text, or tells no losses.
    """
    if len(content) > MAX_BYTES:
        raise InputError(
            f"The file must be at most {MAX_BYTES / 1e6:.0f} MB. "
            f"Received: {len(content) / 1e6:.1f} MB."
        )
    text = _text(content)
    control = sum(character < " " and character not in "\t\n\r\b\f\x1b" for character in text)
    if control > BINARY * len(text):
        raise InputError(
            "The file must be a Keras `History` as JSON or CSV, or a log. Received: binary data."
        )
    return read_text(text, column)


def read_text(text: str, column: str | None = None) -> Curve:
    """The losses in pasted text, of any kind that `read_curve` knows.

    Raises:
        AmbiguousLossError: As `read_curve` does.
        InputError: If it tells none.
    """
    if len(text) > MAX_BYTES:
        raise InputError(
            f"A pasted text must have at most {MAX_BYTES:,} characters. Received: {len(text):,}."
        )
    text = text.removeprefix("\ufeff").strip()
    for read in (read_json, read_dict, read_csv):
        curve = read(text, column)
        if curve is not None:
            return curve
    return read_log(text, column)


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    return content.decode("utf-8", errors="replace")
