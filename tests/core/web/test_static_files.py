"""Streamlit's own files: each compressed once, kept for a year, and nothing else."""

import gzip
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from core.web import static_files
from core.web.static_files import StaticFiles, content, static_folder
from tests.conftest import finished
from tests.core.web.asgi import Answer, request

SCRIPT = "const answer = 42;\n" * 100
FONT = b"wOF2" + bytes(range(256))
ELSE = "of the app"
GZIP = {"accept-encoding": "gzip, deflate, br"}


async def below(scope: Scope, receive: Receive, send: Send) -> None:
    """The app that answers for all else."""
    if scope["type"] == "http":
        await PlainTextResponse(ELSE)(scope, receive, send)


@pytest.fixture
def app(tmp_path: Path) -> StaticFiles:
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "static" / "js" / "index.1a2b.js").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "static" / "font.woff2").write_bytes(FONT)
    (tmp_path / "secret.js").write_text("let password;", encoding="utf-8")
    return StaticFiles(below, tmp_path / "static")


def get(app: StaticFiles, url: str, method: str = "GET", **headers: str) -> Answer:
    return request(app, url, method, GZIP | headers)


def test_a_script_comes_compressed_and_is_kept_for_a_year(app):
    answer = get(app, "/static/js/index.1a2b.js")
    assert gzip.decompress(answer.body).decode() == SCRIPT
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")


def test_a_font_comes_as_it_is(app):
    answer = get(app, "/static/font.woff2")
    assert answer.body == FONT
    assert answer.headers["content-type"] == "font/woff2"
    assert "content-encoding" not in answer.headers


def test_it_is_compressed_once_however_often_it_is_asked_for(app, monkeypatch):
    calls = []

    def compress(source: bytes, mtime: float) -> bytes:
        calls.append(len(source))
        return b"packed"

    monkeypatch.setattr(static_files.gzip, "compress", compress)
    content.cache_clear()
    for _ in range(3):
        assert get(app, "/static/js/index.1a2b.js").body == b"packed"
    assert calls == [len(SCRIPT)]
    content.cache_clear()


@pytest.mark.parametrize(
    "url",
    ["/", "/static/none.js", "/static/../secret.js", "/static//js/index.1a2b.js", "/api/health"],
)
def test_all_else_is_the_apps(app, url):
    assert get(app, url).body == ELSE.encode()


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"accept-encoding": "identity"}),
        ("GET", {"range": "bytes=0-9"}),
        ("POST", {}),
    ],
)
def test_so_is_what_is_not_for_the_whole_file_compressed(app, method, headers):
    assert get(app, "/static/js/index.1a2b.js", method, **headers).body == ELSE.encode()


def test_a_server_that_starts_is_let_through(app):
    finished(app({"type": "lifespan"}, None, None))


def test_streamlit_has_its_files_there():
    assert [*static_folder().glob("js/index.*.js")]
