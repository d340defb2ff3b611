"""What all names stand for at one moment, to return to."""

from typing import Any

import numpy as np

from .scope import Scope
from .values import Instance, Obj

MOST_ITEMS = 100  # of a list, whose own objects are kept


class Snapshot:
    """What all names stand for at one moment, to return to."""

    def __init__(self, machine: Any, scope: Scope) -> None:
        self.machine = machine
        self.holders: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.copies: dict[int, tuple[Any, Any]] = {}
        self.left = 2_000_000
        around: Any = scope
        while around is not None:
            self._keep_holder(around)
            around = around.around
        self.randoms = [(random, _state(random)) for random in machine.randoms]
        self.counts = (machine.shuffles, machine.draws, len(machine.trainings))
        self.gaps = dict(machine.gaps)

    def _keep_holder(self, holder: dict[str, Any]) -> None:
        if any(holder is known for known, _ in self.holders):
            return
        self.holders.append((holder, dict(holder)))
        for value in list(holder.values()):
            self._keep(value)

    def _keep(self, value: Any) -> None:
        if id(value) in self.copies:
            return
        if isinstance(value, np.ndarray) and value.size <= self.left:
            self.left -= value.size
            self.copies[id(value)] = (value, value.copy())
        elif isinstance(value, list) and len(value) <= min(self.left, 20_000):
            self.left -= len(value)
            self.copies[id(value)] = (value, list(value))
            self._keep_items(value)
        elif isinstance(value, tuple):
            self.copies[id(value)] = (value, None)
            self._keep_items(value)
        elif isinstance(value, Instance):
            self.copies[id(value)] = (value, None)
            self._keep_holder(value.attributes)

    def _keep_items(self, values: list[Any] | tuple[Any, ...]) -> None:
        """Keeps the program's own objects in a list, and lists of such."""
        for item in values[:MOST_ITEMS]:
            if isinstance(item, Instance | list | tuple):
                self._keep(item)

    def restore(self) -> None:
        """Lets every name stand for what it stood for, and be what it was."""
        for holder, names in self.holders:
            holder.clear()
            holder.update(names)
        for value, copy in self.copies.values():
            if copy is not None:
                value[:] = copy
        for random, state in self.randoms:
            _restore(random, state)
        machine = self.machine
        machine.shuffles, machine.draws = self.counts[:2]
        del machine.trainings[self.counts[2] :]
        machine.gaps = dict(self.gaps)

    def before(self, holder: dict[str, Any], key: str) -> Any:
        """What a name stood for; None for nothing."""
        for known, names in self.holders:
            if known is holder:
                value = names.get(key)
                kept = self.copies.get(id(value))
                return value if kept is None or kept[1] is None else kept[1]
        return None


def _state(random: Obj) -> Any:
    source = random.holds["source"]
    if hasattr(source, "getstate"):
        return source, source.getstate()
    return source, source.get_state() if hasattr(
        source, "get_state"
    ) else source.bit_generator.state


def _restore(random: Obj, kept: Any) -> None:
    source, state = kept
    random.holds["source"] = source
    if hasattr(source, "setstate"):
        source.setstate(state)
    elif hasattr(source, "set_state"):
        source.set_state(state)
    else:
        source.bit_generator.state = state
