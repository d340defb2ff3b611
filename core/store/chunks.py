"""Events as the database keeps them: lines of JSON, compressed, some hundred kilobytes together."""

import zlib
from collections.abc import Iterable, Iterator

CHUNK_BYTES = 500_000  # before compression


def pack(lines: list[bytes]) -> bytes:
    """Events as one compressed value; each line is one event, without a line's end in it."""
    return zlib.compress(b"\n".join(lines))


def unpack(packed: bytes) -> list[bytes]:
    """The events behind `pack`."""
    return zlib.decompress(packed).split(b"\n")


def cut(lines: Iterable[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Events in pieces of a chunk's size, each with the number of its first."""
    first, size, piece = 0, 0, []
    for number, line in enumerate(lines):
        if piece and size + len(line) > CHUNK_BYTES:
            yield first, piece
            first, size, piece = number, 0, []
        piece.append(line)
        size += len(line)
    if piece:
        yield first, piece
