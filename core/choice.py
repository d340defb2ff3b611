"""A registered kind of thing that a spec can name by its key."""

from typing import Annotated, Any, ClassVar, TypeVar, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Tag


class Frozen(BaseModel):
    """A part of a spec: immutable, strict about its keys, finite in its numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Choice(Frozen):
    """One item of a registry: its fields are its parameters, its class attributes describe it.

    Attributes:
        title: The name as a menu shows it.
        formula: The rule it applies, in LaTeX.
        purpose: One line on what it is for.
        keras_name: The Keras class that does the work; empty where Keras has none.
    """

    title: ClassVar[str] = ""
    formula: ClassVar[str] = ""
    purpose: ClassVar[str] = ""
    keras_name: ClassVar[str] = ""
    key: str

    @classmethod
    def name(cls) -> str:
        """The key under which specs name this item."""
        return cls.model_fields["key"].default

    @classmethod
    def parameters(cls) -> list[str]:
        """The names of the item's own parameters, in the order they are shown."""
        return [name for name in cls.model_fields if name != "key"]

    def arguments(self) -> dict[str, Any]:
        """The parameters as keyword arguments of the Keras class."""
        return self.model_dump(exclude={"key"})


Item = TypeVar("Item", bound=Choice)


def one_of(registry: tuple[type[Choice], ...], default: str | None = None) -> Any:
    """The type of a spec field that holds one item of `registry`, told apart by its `key`."""

    def key_of(value: Any) -> Any:
        key = value.get("key", default) if isinstance(value, dict) else getattr(value, "key", None)
        return key if key is None or isinstance(key, str) else repr(key)

    tagged = tuple(Annotated[item, Tag(item.name())] for item in registry)
    return Annotated[Union[tagged], Discriminator(key_of)]  # noqa: UP007 (built at run time)


def by_key(registry: tuple[type[Item], ...]) -> dict[str, type[Item]]:
    """The registry's items by their keys, in its order."""
    return {item.name(): item for item in registry}
