"""What was computed of a table is kept as long as the table is."""

from collections.abc import Callable, Hashable
from typing import Any
from weakref import WeakKeyDictionary

from ..data.prepare import Prepared

_known: WeakKeyDictionary[Prepared, dict[Hashable, Any]] = WeakKeyDictionary()


def remembered(data: Prepared, key: Hashable, compute: Callable[[], Any]) -> Any:
    """The value of `compute()` for these data, computed at the first call with this key."""
    known = _known.setdefault(data, {})
    if key not in known:
        known[key] = compute()
    return known[key]
