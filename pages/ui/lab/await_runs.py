"""Waits for runs that are not on screen, in the browser: no script reruns meanwhile."""

from collections.abc import Sequence
from pathlib import Path

from streamlit.components.v2 import component

_mount = component(
    "uphill_await_runs",
    js=(Path(__file__).parent / "await_runs.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def await_runs(tokens: Sequence[str], *, retry: bool, key: str, runs: str = "/api/runs") -> None:
    """Reruns the fragment around it when some of the runs have ended.

    Args:
        tokens: The runs that go on.
        retry: Whether something could not start, and is to be tried again after a while.
        key: Of the element.
        runs: Where the runs' events are read.
    """
    data = {"tokens": list(tokens), "retry": retry, "runs": runs}
    _mount(key=key, data=data, height=1, on_news_change=lambda: None)
