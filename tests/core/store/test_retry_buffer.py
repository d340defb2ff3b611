"""The retry buffer: earlier and later writes of one run become one."""

from core.store.retry_buffer import PendingWrites


def test_later_writes_follow_earlier_ones():
    earlier = PendingWrites(
        row={"token": "a"},
        updates={"name": "old", "starred": True},
        diagnosis="old",
        events=[b"3", b"4"],
        first_event=3,
        checkpoint=(4, b"old"),
        commands=["pause"],
    )
    later = PendingWrites(
        updates={"name": "new", "pace": 2.0},
        diagnosis="new",
        events=[b"5"],
        first_event=5,
        checkpoint=(6, b"new"),
        commands=["resume"],
    )
    assert earlier.merged_with(later) == PendingWrites(
        row={"token": "a"},
        updates={"name": "new", "starred": True, "pace": 2.0},
        diagnosis="new",
        events=[b"3", b"4", b"5"],
        first_event=3,
        checkpoint=(6, b"new"),
        commands=["pause", "resume"],
    )


def test_what_one_of_two_lacks_is_the_others():
    writes = PendingWrites(
        {"token": "a"}, {"name": "x"}, "found", [b"7"], 7, (8, b"state"), ["stop"]
    )
    assert PendingWrites().merged_with(writes) == writes
    assert writes.merged_with(PendingWrites()) == writes
