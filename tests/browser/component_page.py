"""A page with one component, from a server whose events a test decides on. No Streamlit."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import plotly
import uvicorn
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from core.events import Event
from pages.ui.modules import LOADER, MODULES, module

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
NOT_LOADED = "The charts did not load."
PAGE = """<!doctype html><html lang="en"><link rel="icon" href="data:,"><style>
body { --st-text-color: #222; --st-border-color-light: #ddd; --st-font: sans-serif; }
</style><div id="mount"></div><script type="module">
import mount from "/module_loader.js";
window.triggers = [];
window.show = (data) => { window.unmount = mount({
  data: (window.data = data),
  parentElement: document.getElementById("mount"),
  setTriggerValue: (name, value) => window.triggers.push([name, value]),
}); };
window.ready = true;
</script>"""
CACHED = {"Cache-Control": "max-age=3600", "Content-Type": "text/javascript"}


@dataclass
class EventServer:
    """The server: the first `shown` events of a run are there; polls are answered with `status`.

    Attributes:
        runs: Events by token.
        polls: `since` of each poll.
        url: Of the page.
    """

    runs: dict[str, list[Event]] = field(default_factory=dict)
    shown: int = 0
    status: int = 200
    polls: list[int] = field(default_factory=list)
    url: str = ""

    def reset(self) -> None:
        self.runs, self.shown, self.status, self.polls = {}, 10_000, 200, []

    def events(self, request: Request) -> Response:
        since = int(request.query_params["since"])
        self.polls.append(since)
        events = self.runs.get(request.path_params["token"])
        if self.status != 200 or events is None:
            return Response("{}", 404 if self.status == 200 else self.status)
        shown = events[: self.shown]
        over = bool(shown) and shown[-1]["event"] == "run_ended"
        answer = {"events": shown[since:], "next": len(shown), "ended": over, "state": "running"}
        return Response(orjson.dumps(answer), media_type="application/json")


@contextmanager
def serve() -> Iterator[EventServer]:
    server = EventServer()
    app = Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse(PAGE)),
            Route("/module_loader.js", lambda _: Response(LOADER, media_type="text/javascript")),
            MODULES.route,
            Route("/plotly.js", lambda _: FileResponse(PLOTLY, headers=CACHED)),
            Route("/api/runs/{token}/events", server.events),
        ]
    )
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server.url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    serving = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield server
    finally:
        serving.should_exit = True
        thread.join()


def show_component(page: Page, name: str, data: dict[str, Any]) -> None:
    """Mounts the component of a module, or calls it again."""
    common = {"notify": True, "runs": "/api/runs", "plotly": "/plotly.js"}
    data = module(name, NOT_LOADED) | common | data
    page.evaluate("(data) => window.show(data)", data)
