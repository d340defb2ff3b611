"""In which encoding a file's bytes are text."""

import codecs
from collections.abc import Iterator
from mmap import mmap

SAMPLE_BYTES = 65_536
CHUNK = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS = (  # as menus offer them
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "koi8_r",
    "mac_roman",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
)
GUESSED = ENCODINGS[3:]
SURE = 0.3  # charset-normalizer's coherence from which its choice is taken before Windows-1252
WESTERN = "cp1252"
MOSTLY = 4  # valid characters for one invalid byte that make a text damaged UTF-8

Content = bytes | mmap


def find_encoding(content: Content) -> str:
    """The encoding: by its mark, UTF-8 where it is valid, else the likeliest for the letters."""
    for mark, encoding in MARKS:
        if content[: len(mark)] == mark:
            return encoding
    head = content[:SAMPLE_BYTES]
    if wide := _utf16_without_mark(head):
        return wide
    bad_at = _first_invalid(content)
    if bad_at is None:
        return "utf-8"
    near = content[max(0, bad_at - SAMPLE_BYTES // 2) : bad_at + SAMPLE_BYTES // 2]
    text = near.decode("utf-8", "replace")
    letters = sum(c > "\x7f" for c in text)
    if letters > (MOSTLY + 1) * text.count("\ufffd"):
        return "utf-8"
    return _likeliest(near)


def decoded(content: Content, encoding: str) -> str:
    """The text; bytes that are none in that encoding become the replacement character."""
    return bytes(content).decode(encoding, "replace")


def chunks(content: Content) -> Iterator[bytes]:
    """The content in pieces, so that a large file is never held twice."""
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


def _first_invalid(content: Content) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    done = 0
    try:
        for chunk in chunks(content):
            decoder.decode(chunk)
            done += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return done + error.start
    return None


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 of mostly Latin text shows as every second byte being zero."""
    half = len(head) // 2
    if half < 4:
        return None
    if head[1::2].count(0) > 0.7 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.7 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _likeliest(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    found = from_bytes(sample, cp_isolation=list(GUESSED))
    best = found.best()
    western = any(WESTERN in match.could_be_from_charset for match in found)
    if best is None:
        return WESTERN if _fits(sample, WESTERN) else "latin-1"
    same = WESTERN in best.could_be_from_charset
    return WESTERN if same or (western and best.coherence < SURE) else best.encoding


def _fits(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
