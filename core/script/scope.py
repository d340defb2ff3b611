"""The names of a function, or of the module, and the jumps out of its statements."""

from typing import Any


class ReturnedError(Exception):
    """A function returns."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class BrokenError(Exception):
    """A loop is left."""


class ContinuedError(Exception):
    """A loop goes on with its next item."""


class Scope(dict[str, Any]):
    """Names by themselves: what they stand for is never an attribute of this."""

    def __init__(self, around: "Scope | dict[str, Any] | None") -> None:
        super().__init__()
        self.around: Any = around
        self.outside: dict[str, Any] = {}  # names declared `global` or `nonlocal`
        self.owner: Any = None
        self.of: Any = None

    def set(self, name: str, value: Any) -> None:
        if name in self.outside:
            self.outside[name].set(name, value)
        else:
            self[name] = value

    def find(self, name: str) -> tuple[bool, Any]:
        """Whether a name stands for something here or around, and for what."""
        scope: Any = self
        while scope is not None:
            if name in scope:
                return True, scope[name]
            scope = scope.around
        return False, None

    def held(self) -> frozenset[int]:
        """The identities of all that names stand for here or around."""
        held: list[int] = []
        scope: Any = self
        while scope is not None:
            held += [id(value) for value in scope.values()]
            scope = scope.around
        return frozenset(held)
