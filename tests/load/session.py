"""One browser tab as the server sees it: Streamlit's protocol over a real WebSocket.

The messages are Streamlit's own protobufs. Of the page only what a learner needs is kept: widgets
by their key or label, the live chart's data, the timers of fragments.
"""

import asyncio
import re
from collections import Counter
from typing import Any, Self

import aiohttp
import orjson
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ASSET = re.compile(r'(?:src|href)="\./((?:static/)[^"]+)"')
TRIGGERS = "$$STREAMLIT_INTERNAL_KEY_{}__events"
WIDGETS = {"number_input", "selectbox", "button_group", "button", "bidi_component", "text_input"}
WIDGETS |= {"text_area"}
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
PATIENCE = 60.0  # seconds for an answer; a wait this long is an error of the server
AT_ONCE = 6  # connections of a browser to one server
ASKED_ANEW = ("_stcore/health", "_stcore/host-config")  # at each opening of a page


def browser() -> aiohttp.ClientSession:
    """One learner's: with the cookie that makes them one, which a server by its number may set."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


class Tab:
    """A connected browser tab.

    Args:
        http: Whose cookies and connections it uses: one a learner.
        server: Its address, without a slash at the end.
        query: Of the page's address.
        cache: Files that the learner's browser keeps: those that never change under their name. A
            page that is opened again does not ask for them.

    Attributes:
        query: What stands behind the `?` of the page's address.
        widgets: Elements by the key in their id, and by their label.
        messages: Bytes that came over the WebSocket.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        server: str,
        query: str = "",
        cache: set[str] | None = None,
    ):
        self.http, self.server, self.query = http, server, query
        self.cache: set[str] = set() if cache is None else cache
        self.widgets: dict[str, Any] = {}
        self.pages: dict[str, str] = {}
        self.messages = 0
        self._page = ""
        self._states: dict[str, Any] = {}
        self._cached: dict[str, ForwardMsg] = {}
        self._timers: dict[str, asyncio.Task] = {}
        self._fragments: dict[str, str] = {}  # by the id of what stands in them
        self._ended: Counter[str] = Counter()  # runs of each fragment; the whole page is ""
        self._finished = asyncio.Condition()
        self._lost: Exception | None = None

    async def open(self) -> Self:
        """Loads the page's files, connects, and waits until the first script run has ended."""
        page, headers = f"{self.server}/?{self.query}", {"Accept": "text/html"}
        async with self.http.get(page, headers=headers) as response:
            html = await response.text()
        await self._load([f"/{path}" for path in ASSET.findall(html)])
        await self._load([f"/{path}" for path in ASKED_ANEW])
        address = self.server.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = await self.http.ws_connect(
            address, protocols=["streamlit"], max_msg_size=0, origin=self.server
        )
        self._listener = asyncio.create_task(self._listen())
        await self.rerun()
        await self._load_modules()
        return self

    async def close(self) -> None:
        """Closes the tab, as F5 or a closed lid does."""
        for timer in self._timers.values():
            timer.cancel()
        self._listener.cancel()
        await self._socket.close()

    async def set(self, key: str, value: float | str | list[str]) -> None:
        """Changes a knob and waits for the page that answers it."""
        widget = self.widgets[key]
        state = BackMsg().rerun_script.widget_states.widgets.add()
        state.id = widget.id
        if isinstance(value, list):
            state.string_array_value.data[:] = value
        elif isinstance(value, str):
            state.string_value = value
        else:
            state.double_value = value
        self._states[widget.id] = state
        self._put_in_address(widget, value)
        await self.rerun()

    def fill(self, key: str, text: str) -> None:
        """Types into a field of a form, which is sent with its button."""
        widget = self.widgets[key]
        state = BackMsg().rerun_script.widget_states.widgets.add()
        state.id, state.string_value = widget.id, text
        self._states[widget.id] = state

    async def press(self, label: str) -> None:
        """Presses a button and waits for the page that answers it."""
        state = BackMsg().rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = self.widgets[label].id, True
        await self.rerun(state, self._fragments.get(state.id, ""))

    async def say(self, key: str, event: str, value: Any) -> None:
        """Calls back as a component does, and waits for the page that answers."""
        own = (
            BackMsg().rerun_script.widget_states.widgets.add()
        )  # a component's, beside what it says
        own.id, own.json_value = self.widgets[key].id, "{}"
        self._states[own.id] = own
        state = BackMsg().rerun_script.widget_states.widgets.add()
        state.id = TRIGGERS.format(self.widgets[key].id)
        state.json_trigger_value = orjson.dumps([{"event": event, "value": value}]).decode()
        await self.rerun(state, self._fragments.get(self.widgets[key].id, ""))

    async def go(self, page: str) -> None:
        """Changes the page by its title."""
        self._page = self.pages[page]
        self.query = ""
        await self.rerun()

    async def visit(self, page: str, query: str) -> None:
        """Changes the page by its title, with something behind the `?`."""
        self._page, self.query = self.pages[page], query
        await self.rerun()

    def data(self, key: str) -> dict[str, Any]:
        """What a component was given."""
        return orjson.loads(self.widgets[key].json)

    async def rerun(self, trigger: Any = None, fragment: str = "") -> None:
        """Asks for a run of the script, or of one fragment, and waits for its end.

        A run of the whole page, which a fragment may ask for instead, is an answer too.
        """

        def ended() -> int:
            return sum(self._ended[part] for part in {fragment, ""})

        async with self._finished:
            before = ended()
            await self._ask(trigger, fragment)
            await asyncio.wait_for(
                self._finished.wait_for(lambda: ended() > before or self._lost), PATIENCE
            )
        if self._lost:
            raise self._lost

    async def _ask(self, trigger: Any = None, fragment: str = "", timer: bool = False) -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash = self.query, self._page
        asked.fragment_id, asked.is_auto_rerun = fragment, timer
        asked.widget_states.widgets.extend(self._states.values())
        asked.cached_message_hashes.extend(self._cached)
        if trigger is not None:
            asked.widget_states.widgets.append(trigger)
        await self._socket.send_bytes(message.SerializeToString())

    async def _load_modules(self) -> None:
        """What components load by themselves: their modules, and the chart library."""
        components = (w for w in self.widgets.values() if w.DESCRIPTOR.name == "BidiComponent")
        told = [orjson.loads(component.json) for component in components if component.json]
        paths = [path for data in told if data for path in data.get("modules", ())]
        paths += [data["plotly"] for data in told if data and "plotly" in data]
        await self._load(sorted({*paths}))

    async def _load(self, paths: list[str]) -> None:
        """Loads files as a browser does: several at once, and none that it has."""
        places = asyncio.Semaphore(AT_ONCE)

        async def load(path: str) -> None:
            async with places, self.http.get(self.server + path) as response:
                response.raise_for_status()
                await response.content.read()
                if "immutable" in response.headers.get("Cache-Control", ""):
                    self.cache.add(path)

        await asyncio.gather(*(load(path) for path in paths if path not in self.cache))

    async def _listen(self) -> None:
        try:
            async for frame in self._socket:
                self.messages += len(frame.data)
                message = ForwardMsg()
                message.ParseFromString(frame.data)
                await self._take(message)
            raise ConnectionError(f"The server closed the WebSocket: {self._socket.close_code}.")
        except Exception as error:
            async with self._finished:
                self._lost = error
                self._finished.notify_all()

    async def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            message, kind = self._cached[message.ref_hash], "delta"
        if message.metadata.cacheable:
            self._cached[message.hash] = message
        match kind:
            case "delta":
                self._keep(message.delta)
            case "navigation":
                pages = message.navigation.app_pages
                self.pages = {page.page_name: page.page_script_hash for page in pages}
            case "new_session":
                self._page = message.new_session.page_script_hash or self._page
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "auto_rerun":
                self._start_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            case "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self._stop_timer(fragment)
            case "script_finished" if message.script_finished in DONE:
                async with self._finished:
                    self._ended.update(message.metadata.run.fragment_ids or [""])
                    self._finished.notify_all()

    def _keep(self, delta: Any) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind in WIDGETS:
            widget = getattr(element, kind)
            name = widget.id.split("-", 2)[2]
            for told in {name, getattr(widget, "label", "")} - {"", "None"}:
                self.widgets[told] = widget
            if name == "reconnect":
                self._go_to(orjson.loads(widget.json) or {})
            self._fragments[widget.id] = delta.fragment_id
        elif kind == "exception":
            raise RuntimeError(f"The page shows an error: {element.exception.type}.")

    def _go_to(self, told: dict[str, Any]) -> None:
        """Writes the address of a page that was reached by its name, as reconnect.js does."""
        self.query = told.get("search") or self.query

    def _put_in_address(self, widget: Any, value: Any) -> None:
        if name := widget.query_param_key:
            parts = [p for p in self.query.split("&") if p and not p.startswith(f"{name}=")]
            shown = value[0] if isinstance(value, list) else value
            self.query = "&".join([*parts, f"{name}={shown}"])

    def _start_timer(self, fragment: str, interval: float) -> None:
        self._stop_timer(fragment)

        async def tick() -> None:
            while True:
                await asyncio.sleep(interval)
                await self._ask(fragment=fragment, timer=True)

        self._timers[fragment] = asyncio.create_task(tick())

    def _stop_timer(self, fragment: str) -> None:
        if timer := self._timers.pop(fragment, None):
            timer.cancel()
