"""Titles of tables: an upload's is its file's name and size, which only its owner sees."""

from collections.abc import Mapping
from typing import Any

from core.data.uploads import PREFIX, Upload, get_upload, list_uploads
from core.errors import InputError
from core.points import is_points, title_of
from core.service.public_events import SOMEBODYS_UPLOAD
from pages.ui.learner import learner_id

DELETED = "an upload, no longer kept"
NOT_OWNED = "an upload of another learner"


def own_uploads() -> list[Upload]:
    """This learner's uploaded tables, the oldest first."""
    return list_uploads(learner_id())


def table_title(source: str) -> str:
    """The title of a source: an upload's name and size, points as such, else the source itself."""
    if source == SOMEBODYS_UPLOAD:
        return NOT_OWNED
    if is_points(source):
        return title_of(source)
    if not source.startswith(PREFIX):
        return source
    try:
        upload = get_upload(source)
    except InputError:
        return DELETED
    return upload.title if upload.owner == learner_id() else NOT_OWNED


def with_table_title(values: Mapping[str, Any]) -> dict[str, Any]:
    """A spec's plain values, with the title of its table for the source."""
    data = values["data"]
    return {**values, "data": {**data, "source": table_title(data["source"])}}
