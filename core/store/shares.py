"""Short links to settings and to runs: made, read by whoever has one, revoked by who made it."""

import re
import secrets
import time

import orjson
from sqlalchemy import delete, select

from ..errors import InputError
from ..spec import Spec
from .tables import Share
from .transactions import OpenSession

SLUG_BYTES = 9  # 12 characters: short enough to read out, 2⁷² possible
SLUG = re.compile(r"[A-Za-z0-9_-]{1,64}")
REVOKED = "This link shows nothing: it was never made, or its owner has taken it back."


class Shares:
    """The links of all learners.

    Args:
        session: Opens a transaction; raises `InputError` where the database cannot be reached.
    """

    def __init__(self, session: OpenSession):
        self._session = session

    def make(
        self, owner: str, spec: Spec, token: str | None = None, with_data: bool = False
    ) -> str:
        """Makes a link to a spec, or to a run; returns the existing one if there is one.

        Args:
            owner: The learner.
            spec: The settings.
            token: The run's; None for a link to the settings alone.
            with_data: Whether it shows what an uploaded table holds.

        Returns:
            The slug: the end of the link.
        """
        text = orjson.dumps(spec.model_dump(mode="json")).decode()
        with self._session() as session:
            existing = select(Share.slug).where(
                Share.owner == owner,
                Share.token == token,
                Share.spec == text,
                Share.with_data == with_data,
            )
            if slug := session.scalar(existing):
                return slug
            slug = secrets.token_urlsafe(SLUG_BYTES)
            made_at = time.time()
            link = Share(slug=slug, owner=owner, made_at=made_at, token=token, spec=text)
            link.with_data = with_data
            session.add(link)
        return slug

    def get(self, slug: str) -> Share:
        """A link, by its slug.

        Raises:
            InputError: If it was never made or has been revoked.
        """
        with self._session() as session:
            share = session.get(Share, slug) if SLUG.fullmatch(slug) else None
        if share is None:
            raise InputError(REVOKED)
        return share

    def of(self, owner: str) -> list[Share]:
        """A learner's links, the newest first."""
        with self._session() as session:
            owned = select(Share).where(Share.owner == owner).order_by(Share.made_at.desc())
            return list(session.scalars(owned))

    def revoke(self, owner: str, slug: str) -> None:
        """Deletes a learner's link."""
        with self._session() as session:
            session.execute(delete(Share).where(Share.owner == owner, Share.slug == slug))
