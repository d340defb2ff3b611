"""What may stand in a file that goes from hand to hand."""

import re
from pathlib import Path

from ..data.uploads import PREFIX, source_name
from ..errors import InputError
from ..spec import Spec

UPLOADED = "uploaded-table"


def public(spec: Spec) -> Spec:
    """The spec without the id of an uploaded table: whoever knows that can read the table."""
    if not spec.data.source.startswith(PREFIX):
        return spec
    return spec.patched({"data": {"source": UPLOADED}})


def table_name(spec: Spec) -> str:
    """What a person calls the spec's table: an uploaded one by its file's name.

    For its owner, who alone can make the files that this stands in.
    """
    try:
        return source_name(spec.data.source)
    except InputError:  # it is no longer kept
        return public(spec).data.source


def table_file(spec: Spec) -> str:
    """The name of the CSV file that lies beside a program: of an uploaded table, its file's.

    Letters, digits, points, dashes and underscores only.
    """
    if not spec.data.source.startswith(PREFIX):
        return "table.csv"
    stem = re.sub(r"[^\w.-]+", "-", Path(table_name(spec)).stem).strip("-.")
    return f"{stem or UPLOADED}.csv"
