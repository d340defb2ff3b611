"""The browser polls runs that are not on screen, so that no script reruns until some have ended."""

from collections.abc import Sequence

from streamlit.components.v2 import component

from pages.ui.modules import LOADER, module

MODULE = module("await_runs.js")

_mount = component(
    "uphill_await_runs",
    js=LOADER,
    isolate_styles=False,
)


def await_runs(tokens: Sequence[str], *, retry: bool, key: str, runs: str = "/api/runs") -> None:
    """Mounts the poller: it reruns the fragment around it when some of the runs have ended.

    Args:
        tokens: Tokens of the runs that have not ended.
        retry: Whether to rerun also after a few seconds, as some runs could not be submitted.
        key: Key of the element.
        runs: URL below which the events of runs are read.
    """
    data = {**MODULE, "tokens": list(tokens), "retry": retry, "runs": runs}
    _mount(key=key, data=data, height=1, on_news_change=lambda: None)
