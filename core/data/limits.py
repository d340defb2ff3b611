"""Limits on the size of a table."""

from ..errors import InputError

MAX_ROWS = 2_000_000
MAX_COLUMNS = 2000
MAX_CELLS = 50_000_000


def check_width(columns: int, file: str, hint: str = "") -> None:
    """Raises `InputError` for too many or too few columns."""
    if columns > MAX_COLUMNS:
        raise InputError(
            f"{file} must have at most {MAX_COLUMNS:,} columns. Received: {columns:,}."
        )
    if columns < 2:
        hint = f", {hint}" if hint else ""
        raise InputError(f"{file} must have at least 2 columns{hint}. Received: {columns}.")


def check_rows(rows: int, columns: int, file: str) -> None:
    """Raises `InputError` for too many rows or cells."""
    if rows > MAX_ROWS:
        raise InputError(f"{file} must have at most {MAX_ROWS:,} rows. Received: more than that.")
    if rows * columns > MAX_CELLS:
        raise InputError(
            f"{file} must have at most {MAX_CELLS:,} cells. "
            f"Received: {columns} columns and more than {MAX_CELLS // columns:,} rows."
        )
