"""What is said of a method that cannot be read or run: the line, what it is, what may be used."""

from typing import Any

from ..errors import InputError


class MethodError(InputError):
    """A sentence on one line of a learner's method.

    Attributes:
        line: Which one, from 1; None where it is about all of it.
    """

    _keras_call_info_injected = True  # Keras puts nothing of its own in front of the sentence
    line: int | None = None


def at_line(line: int | None, sentence: str) -> MethodError:
    """The error with its line in front."""
    error = MethodError(sentence if line is None else f"Line {line}: {sentence}")
    error.line = line
    return error


def unmarked(text: str) -> str:
    """A sentence without the marks of code: a run's reason stands where none are drawn."""
    return text.replace("`", "")


def some(names: Any, most: int = 40) -> str:
    """Names as a list that a sentence can end in."""
    told = sorted(names)
    return ", ".join(told[:most]) + (" …" if len(told) > most else "")
