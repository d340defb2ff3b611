"""What becomes of a class: its report, its links, its end."""

import streamlit as st

from core.errors import InputError
from core.export.class_report import answers_csv, report_html
from core.store import store
from core.store.classes import ClassView
from core.store.steady_time import steady_time
from core.web.class_cache import class_cache
from pages.ui.cause_titles import cause_titles
from pages.ui.classes import class_tab, leave_class
from pages.ui.classroom.invitation import public_address
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain

HOUR = 3600.0
NEW_LINK = (
    "This link makes whoever opens it a teacher of this class, for example on your other device. "
    "It is shown until you close this. Devices that came by a link made before are no teachers any "
    "more."
)


def keeping(view: ClassView) -> None:
    """Below everything, behind a click."""
    expander = st.expander(
        "Report, second device, end of the class",
        icon=":material/folder_open:",
        key="keeping_open",
        on_change="rerun",
    )
    if not expander.open:
        class_tab().link = ""
        return
    with expander:
        _report(view)
        if not view.state.ended:
            if view.owner == learner_id():
                _link(view)
            _life(view)
        _delete(view)


def _report(view: ClassView) -> None:
    members, answers = store().members.members(view.id), store().members.answers(view.id)
    runs = store().runs_by_token([member.run for member in members if member.run])
    mysteries = store().mysteries.of_class(view.id)
    told = (view, members, answers, runs, cause_titles(), mysteries)
    with st.container(horizontal=True):
        st.download_button(
            "Answers and outcomes (CSV)",
            answers_csv(*told),
            "class.csv",
            "text/csv",
            icon=":material/table:",
            key="report_csv",
        )
        st.download_button(
            "Report (HTML)",
            report_html(*told),
            "class.html",
            "text/html",
            icon=":material/description:",
            key="report_html",
        )


def _link(view: ClassView) -> None:
    tab = class_tab()
    st.button("Make a teacher's link", icon=":material/add_link:", on_click=_renew, args=(view,))
    st.caption(NEW_LINK)
    if tab.link:
        st.code(f"{public_address()}/classroom?teach={tab.link}", language=None, wrap_lines=True)


def _life(view: ClassView) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if view.ends_at is None:
            st.markdown("The class is kept until you end it.", width="stretch")
            st.button("Let it end in a day", key="keep", on_click=_keep, args=(view, False))
        else:
            hours = max(0.0, (view.ends_at - steady_time()) / HOUR)
            st.markdown(f"The class ends by itself in {hours:.0f} hours.", width="stretch")
            st.button("Keep it", key="keep", on_click=_keep, args=(view, True))
        st.button(
            "End the class", icon=":material/stop_circle:", key="end", on_click=_end, args=(view,)
        )


def _delete(view: ClassView) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        sure = st.checkbox("Delete the class, with all answers, for good", key="delete_sure")
        st.button(
            "Delete",
            icon=":material/delete:",
            key="delete",
            disabled=not sure,
            on_click=_delete_now,
            args=(view,),
        )


def _renew(view: ClassView) -> None:
    try:
        class_tab().link = store().classes.renew_link(view.id, learner_id())
        class_cache().forget(view.id)
    except InputError as error:
        st.toast(plain(error))


def _keep(view: ClassView, kept: bool) -> None:
    _do(view, lambda: store().classes.keep(view.id, kept))


def _end(view: ClassView) -> None:
    _do(view, lambda: store().classes.end(view.id))


def _delete_now(view: ClassView) -> None:
    if _do(view, lambda: store().classes.delete(view.id)):
        leave_class()


def _do(view: ClassView, act) -> bool:
    try:
        act()
    except InputError as error:
        st.toast(plain(error))
        return False
    class_cache().forget(view.id)
    return True
