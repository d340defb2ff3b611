"""A card for each item: the curve of its example, its name, what it is. The browser draws them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

from pages.ui.catalogue.items import Item
from pages.ui.modules import LOADER, module

MODULE = module("catalogue/cards.js", "The curves did not load. Reload the page.")
CURVE = ("loss", "mended", "validation", "broke", "by")

_mount = component(
    "uphill_catalogue",
    js=LOADER,
    css=(Path(__file__).parent / "cards.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def cards(groups: Mapping[str, Sequence[Item]], key: str, *, find: bool = True) -> str | None:
    """Mounts the cards.

    Args:
        groups: The items under each heading.
        key: Key of the element.
        find: Whether there is a field to find items by a word.

    Returns:
        The key of the item whose card was clicked, in the one rerun that the click makes.
    """
    told = [[heading, [_card(item) for item in group]] for heading, group in groups.items()]
    data = {**MODULE, "groups": told, "find": find}
    return _mount(key=key, data=data, on_opened_change=lambda: None).opened


def _card(item: Item) -> dict[str, Any]:
    words = " ".join([item.key, item.kind, item.texts["what"], item.texts["see"]])
    curve = {name: item.curve[name] for name in CURVE if item.curve.get(name)}
    return {"key": item.key, "title": item.title, "line": item.line, "words": words, **curve}
