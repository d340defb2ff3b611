"""Responses that several routes give."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

IMMUTABLE = "public, max-age=31536000, immutable"  # of what never changes under its URL


def error_response(status: int, message: str) -> JSONResponse:
    """A response whose body says what is wrong."""
    return JSONResponse({"error": message}, status_code=status)


def immutable_script(request: Request, source: Callable[[bool], bytes]) -> Response:
    """A script that browsers and proxies keep for a year, because its URL names its version.

    Args:
        request: Says whether the client accepts gzip.
        source: Returns the script, compressed with gzip or not. Should return the same bytes at
            each call: to compress for each request would delay all other requests.
    """
    compressed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding"}
    if compressed:
        headers["Content-Encoding"] = "gzip"
    return Response(source(compressed), media_type="text/javascript", headers=headers)
