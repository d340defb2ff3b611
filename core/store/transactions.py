"""Short transactions of pages, which are tried again where others get in the way."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from ..errors import InputError

ATTEMPTS = 5
OpenSession = Callable[[], AbstractContextManager[Session]]

T = TypeVar("T")


def write(session: OpenSession, act: Callable[[Session], T]) -> T:
    """Does a transaction, again where the database was locked or two did the same at once.

    Args:
        session: Opens a transaction; raises `InputError` where the database cannot be reached.
        act: What is done; may be called several times.

    Raises:
        InputError: What `act` raises, or that the database cannot be reached, after some attempts.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            with session() as opened:
                return act(opened)
        except InputError as error:
            if not isinstance(error.__cause__, SQLAlchemyError):
                raise
    with session() as opened:
        return act(opened)


def changed(session: OpenSession, statement: ReturningUpdate[Any]) -> bool:
    """Does an update as a transaction of its own; whether it has changed a row."""
    return write(session, lambda opened: opened.execute(statement).first() is not None)
