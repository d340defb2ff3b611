"""Chunks: packed and split, events come back as they were."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store import chunks
from core.store.chunks import pack, split, unpack


@given(st.lists(st.binary().map(lambda event: event.replace(b"\n", b"")), min_size=1))
def test_unpack_is_the_inverse_of_pack(events):
    assert unpack(pack(events)) == events


@given(st.lists(st.binary(max_size=9)), st.integers(1, 20))
def test_chunks_have_all_events_in_order_and_are_as_full_as_allowed(events, limit):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK_BYTES", limit)
        parts = list(split(events))
    assert [event for _, part in parts for event in part] == events
    assert [first for first, _ in parts] == [
        sum(len(part) for _, part in parts[:k]) for k in range(len(parts))
    ]
    assert all(sum(map(len, part)) <= limit or len(part) == 1 for _, part in parts)
    assert all(
        sum(map(len, part)) + len(following[0]) > limit
        for (_, part), (_, following) in pairwise(parts)
    )
