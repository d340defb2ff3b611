"""Shortcuts through what Streamlit computes anew in each script run, though it comes out the same.

They make a fifth of a knob's processor time, and Streamlit has no setting for them. None changes
what is sent; a test holds each against Streamlit's own way, so that a release with another one
is noticed. Without them everything works, as in tests of pages.
"""

import json
from types import SimpleNamespace
from typing import Any

import orjson
from streamlit.components.v2.bidi_component import main as components
from streamlit.elements.widgets import number_input, selectbox, text_widgets
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.state.session_state_proxy import get_session_state

_populate_theme = app_session._populate_theme_msg  # pyright: ignore[reportPrivateUsage]
_themes: dict[str, CustomThemeConfig] = {}  # by the section of the configuration


def take_shortcuts() -> None:
    """Takes them for this process."""
    for module, name, function in SHORTCUTS:
        setattr(module, name, function)


def theme(message: CustomThemeConfig, section: str = "theme") -> None:
    """Writes a section of the theme, which is read from the configuration once."""
    if section not in _themes:
        made = CustomThemeConfig()
        _populate_theme(made, section)
        _themes[section] = made
    if _themes[section].ByteSize():  # else the section would be there, and empty
        message.MergeFrom(_themes[section])


def state_of_widgets() -> Any:
    """The session's state, where a widget looks up its own key: not a copy of all there is."""
    state = get_session_state()
    return SimpleNamespace(filtered_state=state, reset_state_value=state.reset_state_value)


def write_data(data: Any, message: BidiComponent) -> None:
    """Writes a component's data as JSON; no data frames are among ours."""
    try:
        message.json = orjson.dumps(data).decode()
    except TypeError:  # a number of more than 64 bits
        message.json = json.dumps(data)


def no_identity(*_: Any, **__: Any) -> dict[str, Any]:
    """What tells components apart that have no key; each of ours has one."""
    return {}


SHORTCUTS: tuple[tuple[Any, str, Any], ...] = (
    (app_session, "_populate_theme_msg", theme),
    (selectbox, "get_session_state", state_of_widgets),
    (number_input, "get_session_state", state_of_widgets),
    (text_widgets, "get_session_state", state_of_widgets),
    (components, "serialize_mixed_data", write_data),
    (components.BidiComponentMixin, "_build_bidi_identity_kwargs", no_identity),
)
