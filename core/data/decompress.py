"""What a file is, by its first bytes, and what is packed in it; its name does not matter."""

import gzip
import zipfile
import zlib
from io import BytesIO

from ..errors import InputError
from .charset import Content

MAX_BYTES = 200_000_000
MAX_UNPACKED = 400_000_000
MAX_MEMBERS = 10_000
CHUNK = 1 << 20
GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04", b"PK\x05\x06"  # the second of an archive without files
PARQUET = b"PAR1"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STRANGERS = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"{\\rtf": "an RTF document",
    b"SQLite format 3\0": "an SQLite database",
    b"\x89HDF": "an HDF5 file",
    b"\x93NUMPY": "a NumPy file",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"ARROW1": "an Arrow file",
}
PICKLE = b"\x80"
PICKLES = (2, 3, 4, 5)
KINDS = "a CSV, Excel, Parquet or JSON file"


def unpacked(content: Content, file: str) -> tuple[str, Content]:
    """The kind of table and its bytes: `text`, `workbook`, `parquet`; archives are opened once.

    Raises:
        InputError: For what is no table, an archive of several files, or one that grows too large.
    """
    kind, inner = _opened(content, file)
    if kind == "archive":
        kind, inner = _opened(inner, file)
        if kind == "archive":
            raise InputError(f"{file} must hold a table. Received: an archive inside an archive.")
    return kind, inner


def _opened(content: Content, file: str) -> tuple[str, Content]:
    head = content[:16]
    if head.startswith(GZIP):
        return "archive", _gunzipped(content, file)
    if head.startswith(ZIP):
        return _unzipped(content, file)
    if head.startswith(PARQUET):
        return "parquet", content
    if head.startswith(OLD_EXCEL):
        return "workbook", content
    for signature, name in STRANGERS.items():
        if head.startswith(signature):
            raise InputError(f"{file} must be {KINDS}. Received: {name}.")
    if head[:1] == PICKLE and len(head) > 1 and head[1] in PICKLES:
        raise InputError(f"{file} must be {KINDS}. Received: a pickle, which is never opened.")
    return "text", content


def _gunzipped(content: Content, file: str) -> bytes:
    pieces, size = [], 0
    try:
        with gzip.open(BytesIO(content)) as stream:
            while piece := stream.read(CHUNK):
                size += len(piece)
                _check_size(size, file)
                pieces.append(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"{file} must be a whole gzip archive. Received: a damaged one."
        ) from error
    return b"".join(pieces)


def _unzipped(content: Content, file: str) -> tuple[str, Content]:
    """A zip is a workbook, or an archive of one file."""
    damaged = InputError(f"{file} must be a whole ZIP archive. Received: a damaged one.")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise InputError(
                    f"{file} must be an archive of one file. Received: {len(members):,} files."
                )
            names = {member.filename for member in members}
            if names & {"[Content_Types].xml", "mimetype", "content.xml"}:
                _check_size(sum(member.file_size for member in members), file)
                return "workbook", content
            own = [m for m in members if not m.is_dir() and not _leftover(m.filename)]
            if len(own) != 1:
                raise InputError(
                    f"{file} must be an archive of one file. Received: {len(own)} files."
                )
            if own[0].flag_bits & 1:
                raise InputError(f"{file} must not be encrypted. Received: a file with a password.")
            _check_size(own[0].file_size, file)
            with archive.open(own[0]) as stream:
                inner = stream.read(MAX_UNPACKED + 1)
    except InputError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise damaged from error
    except (zlib.error, ValueError, KeyError, UnicodeError) as error:
        raise damaged from error
    _check_size(len(inner), file)
    return "archive", inner


def _leftover(name: str) -> bool:
    """What macOS puts beside the files."""
    return name.startswith("__MACOSX/") or name.endswith(".DS_Store")


def _check_size(size: int, file: str) -> None:
    if size > MAX_UNPACKED:
        raise InputError(
            f"{file} must unpack to at most {MAX_UNPACKED / 1e6:.0f} MB. Received: more than that."
        )
