"""The editor of a learner's own method: beside the injected bugs, from the correct method on."""

from typing import Any

import streamlit as st

from core.bugs.own import OWN_PARTS, Own
from core.interpreter import MAX_CHARACTERS, PARTS
from core.interpreter.allowed import BUILTINS
from core.interpreter.budget import MAX_ITEMS, MAX_OPERATIONS
from core.interpreter.functions import FUNCTIONS
from pages.ui.knobs import PERSISTED, choose, say_problem
from pages.ui.link import is_too_long
from pages.ui.style_sheet import style_sheet

CODE, PART = "own.code", "own.part"
TITLES = {
    "layer": "the layer",
    "loss": "the loss",
    "gradients": "the gradients",
    "update": "the update",
    "pipeline": "the data pipeline",
}
STARTS = {text for part in PARTS.values() for text in (part.start, part.written)}
LINE = 17  # pixels
STYLE = """
.st-key-own_code textarea { font-family: var(--st-code-font, monospace); font-size: 12px;
  line-height: %dpx; white-space: pre; overflow-x: auto; tab-size: 4; }
[data-testid="stSidebar"][data-collapsed="false"]:has(.st-key-own_code) {
  --own-code-width: min(430px, 50vw); width: var(--own-code-width) !important;
  min-width: var(--own-code-width) !important; max-width: var(--own-code-width) !important; }
@media (max-width: 639px) {  /* there it lies over the page */
  [data-testid="stSidebar"]:has(.st-key-own_code) { --own-code-width: 94vw !important; }
}
"""


def own_code_form(default: Any) -> dict[str, Any]:
    """The editor, and which part of the program it writes.

    Args:
        default: The lesson's bug.

    Returns:
        The bug as a part of a spec.
    """
    given = default if isinstance(default, Own) else Own.model_validate({"key": "own"})
    with st.container(key="own_code", gap="small"):
        style_sheet(STYLE % LINE)
        part = choose(
            "Write",
            list(OWN_PARTS),
            given.part,
            PART,
            format_func=TITLES.__getitem__,
            on_change=_start_from_the_correct_method,
        )
        if not st.session_state.get(CODE, "").strip():
            st.session_state[CODE] = given.code or _start_of(part)
        lines = st.session_state[CODE].count("\n") + 2
        text = st.text_area(
            "Its code",
            key=CODE,
            height=LINE * min(max(lines, 7), 18) + 26,
            max_chars=MAX_CHARACTERS,
            label_visibility="collapsed",
            **PERSISTED,
        )
        say_problem(CODE)
        if is_too_long(CODE, text):
            st.caption("Too long for the address bar: **Share** makes a short link that keeps it.")
        with st.expander("What may be used", icon=":material/help:"):
            _what_may_be_used(part)
    return {"key": "own", "part": part, "code": text}


def _start_from_the_correct_method() -> None:
    """Another part is written: its correct method, unless something was written already."""
    if st.session_state.get(CODE, "") in STARTS:
        st.session_state[CODE] = _start_of(st.session_state[PART])


def _start_of(part: str) -> str:
    """The correct method, written out where the knobs make it a few lines."""
    knobs = st.session_state
    written_out = {
        "loss": knobs.get("loss") == "mse" and knobs.get("reduction") == "mean",
        "update": knobs.get("optimizer") == "sgd"
        and not knobs.get("sgd.momentum")
        and knobs.get("clip_norm") is None,
    }
    return PARTS[part].written if written_out.get(part) else PARTS[part].start


def _what_may_be_used(part: str) -> None:
    kind = PARTS[part]
    methods = ", ".join(f"`{name}({', '.join(given)})`" for name, given in kind.methods.items())
    own = ", ".join(f"`self.{name}`" for name in sorted(kind.own))
    modules = ("np", "math") if part == "pipeline" else ("ops", "tf", "math")
    st.markdown(
        "Your text is read and interpreted, never run as Python.\n\n"
        f"**Methods**: {methods}\n\n"
        + (f"**Of self**: {own}\n\n" if own else "")
        + f"**Statements**: assignments, `if` on settings, `for` over up to {MAX_ITEMS} items, "
        f"`return`; up to {MAX_OPERATIONS} operations on tensors\n\n"
        f"**Python's own**: {', '.join(f'`{name}`' for name in BUILTINS)}"
    )
    for module in modules:
        names = [name.partition(".")[2] for name in FUNCTIONS if name.startswith(f"{module}.")]
        st.markdown(f"**{module}**: " + ", ".join(f"`{name}`" for name in sorted(names)))
    if part == "pipeline":
        st.markdown("`np.random.default_rng(seed)`, then `permutation`, `normal`, `uniform`, …")
