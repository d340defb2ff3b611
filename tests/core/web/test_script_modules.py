"""Scripts under a URL that names their version: how long they are kept, what is not found."""

import gzip
from pathlib import Path

import pytest
from starlette.applications import Starlette

from core.web.script_modules import ScriptModules
from tests.core.web.asgi import Answer, request

SOURCES = {"shared.js": "export const two = 2;\n", "screen/a.js": 'import "../shared.js"; // ∞\n'}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "screen").mkdir()
    for name, source in SOURCES.items():
        (tmp_path / name).write_text(source, encoding="utf-8")
    (tmp_path / "secret.py").write_text("PASSWORD = 1\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def modules(folder: Path) -> ScriptModules:
    return ScriptModules("/api/modules", folder)


def get(modules: ScriptModules, url: str, **headers: str) -> Answer:
    return request(Starlette(routes=[modules.route]), url, headers=headers)


@pytest.mark.parametrize("name", SOURCES)
def test_a_script_may_be_kept_for_a_year(modules, name):
    answer = get(modules, modules.url(name))
    assert answer.status == 200
    assert answer.body.decode() == SOURCES[name]
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in answer.headers


def test_it_is_compressed_once_for_who_understands_it(modules, monkeypatch):
    monkeypatch.setattr(gzip, "compress", None)
    answer = get(modules, modules.url("screen/a.js"), **{"accept-encoding": "gzip, br"})
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body).decode() == SOURCES["screen/a.js"]


def test_the_version_changes_with_any_script_and_with_nothing_else(modules, folder):
    assert ScriptModules("/api/modules", folder).version == modules.version
    (folder / "secret.py").write_text("PASSWORD = 2\n", encoding="utf-8")
    assert ScriptModules("/api/modules", folder).version == modules.version
    (folder / "shared.js").write_text("export const two = 3;\n", encoding="utf-8")
    changed = ScriptModules("/api/modules", folder)
    assert changed.url("screen/a.js") != modules.url("screen/a.js")
    (folder / "shared.js").rename(folder / "common.js")
    assert ScriptModules("/api/modules", folder).version not in (changed.version, modules.version)


def test_a_server_answers_with_what_it_has_read_and_for_that_version_only(modules, folder):
    (folder / "shared.js").write_text("export const two = 3;\n", encoding="utf-8")
    assert get(modules, modules.url("shared.js")).body.decode() == SOURCES["shared.js"]
    answer = get(modules, ScriptModules("/api/modules", folder).url("shared.js"))
    assert answer.status == 404
    assert answer.json() == {"error": "This server has another version of this script."}
    assert "cache-control" not in answer.headers


@pytest.mark.parametrize(
    "name", ["other.js", "secret.py", "screen", "screen/../secret.py", "../../etc/passwd", ""]
)
def test_nothing_else_is_served(modules, name):
    with pytest.raises(KeyError):
        modules.url(name)
    assert get(modules, f"/api/modules/{modules.version}/{name}").status == 404


def test_nothing_can_be_written(modules):
    app = Starlette(routes=[modules.route])
    assert request(app, modules.url("shared.js"), "POST").status == 405
