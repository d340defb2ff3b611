"""What theory computes of a table, cached for as long as there is memory for it."""

from collections.abc import Callable, Hashable
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from ..cache import cached_value
from ..data.prepare import Prepared

_numbers: WeakKeyDictionary[Prepared, int] = WeakKeyDictionary()
_next = count()


def remembered(data: Prepared, key: Hashable, compute: Callable[[], Any]) -> Any:
    """The value of `compute()` for these data, cached under this key."""
    return cached_value((_numbers.setdefault(data, next(_next)), key), compute)
