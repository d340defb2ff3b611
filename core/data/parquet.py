"""Reads the flat columns of Parquet files with Arrow; ignores their pandas metadata."""

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError
from .charset import Content
from .limits import check_rows, check_width

# Columns come as they are stored; before Arrow 21 they always did.
NO_EXTENSIONS: dict[str, Any] = (
    {"arrow_extensions_enabled": False} if int(pa.__version__.partition(".")[0]) >= 21 else {}
)


def read_parquet(content: Content, file: str) -> tuple[list[str], list[pa.ChunkedArray], list[str]]:
    """Names and flat columns, and the names of nested or binary columns, which are left out.

    Raises:
        InputError: If the file is damaged or too large.
    """
    try:
        source = pq.ParquetFile(pa.BufferReader(pa.py_buffer(content)), **NO_EXTENSIONS)
        schema = source.schema_arrow
        check_width(len(schema), file)
        check_rows(source.metadata.num_rows, len(schema), file)
        flat = [field.name for field in schema if _is_flat(field.type)]
        nested = [field.name for field in schema if not _is_flat(field.type)]
        positions = [j for j, field in enumerate(schema) if _is_flat(field.type)]
        table = source.read(columns=flat, use_pandas_metadata=False) if flat else None
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{file} must be a whole Parquet file. Received: a damaged one."
        ) from error
    if table is None or table.num_columns != len(positions):
        return [], [], nested
    return list(table.column_names), list(table.columns), nested


def _is_flat(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_flat(kind.value_type)
    binary = pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    special = pa.types.is_fixed_size_binary(kind) or isinstance(kind, pa.BaseExtensionType)
    return not (pa.types.is_nested(kind) or binary or special)
