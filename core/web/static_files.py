"""Streamlit's own scripts, styles and fonts, from memory and compressed once."""

import gzip
import mimetypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .origin import route_path
from .responses import IMMUTABLE

PREFIX = "/static/"
COMPRESSED = {".js", ".css"}  # fonts and pictures are compressed already
ENCODING = "gzip"  # a browser takes others by TLS only, and a class has often none


def static_folder() -> Path:
    """Where the installed Streamlit has what its pages load."""
    package = find_spec("streamlit")
    assert package is not None and package.origin is not None
    return Path(package.origin).parent / "static" / "static"


class StaticFiles:
    """Answers requests for files of one folder, whose names say their version.

    Streamlit sends its scripts as they are, each by several threads, which stand in line with those
    that run pages: a class that opens a page at once asks for thousands. What is kept is bounded by
    the folder: a third of it.

    Args:
        app: The ASGI app that it wraps, which answers for all else, and for who takes no gzip.
        folder: The files; they must not change while the server runs.
    """

    def __init__(self, app: ASGIApp, folder: Path | None = None):
        self._app = app
        folder = folder or static_folder()
        found = (path for path in folder.rglob("*") if path.is_file())
        self._files = {PREFIX + path.relative_to(folder).as_posix(): path for path in found}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = self._files.get(route_path(scope)) if scope["type"] == "http" else None
        if path is None or not _is_for_all_of_it(scope, path.suffix in COMPRESSED):
            await self._app(scope, receive, send)
            return
        headers = {"Cache-Control": IMMUTABLE}
        if path.suffix in COMPRESSED:
            headers |= {"Content-Encoding": ENCODING, "Vary": "Accept-Encoding"}
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        await Response(content(path), media_type=kind, headers=headers)(scope, receive, send)


def _is_for_all_of_it(scope: Scope, packed: bool) -> bool:
    """Whether a request is for a whole file, in the encoding that is kept of it."""
    headers = Headers(scope=scope)
    if scope["method"] not in ("GET", "HEAD") or "range" in headers:
        return False
    return not packed or ENCODING in headers.get("accept-encoding", "")


@cache
def content(path: Path) -> bytes:
    """What is sent of a file; read and compressed once."""
    source = path.read_bytes()
    return gzip.compress(source, mtime=0) if path.suffix in COMPRESSED else source
