"""Streamlit's HTML as a page's own address gives it: it says where the server is.

Without that, a browser that opens `/runs` looks for the server below `/runs` first, and its console
shows what is not there.
"""

from collections.abc import Iterable
from functools import cache

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from .static_files import static_folder

# Read by Streamlit's scripts; relative, as their own addresses are.
SERVER = (
    '<script>window.__streamlit = {BACKEND_BASE_URL: new URL("./", location.href).href}</script>'
)


def page_routes(names: Iterable[str]) -> list[Route]:
    """A route for each page but the first, which is where the server is."""
    return [Route(f"/{name}", _page) for name in names]


async def _page(request: Request) -> HTMLResponse:
    return HTMLResponse(page_html(), headers={"Cache-Control": "no-cache"})


@cache
def page_html() -> str:
    """The HTML of the installed Streamlit, with that script before its own."""
    html = (static_folder().parent / "index.html").read_text(encoding="utf-8")
    return html.replace("<head>", f"<head>\n    {SERVER}", 1)
