"""Detects a file's format by its signature, not by its name, and decompresses archives."""

import gzip
import tarfile
import zipfile
import zlib
from io import BytesIO

from ..errors import InputError
from .charset import Content

MAX_BYTES = 200_000_000
MAX_DECOMPRESSED = 400_000_000
MAX_MEMBERS = 10_000
CHUNK_BYTES = 1 << 20
GZIP_SIGNATURE = b"\x1f\x8b"
ZIP_SIGNATURES = b"PK\x03\x04", b"PK\x05\x06"  # the second: of an empty archive
PARQUET_SIGNATURE = b"PAR1"
TAR_SIGNATURE, TAR_OFFSET = b"ustar", 257
WORKBOOK_MEMBERS = {"[Content_Types].xml", "mimetype", "content.xml"}
WORKBOOK_STARTS = (*WORKBOOK_MEMBERS, "_rels/", "docProps/", "xl/")  # the first member's name
XLS_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNSUPPORTED_SIGNATURES = {
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
    b"$FL2@(#)": "an SPSS file",
    b"$FL3@(#)": "an SPSS file",
    b"<stata_dta>": "a Stata file",
    b"MATLAB 5.0 MAT": "a MATLAB file",
    b"CDF\x01": "a NetCDF file",
    b"CDF\x02": "a NetCDF file",
    b"RDX2\n": "an RData file",
    b"RDX3\n": "an RData file",
    b"PGDMP": "a PostgreSQL archive",
}
PICKLE_SIGNATURE = b"\x80"
PICKLE_PROTOCOLS = (2, 3, 4, 5)
SUPPORTED_FORMATS = "a CSV, Excel, Parquet or JSON file"


def is_archive(head: bytes) -> bool:
    """Whether a file that begins like this must be read as a whole."""
    return head.startswith((GZIP_SIGNATURE, *ZIP_SIGNATURES))


def decompress(content: Content, file: str) -> tuple[str, Content]:
    """The file's format (`text`, `workbook`, `parquet`) and its bytes, out of one archive at most.

    Raises:
        InputError: For an unsupported format, an archive of several files or within another, or
            one that is too large when decompressed.
    """
    kind, inner = _detect(content, file)
    if kind == "archive":
        kind, inner = _detect(inner, file)
        if kind == "archive":
            raise InputError(f"{file} must hold a table. Received: an archive inside an archive.")
    return kind, inner


def _detect(content: Content, file: str) -> tuple[str, Content]:
    head = content[:16]
    if head.startswith(GZIP_SIGNATURE):
        inner = _gunzip(content, file)
        return "archive", _untar(inner, file) if _is_tar(inner) else inner
    if head.startswith(ZIP_SIGNATURES):
        return _unzip(content, file)
    if _is_tar(content):
        return "archive", _untar(content, file)
    if head.startswith(PARQUET_SIGNATURE):
        return "parquet", content
    if head.startswith(XLS_SIGNATURE):
        return "workbook", content
    for signature, name in UNSUPPORTED_SIGNATURES.items():
        if head.startswith(signature):
            raise InputError(f"{file} must be {SUPPORTED_FORMATS}. Received: {name}.")
    if head[:1] == PICKLE_SIGNATURE and len(head) > 1 and head[1] in PICKLE_PROTOCOLS:
        raise InputError(
            f"{file} must be {SUPPORTED_FORMATS}. Received: a pickle, which is never opened."
        )
    return "text", content


def _is_tar(content: Content) -> bool:
    return content[TAR_OFFSET : TAR_OFFSET + len(TAR_SIGNATURE)] == TAR_SIGNATURE


def _gunzip(content: Content, file: str) -> bytes:
    pieces, size = [], 0
    try:
        with gzip.open(BytesIO(content)) as stream:
            while piece := stream.read(CHUNK_BYTES):
                size += len(piece)
                _check_size(size, file)
                pieces.append(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"{file} must be a whole gzip archive. Received: a damaged one."
        ) from error
    return b"".join(pieces)


def _untar(content: Content, file: str) -> bytes:
    """The one file of a TAR archive."""
    found: list[bytes] = []
    try:
        with tarfile.open(fileobj=BytesIO(content), mode="r:") as archive:
            for member in archive:
                if not member.isfile() or _is_macos_metadata(member.name):
                    continue
                if found:
                    raise InputError(f"{file} must be an archive of one file. Received: several.")
                _check_size(member.size, file)
                stream = archive.extractfile(member)
                found.append(stream.read(MAX_DECOMPRESSED + 1) if stream else b"")
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{file} must be a whole TAR archive. Received: a damaged one.") from error
    if not found:
        raise InputError(f"{file} must be an archive of one file. Received: 0 files.")
    return found[0]


def _unzip(content: Content, file: str) -> tuple[str, Content]:
    """Opens a ZIP file: a workbook, or an archive of one file."""
    called = "workbook" if _first_member(content).startswith(WORKBOOK_STARTS) else "ZIP archive"
    damaged = InputError(
        f"{file} must be a whole {called}. Received: a damaged one, or a part of one."
    )
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise InputError(
                    f"{file} must be an archive of one file. Received: {len(members):,} files."
                )
            names = {member.filename for member in members}
            if names & WORKBOOK_MEMBERS:
                _check_size(sum(member.file_size for member in members), file)
                return "workbook", content
            files = [m for m in members if not m.is_dir() and not _is_macos_metadata(m.filename)]
            if len(files) != 1:
                raise InputError(
                    f"{file} must be an archive of one file. Received: {len(files)} files."
                )
            if files[0].flag_bits & 1:
                raise InputError(f"{file} must not be encrypted. Received: a file with a password.")
            _check_size(files[0].file_size, file)
            with archive.open(files[0]) as stream:
                inner = stream.read(MAX_DECOMPRESSED + 1)
    except InputError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise damaged from error
    except (zlib.error, ValueError, KeyError, UnicodeError) as error:
        raise damaged from error
    _check_size(len(inner), file)
    return "archive", inner


def _first_member(content: Content) -> str:
    """The name in a ZIP file's first local header, which is there even where its end is not.

    The header is that of section 4.3.7 of PKWARE's APPNOTE.TXT.
    """
    length = int.from_bytes(content[26:28], "little")
    return bytes(content[30 : 30 + length]).decode("utf-8", "replace")


def _is_macos_metadata(name: str) -> bool:
    """Whether macOS has added this file to the archive."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith((".DS_Store", "._"))


def _check_size(size: int, file: str) -> None:
    if size > MAX_DECOMPRESSED:
        raise InputError(
            f"{file} must unpack to at most {MAX_DECOMPRESSED / 1e6:.0f} MB. "
            "Received: more than that."
        )
