"""Plotly for the browser: the part that draws lines, bars, heat maps and contours."""

import gzip
import re
from functools import cache
from pathlib import Path

import plotly
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.web.responses import immutable_script
from core.web.routes import PLOTLY_URL as WHOLE_URL


def installed_version() -> str:
    """The version of Plotly.js that the Python package has, from the head of its file."""
    with (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").open("rb") as file:
        found = re.search(rb"plotly\.js v([\w.-]+)", file.read(400))
    return found[1].decode() if found else "unknown"


VERSION = installed_version()
PART = Path(__file__).parent / "vendor" / f"plotly-cartesian-{VERSION}.min.js.gz"
PART_URL = f"/api/plotly-cartesian/{VERSION}.js"
PLOTLY_URL = PART_URL if PART.exists() else WHOLE_URL  # of another version there is no part


async def _part(request: Request) -> Response:
    return immutable_script(request, _source)


@cache
def _source(compressed: bool) -> bytes:
    """The part, as it lies here or decompressed."""
    packed = PART.read_bytes()
    return packed if compressed else gzip.decompress(packed)


PLOTLY_ROUTE = Route(PART_URL, _part)
