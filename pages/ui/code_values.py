"""What the variables of the code held at the epoch that the charts show."""

from pathlib import Path

from streamlit.components.v2 import component

from pages.ui.modules import LOADER, module

HERE = Path(__file__).parent
MODULE = module("code_values.js", parts=["picture/moment.js"])

_mount = component(
    "uphill_code_values",
    js=LOADER,
    css=(HERE / "code_values.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def code_values(token: str | None) -> None:
    """Shows them: those of the nearest probed step.

    Args:
        token: Of the run whose charts are on the page; None for one whose events the page has sent.
    """
    _mount(key="code_values", data={**MODULE, "token": token})
