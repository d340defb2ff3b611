"""The code that runs; a bug's lines beside the correct ones."""

from collections.abc import Callable

import streamlit as st

from core.bugs import Bug
from core.classroom.mystery import is_mystery
from core.source import PARTS, class_source, comparisons, layer_source
from core.spec import Spec

MYSTERY = (
    "So it should be. In a mystery some line of it, or a setting, is another one; which, the "
    "evidence says."
)


def code_view(spec: Spec, values: Callable[[], None]) -> None:
    """The layer's source, or the method that the chosen bug gets wrong, beside the correct one.

    Drawn where it is open: what colours code is a quarter of what the first page would load.

    Args:
        spec: What is run.
        values: Shows what the code's variables held.
    """
    hidden = is_mystery(spec)
    bug = type(spec.bug) if spec.bug and not hidden else None
    expander = st.expander(
        f"The bug: {bug.title}" if bug else "The code that runs",
        icon=":material/bug_report:" if bug else ":material/code:",
        expanded=bug is not None,
        key=f"code_open_{bug.name()}" if bug else "code_open",
        on_change="rerun",
    )
    if not expander.open:
        return
    with expander:
        if bug and spec.bug:
            st.markdown(bug.what)
            side_by_side(spec.bug)
        else:
            if hidden:
                st.caption(MYSTERY)
            _correct(spec)
        if not hidden:
            values()
        if spec.bug and (options := spec.bug.arguments()):
            st.caption("Here " + ", ".join(f"`self.bug.{k}` = {v}" for k, v in options.items()))


def _correct(spec: Spec) -> None:
    if spec.model.layer == "dense":
        st.caption(
            "The layer is Keras' own `Dense(1)`. Choose the custom layer to see one "
            "written out. One step of the training is this:"
        )
    else:
        st.code(layer_source(), language="python")
    st.code(class_source(*PARTS["Step"]), language="python")


def side_by_side(bug: Bug) -> None:
    """Each method that a bug gets wrong, beside the correct one; changed lines are marked."""
    for comparison in comparisons(bug):
        left, right = st.columns(2)
        left.caption(f"{comparison.name}, correct")
        left.code(comparison.correct, language="diff", wrap_lines=True)
        right.caption(f"{comparison.name}, with the bug")
        right.code(comparison.buggy, language="diff", wrap_lines=True)
