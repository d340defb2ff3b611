"""JavaScript modules of a folder, each at a URL that names the version of all of them."""

import gzip
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .responses import error_response, immutable_script


class ScriptModules:
    """Serves the `.js` files of a folder and its subfolders.

    They import each other by relative paths, so they share one version: a hash of all of them. They
    are read once, so that version and content belong together even if the files change meanwhile.

    Args:
        prefix: Path of the route, without a slash at its end.
        folder: Where the files are.

    Attributes:
        version: The hash.
        route: `GET <prefix>/<version>/<name>`.
    """

    def __init__(self, prefix: str, folder: Path):
        self._scripts: dict[str, dict[bool, bytes]] = {}  # by name, then by whether compressed
        content = hashlib.sha256()
        for path in sorted(folder.rglob("*.js")):
            name, source = path.relative_to(folder).as_posix(), path.read_bytes()
            self._scripts[name] = {False: source, True: gzip.compress(source, mtime=0)}
            content.update(f"{name}\0{len(source)}\0".encode() + source)
        self.version = content.hexdigest()[:16]
        self._prefix = prefix
        self.route = Route(f"{prefix}/{{version}}/{{name:path}}", self._serve)

    def url(self, name: str) -> str:
        """The path of a file's URL.

        Args:
            name: The file, relative to the folder.

        Raises:
            KeyError: If there is no such file.
        """
        if name not in self._scripts:
            raise KeyError(name)
        return f"{self._prefix}/{self.version}/{name}"

    async def _serve(self, request: Request) -> Response:
        version, name = request.path_params["version"], request.path_params["name"]
        if version != self.version:
            return error_response(404, "This server has another version of this script.")
        if name not in self._scripts:
            return error_response(404, "This server has no such script.")
        return immutable_script(request, self._scripts[name].__getitem__)
