"""A disk that is full: the system refuses to write a file beyond a size."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def full_disk(beyond: int = 0) -> Iterator[None]:
    """No file of this process, nor of those that it starts, grows beyond so many bytes."""
    resource = pytest.importorskip("resource", reason="a system that can limit files")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (beyond, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
