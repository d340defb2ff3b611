"""Why a run could not go on, in words for a learner."""

import pytest

from core.errors import InputError
from core.training.failure import NO_MEMORY, in_words, plain_reason


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MemoryError(), NO_MEMORY),
        (RuntimeError("OOM when allocating tensor with shape[9]"), NO_MEMORY),
        (InputError("`epochs` must be >= 1."), "`epochs` must be >= 1."),
        (OSError("Cannot read /srv/uphill/core/x.py now"), "The run could not go on. Cannot read"),
        (
            OSError(r"Cannot read C:\Users\me\uphill\x.py now"),
            "The run could not go on. Cannot read",
        ),
        (KeyError(), "The run could not go on. KeyError"),
    ],
)
def test_a_reason_names_no_path(error, reason):
    told = plain_reason(error)
    assert told.startswith(reason)
    assert not {"/", "\\"} & set(told)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MemoryError(), NO_MEMORY),
        (InputError("`epochs` must be >= 1."), "`epochs` must be >= 1."),
        (KeyError("x"), "It could not start."),
    ],
)
def test_an_error_that_only_an_engineer_understands_is_not_shown(error, reason):
    assert in_words(error, "It could not start.") == reason
