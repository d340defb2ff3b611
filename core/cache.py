"""One cache for a process, bounded in bytes and in results: the least recently used go first."""

import pickle
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import cache, partial, wraps
from threading import Condition
from typing import Any, ParamSpec, TypeVar

import cachetools
from cachetools.keys import hashkey

from .settings import settings

P = ParamSpec("P")
T = TypeVar("T")

MOST_RESULTS = 1000  # small ones, such as what is predicted of a rate, would else add up for hours

_condition = Condition()  # of the cache, and of who waits for a result that another computes


def cached(function: Callable[P, T]) -> Callable[P, T]:
    """Decorates a function so that its results are cached together with those of all others.

    Callers at the same time compute a result once. A result that is larger than the whole cache is
    returned and not kept; an exception is not kept either. The arguments must be hashable; the
    cached object itself is returned, so callers must not change it. For functions of modules: a
    page's script defines its own anew in each run, see `cached_value`.
    """

    @cache
    def bound() -> Callable[P, T]:  # at the first call: a nonsense setting is no error of an import
        key = partial(_key, function)
        return cachetools.cached(shared_cache(), key=key, condition=_condition)(function)

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        return bound()(*args, **kwargs)

    return wrapper


def cached_value(key: Hashable, compute: Callable[[], T]) -> T:
    """The cached value of that key, else that of `compute()`, which is cached."""
    return cachetools.cached(shared_cache(), key=lambda: key, lock=_condition)(compute)()


def keep(key: Hashable, value: object) -> None:
    """Caches a value that was computed elsewhere, unless it is larger than the whole cache."""
    with _condition, suppress(ValueError):
        shared_cache()[key] = value


def kept(key: Hashable) -> Any | None:
    """The cached value of that key; None where there is none (any more)."""
    with _condition:
        return shared_cache().get(key)


def evict(function: Callable[..., object], *args: Hashable) -> None:
    """Removes one result of a function that `cached` decorates, if it is there.

    Args:
        function: As decorated.
        *args: With which it was called.
    """
    with _condition:
        shared_cache().pop(_key(getattr(function, "__wrapped__"), *args), None)  # noqa: B009


def clear() -> None:
    """Removes all results."""
    with _condition:
        shared_cache().clear()


class ResultCache(cachetools.LRUCache[Any, Any]):
    """A cache of so many bytes, and of `MOST_RESULTS`; its `currsize` and `maxsize` are bytes."""

    def __setitem__(self, key: Hashable, value: object) -> None:
        super().__setitem__(key, value)
        while len(self) > MOST_RESULTS:
            self.popitem()


@cache
def shared_cache() -> ResultCache:
    """The cache."""
    return ResultCache(settings().cache_megabytes * 1_000_000, getsizeof=size_in_bytes)


def size_in_bytes(value: object) -> int:
    """Memory of a value with all that it refers to, as pickling counts it, without copying arrays.

    Reference: PEP 574, out-of-band buffers.
    """
    buffers: list[pickle.PickleBuffer] = []
    inline = len(pickle.dumps(value, protocol=5, buffer_callback=buffers.append))
    return inline + sum(memoryview(buffer).nbytes for buffer in buffers)


def _key(function: Callable[..., object], *args: Hashable, **kwargs: Hashable) -> Hashable:
    return hashkey(function, *args, **kwargs)
