"""Awkward and hostile files, made here: a name, the bytes, and what is to come of it.

What comes is a number of rows, or a piece of the one sentence that says why there is no table.
"""

import gzip
import io
import json
import pickle
import tarfile
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

TABLE = b"a,b\n1,2\n3,4\n5,6\n"
Outcome = int | str


def written(write: Callable[[io.BytesIO], Any]) -> bytes:
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


def workbook(cells: list[list[Any]], engine: str = "openpyxl", **sheets: list[list[Any]]) -> bytes:
    def write(buffer: io.BytesIO) -> None:
        with pd.ExcelWriter(buffer, engine=engine) as writer:  # type: ignore[abstract]
            for name, rows in {"first": cells, **sheets}.items():
                pd.DataFrame(rows).to_excel(writer, sheet_name=name, index=False, header=False)

    return written(write)


def parquet(**columns: Any) -> bytes:
    return written(lambda buffer: pq.write_table(pa.table(columns), buffer))


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    def write(buffer: io.BytesIO) -> None:
        with zipfile.ZipFile(buffer, "w", method) as archive:
            for name, content in files.items():
                archive.writestr(name, content)

    return written(write)


def tarred(files: dict[str, bytes]) -> bytes:
    def write(buffer: io.BytesIO) -> None:
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))

    return written(write)


def records(value: Any) -> bytes:
    return json.dumps(value).encode()


GRID = [["a", "b"], [1, 2], [3, 4.5], [5, 6]]
SHEET = workbook(GRID)
PARQUET = parquet(a=[1, 2, 3], b=[1.5, None, 3.5])
NESTED = parquet(a=[1, 2], b=[2.0, 3.0], c=[[1], [2]], d=[{"x": 1}, {"x": 2}], e=[b"x", b"y"])
DATES = [["when", "b"], [datetime(2024, 1, 2), 2], [date(2024, 1, 3), 4]]

TAME: dict[str, tuple[bytes, Outcome]] = {
    "plain": (TABLE, 3),
    "byte order mark": (b"\xef\xbb\xbf" + TABLE, 3),
    "utf-16": (TABLE.decode().encode("utf-16"), 3),
    "utf-16 without a mark": (TABLE.decode().encode("utf-16-le"), 3),
    "utf-32": (TABLE.decode().encode("utf-32"), 3),
    "windows-1252": ("größe,b\n1,2\n3,4\n".encode("cp1252"), 2),
    "windows-1251": ("имя,город,b\nИван,Москва,2\nАнна,Казань,3\n".encode("cp1251"), 2),
    "shift-jis": ("名前,年齢\n太郎,20\n花子,30\n".encode("shift_jis"), 2),
    "mixed encodings": (("ä,b\n" + "ö,1\n" * 20).encode() + "ü,2\n".encode("cp1252"), 21),
    "no final newline": (b"a,b\n1,2\n3,4", 2),
    "carriage returns only": (b"a,b\r1,2\r3,4\r", 2),
    "mixed newlines": (b"a,b\r\n1,2\n3,4\r\n", 2),
    "blank lines between": (b"\n\na,b\n\n1,2\n\n\n3,4\n\n", 2),
    "short rows": (b"a,b,c\n1,2\n3\n4,5,6\n", 3),
    "long row": (b"a,b\n1,2\n3,4,5\n", "3 fields in line 3 where 2"),
    "trailing delimiters": (b"a,b,\n1,2,\n3,4,\n", 2),
    "rows with a trailing delimiter": (b"a,b\n1,2,\n3,4,\n", 2),
    "quote never closed": (b'a,b\n"1,2\n3,4\n', "quotation mark that is never closed"),
    "newline in quotes": (b'a,b\n"x\ny",2\n"z",4\n', 2),
    "quotes in quotes": (b'a,b\n"x ""q""",2\nz,4\n', 2),
    "decimal comma": (b"a;b\n1,5;2\n2,5;3\n", 2),
    "thousands": (b'a,b\n"1,234.5",1\n"2,345,678",2\n', 2),
    "money and per cent": ("a,b\n€ 3,12 %\n$4.50,7%\n-,?\n".encode(), 3),
    "tabs": (b"a\tb\n1\t2\n3\t4\n", 2),
    "bars": (b"a|b\n1|2\n3|4\n", 2),
    "colons": (b"a:b\n1:2\n3:4\n", 2),
    "times, not colons": (b"t,b\n12:30:10,1\n13:45:20,2\n", 2),
    "spaces": (b"a b\n1 2\n3 4\n", 2),
    "no header": (b"1,2\n3,4\n", 2),
    "duplicate names": (b"x,x,x\n1,2,3\n4,5,6\n", 2),
    "empty names": (b",,\n1,2,3\n4,5,6\n", 2),
    "markdown and html names": (b"<b>x</b>,[y](javascript:z),`w`\n1,2,3\n4,5,6\n", 2),
    "script in a name": (b"<script>alert(1)</script>,y\n1,2\n3,4\n", 2),
    "right-to-left and emoji": ("\u202eevil\u202c,🙂,שלום\n1,2,3\n4,5,6\n".encode(), 2),
    "formulas": (b"a,b\n=1+1,2\n\"=cmd|'/C calc'!A0\",4\n", 2),
    "tiny and huge": (b"a,b\n1e-300,1e308\n-1e-300,-1e308\n1e999,2\n", 3),
    "infinity": (b"a,b\n1,inf\n2,-inf\n3,nan\n", 3),
    "large integers": (b"a,b\n1,99999999999999999999999\n2,3\n", 2),
    "all missing": (b"a,b\n,\n,\n", "at least one column of numbers"),
    "one column all missing": (b"a,b\n1,\n2,\n", 2),
    "dates only": (b"a,b\n2024-01-01,2024-02-01\n2024-01-02,2024-02-02\n", "columns of dates"),
    "text only": (b"a,b\nx,y\nz,w\n", "columns of text"),
    "booleans": (b"a,b\nTrue,false\nFalse,true\n", 2),
    "times": (b"t,b\n12:30,1\n13:45,2\n", 2),
    "german dates": (b"d;b\n31.12.2024;1\n01.02.2025;2\n", 2),
    "one column": (b"a\n1\n2\n", "at least 2 columns"),
    "one row": (b"a,b\n1,2\n", "at least 2 rows"),
    "header only": (b"a,b\n", "at least 2 rows"),
    "nothing": (b"", "an empty file"),
    "white space": (b" \n\t\n", "an empty file"),
    "zero bytes": (b"\0" * 1000, "an empty file"),
    "zero byte inside": (b"a,b\n1,\0\n2,3\n", "binary data"),
    "prose": (b"Dear reader, this is it.\nIt goes on, and on, and on.\n", "fields in line"),
    "web page": (b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", "a web page"),
    "xml": (b'<?xml version="1.0"?><a/>', "a web page or an XML"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image"),
    "pdf": (b"%PDF-1.7\n", "a PDF document"),
    "pickle": (pickle.dumps({"a": [1, 2]}), "a pickle, which is never opened"),
    "numpy": (written(lambda f: np.save(f, np.eye(3))), "a NumPy file"),
    "program": (b"\x7fELF\x02\x01\x01", "a program"),
    "10,000 columns": (
        (",".join(map(str, range(10_000))) + "\n").encode() * 3,
        "at most 2,000 col",
    ),
    "one long cell": (b"a,b\n" + b"x" * 300_000 + b",1\ny,2\n", 2),
    "truncated in a quote": (b'a,b\n1,2\n3,"4', 2),
    "excel": (SHEET, 3),
    "excel named csv": (SHEET, 3),
    "old excel": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "a workbook that can be opened",
    ),
    "opendocument": (workbook(GRID, "odf"), 3),
    "excel with dates": (workbook(DATES), 2),
    "excel with text in numbers": (workbook([["a", "b"], ["1,5 %", 2], ["€ 3", 4]]), 2),
    "excel, first sheet empty": (workbook([], second=GRID), 3),
    "empty workbook": (workbook([]), "an empty workbook"),
    "truncated excel": (SHEET[: len(SHEET) // 2], "a whole workbook. Received: a damaged one"),
    "truncated opendocument": (workbook(GRID, "odf")[:900], "a whole workbook"),
    "parquet": (PARQUET, 3),
    "parquet with nested types": (NESTED, 2),
    "parquet of nested types only": (parquet(a=[[1], [2]], b=[[1], [2]]), "at least 2 columns"),
    "parquet of decimals and dictionaries": (
        parquet(
            a=pa.array([1, 2]).cast(pa.decimal128(30, 2)),
            b=pa.array(["x", "y"]).dictionary_encode(),
        ),
        2,
    ),
    "truncated parquet": (PARQUET[:-20], "a damaged one"),
    "parquet of 2,100 columns": (
        parquet(**{f"c{j}": [1, 2] for j in range(2100)}),
        "at most 2,000",
    ),
    "json records": (records([{"x": 1, "y": "a"}, {"x": 2.5, "y": None}]), 2),
    "json lines": (b'{"x":1,"y":2}\n{"x":3,"y":4}\n', 2),
    "json columns": (records({"x": [1, 2, 3], "y": [4, 5, 6]}), 3),
    "json rows": (records([[1, 2], [3, 4]]), 2),
    "json nested": (records([{"x": 1, "y": 2, "z": [1]}, {"x": 2, "y": 3, "z": {}}]), 2),
    "json with holes": (records([{"x": 1, "y": 1}, {"y": 2}, {"x": 3}]), 3),
    "json, deep": (b"[" * 5000 + b"]" * 5000, "valid JSON"),
    "json, truncated": (b'[{"x": 1, "y": 2}, {"x"', "valid JSON"),
    "an array printed in part": (b"array([[1, 2],\n       ...,\n       [5, 6]])", "printed whole"),
    "a data frame of R, uneven": (b"data.frame(x = c(1, 2), y = c(1))", "2 in x, 1 in y"),
    "sql without values": (b"INSERT INTO t VALUES x, y;\n", "rows of values. Received: x, y;"),
    "libsvm, too wide": (b"1 1:2 9000:1\n2 1:3 2:4\n", "at most 2,000 features"),
    "a list, deep": (b"[[1, 2]" + b", (1" * 50_000, "valid JSON"),
    "json numbers": (b"[[1], [2]]", "at least 2 columns"),
    "gzip": (gzip.compress(TABLE), 3),
    "gzip of excel": (gzip.compress(SHEET), 3),
    "truncated gzip": (gzip.compress(TABLE)[:-6], "a damaged one"),
    "zip": (zipped({"data/table.csv": TABLE, "__MACOSX/._table.csv": b"x"}), 3),
    "zip of two": (zipped({"a.csv": TABLE, "b.csv": TABLE}), "2 files"),
    "zip of none": (zipped({}), "files"),
    "tar, gzipped": (tarred({"data/table.csv": TABLE, "data/._table.csv": b"x"}), 3),
    "tar of two": (gzip.decompress(tarred({"a.csv": TABLE, "b.csv": TABLE})), "one file. Received"),
    "tar of none": (tarred({}), "an empty file"),
    "truncated tar": (gzip.decompress(tarred({"a.csv": TABLE}))[:520], "a whole TAR archive"),
    "spss": (b"$FL2@(#) SPSS DATA FILE" + bytes(200), "an SPSS file"),
    "r data": (gzip.compress(b"RDX3\nX\n\0"), "an RData file"),
    "zip in a zip": (zipped({"a.zip": zipped({"b.csv": TABLE})}), "an archive inside an archive"),
    "truncated zip": (zipped({"a.csv": TABLE})[:-30], "a whole ZIP archive"),
}


def sparse_sheet() -> bytes:
    """A workbook of a few bytes that claims to reach to the last cell."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["XFD1048576"] = 1, 2
    return written(book.save)


def claiming(archive: bytes, size: int) -> bytes:
    """An archive whose list of contents says that its first file unpacks to `size` bytes."""
    at = archive.index(b"PK\x01\x02") + 24
    return archive[:at] + size.to_bytes(4, "little") + archive[at + 4 :]


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "gzip bomb": (lambda: gzip.compress(b"0" * 1_000_000) * 450, "unpack to at most 400 MB"),
    "zip bomb": (lambda: claiming(zipped({"a.csv": TABLE}), 4_000_000_000), "at most 400 MB"),
    "excel bomb": (lambda: claiming(SHEET, 2_000_000_000), "unpack to at most 400 MB"),
    "excel that reaches to the last cell": (sparse_sheet, "must"),
    "one giant line": (lambda: b"1," * 10_000_000, "at most 2,000 columns"),
    "a line of blanks": (lambda: b" " * 60_000 + b"x y\na b\n" + b"c d\n" * 300, "of text"),
    "one giant word": (lambda: b"x" * 30_000_000, "at least 2 columns"),
    "three million rows": (lambda: b"a,b\n" + b"1,2\n" * 3_000_000, "at most 2,000,000 rows"),
}
