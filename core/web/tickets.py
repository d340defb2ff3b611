"""Tickets: what a page of a class hands to its scripts, so that they may ask for the class.

A ticket is signed by this server. It names a class, what may be seen of it, and the count of the
teacher's links: when the link is made anew, tickets of before open nothing.
"""

import re
from dataclasses import dataclass
from typing import Literal

from itsdangerous import BadSignature

from .learner import signer

Role = Literal["learner", "teacher", "projector"]
SALT = "uphill_class"
LONGEST = 200  # characters
PATTERN = re.compile(r"(learner|teacher|projector)/([A-Za-z0-9_-]{22})/(\d{1,9})")


@dataclass(frozen=True)
class Ticket:
    """What a ticket says.

    Attributes:
        role: What may be seen: that something has changed; the room; the room without names.
        class_id: Of the class.
        epoch: Count of the teacher's links.
    """

    role: Role
    class_id: str
    epoch: int

    def sign(self) -> str:
        """The ticket as a part of a URL."""
        text = f"{self.role}/{self.class_id}/{self.epoch}"
        return signer(SALT).sign(text).decode().replace("/", "~")

    @classmethod
    def read(cls, text: str) -> "Ticket | None":
        """The ticket behind `sign`; None for what we did not sign."""
        try:
            signed = text[:LONGEST].replace("~", "/").encode("utf-8", "replace")
            found = PATTERN.fullmatch(signer(SALT).unsign(signed).decode())
        except (BadSignature, UnicodeDecodeError):
            return None
        if not found:
            return None
        return cls(found[1], found[2], int(found[3]))  # type: ignore[arg-type]
