"""What is known of an uploaded table."""

from typing import Any

from .decisions import Decisions
from .dialect import Dialect
from .type_inference import ColumnReading

NO_OWNER = ""  # of tables that the command line and tests save


class Upload:
    """The metadata of an uploaded table.

    Attributes:
        source: Its id.
        owner: Key of the learner it belongs to, see `core.web.learner`.
        file: The file's name, cleaned.
        name: The same, with a number where its owner has another upload of that name.
        rows: Number of rows.
        kind: File format: a key of `core.data.read.TITLES`, or "table".
        dialect: With which the file was read.
        columns: How each column was read.
        decisions: What was decided besides.
        left_out: Names of nested or binary columns.
        sheets: The names of all sheets of a workbook, or of the tables of a text that has several.
    """

    def __init__(self, source: str, metadata: dict[str, Any]):
        self.source = source
        self.owner: str = metadata.get("owner", NO_OWNER)
        self.file: str = metadata.get("file", metadata["name"])
        self.name: str = metadata["name"]
        self.rows: int = metadata["rows"]
        self.kind: str = metadata["kind"]
        self.dialect = Dialect(**metadata["dialect"])
        self.columns = tuple(ColumnReading(**column) for column in metadata["columns"])
        self.decisions = Decisions.of(metadata.get("decisions", {}))
        self.left_out: tuple[str, ...] = tuple(metadata["left_out"])
        self.sheets: tuple[str, ...] = tuple(metadata["sheets"])

    @property
    def title(self) -> str:
        """Name and size, for menus."""
        return f"{self.name} · {self.rows:,} × {len(self.columns):,}"
