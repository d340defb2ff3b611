"""Detects the character encoding of a file's bytes."""

import codecs
import unicodedata
from collections.abc import Iterator
from mmap import mmap

from .alphabets import best_encoding

SAMPLE_BYTES = 65_536
CHUNK_BYTES = 1 << 20
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS = (  # that a menu offers
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "koi8_r",
    "cp866",
    "mac_roman",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
)
WESTERN = "cp1252"
MIN_PLAUSIBILITY = 0.3  # of the best encoding, to prefer it to Windows-1252
SURE = 0.7  # the same, to prefer it to UTF-8 without letters
LETTERS_BYTES = 4096  # that are weighed
VALID_PER_INVALID = 4  # letters; above this ratio text with invalid bytes is damaged UTF-8

Content = bytes | mmap


def detect_encoding(content: Content) -> str:
    """The encoding: by byte order mark; UTF-8 where it is valid; else the most plausible one."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content[: len(mark)] == mark:
            return encoding
    head = content[:SAMPLE_BYTES]
    if utf16 := _utf16_without_bom(head):
        return utf16
    invalid_at = _first_invalid_byte(content)
    if invalid_at is None:
        return _if_no_letters(head) or "utf-8"
    begin = max(0, invalid_at - SAMPLE_BYTES // 2)
    sample = content[begin : invalid_at + SAMPLE_BYTES // 2]
    sample = sample[sample.find(b"\n") + 1 :] if begin else sample  # of whole lines
    text = sample.decode("utf-8", "replace")
    non_ascii = sum(c > "\x7f" for c in text)
    if non_ascii > (VALID_PER_INVALID + 1) * text.count("\ufffd"):
        return "utf-8"
    return _guess_encoding(sample)


def is_wide(encoding: str) -> bool:
    """Whether each character takes two bytes or more, of which some may be zero."""
    return encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32"))


def decode(content: Content, encoding: str) -> str:
    """The text; invalid bytes become the replacement character."""
    return bytes(content).decode(encoding, "replace")


def first_lines(head: bytes, encoding: str) -> str:
    """The text of a file's beginning, without a last line that may have been cut.

    Bytes that were cut within a character are left out.
    """
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head).removeprefix("\ufeff")
    end = max(text.rfind("\n"), text.rfind("\r")) + 1
    return text[:end] if end else text


def iter_chunks(content: Content) -> Iterator[bytes]:
    """The content in pieces, so that a large file is not copied as a whole."""
    for start in range(0, len(content), CHUNK_BYTES):
        yield content[start : start + CHUNK_BYTES]


def _first_invalid_byte(content: Content) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = 0
    try:
        for chunk in iter_chunks(content):
            if not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
            offset += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return offset + error.start
    return None


def _utf16_without_bom(head: bytes) -> str | None:
    """Detects UTF-16: of mostly Latin text every second byte is zero; of another at least those of
    the commas and the ends of lines."""
    half = len(head) // 2
    if half < 4:
        return None
    if head[1::2].count(0) > 0.7 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.7 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    for encoding, zeros, others, end in (
        ("utf-16-le", head[1::2], head[::2], b"\n\0"),
        ("utf-16-be", head[::2], head[1::2], b"\0\n"),
    ):
        if (
            zeros.count(0) > 1
            and not others.count(0)
            and end in head
            and _can_decode(head, encoding)
        ):
            text = head.decode(encoding, "replace")
            if not any(unicodedata.category(c) in ("Cn", "Co", "Cs") for c in set(text)):
                return encoding
    return None


def _if_no_letters(head: bytes) -> str | None:
    """Another encoding of bytes that are UTF-8 only by chance: points of Hebrew or Arabic without a
    letter that they could stand at, as those of X值 in GBK are."""
    if head.isascii():
        return None
    foreign = {c for c in head.decode("utf-8", "replace") if c > "\x7f"}
    if any(not "\u0590" <= c <= "\u06ff" or unicodedata.category(c) != "Mn" for c in foreign):
        return None
    encoding, plausibility = best_encoding(head[:LETTERS_BYTES])
    return encoding if plausibility > SURE else None


def _guess_encoding(sample: bytes) -> str:
    lines = b"\n".join(line for line in sample.split(b"\n") if not line.isascii())
    encoding, plausibility = best_encoding(lines[:LETTERS_BYTES])
    if plausibility < MIN_PLAUSIBILITY:
        encoding = WESTERN
    return encoding if _can_decode(sample, encoding) else "latin-1"


def _can_decode(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True
