"""Tables as a person sees them: an upload by its file's name and size, and only its owner's."""

from collections.abc import Mapping
from typing import Any

from core.data.uploads import PREFIX, Upload, find_upload, uploads_of
from core.errors import InputError
from pages.ui.learner import learner

NO_LONGER = "an upload, no longer kept"
FOREIGN = "an upload of another learner"


def own_uploads() -> list[Upload]:
    """This learner's tables, the first first."""
    return uploads_of(learner())


def title_of(source: str) -> str:
    """A source as it is shown: an upload's name and size, and a sample's as it is."""
    if not source.startswith(PREFIX):
        return source
    try:
        upload = find_upload(source)
    except InputError:
        return NO_LONGER
    return upload.title if upload.owner == learner() else FOREIGN


def titled(values: Mapping[str, Any]) -> dict[str, Any]:
    """A spec's plain values with its table as it is shown."""
    data = values["data"]
    return {**values, "data": {**data, "source": title_of(data["source"])}}
