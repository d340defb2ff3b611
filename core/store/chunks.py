"""Encoding of events in the database: lines of JSON, joined and compressed in chunks."""

import zlib
from collections.abc import Iterable, Iterator

CHUNK_BYTES = 500_000  # before compression


def pack(events: list[bytes]) -> bytes:
    """Compresses events into one value; no event may contain a line break."""
    return zlib.compress(b"\n".join(events))


def unpack(packed: bytes) -> list[bytes]:
    """The inverse of `pack`."""
    return zlib.decompress(packed).split(b"\n")


def split(events: Iterable[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Splits events into chunks of at most `CHUNK_BYTES`, unless one event alone is larger.

    Yields:
        The number of a chunk's first event, and its events.
    """
    first, size, chunk = 0, 0, []
    for number, event in enumerate(events):
        if chunk and size + len(event) > CHUNK_BYTES:
            yield first, chunk
            first, size, chunk = number, 0, []
        chunk.append(event)
        size += len(event)
    if chunk:
        yield first, chunk
