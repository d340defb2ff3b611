"""Short links to settings and to ended runs: made, listed, taken back."""

import orjson
import streamlit as st

from core.data.uploads import PREFIX
from core.differences import in_words, unusual
from core.errors import InputError
from core.service.run_log import RunLog
from core.service.service import service
from core.spec import Spec
from core.store import Run, Share, store
from pages.ui.learner import learner
from pages.ui.state import session
from pages.ui.table_titles import titled

PRIVATE = (
    "The table is an upload and stays its owner's alone: who opens the link sees the settings and "
    "the curve, and cannot train on it."
)


def share_view(spec: Spec | None) -> None:
    """The lab's Share: links to the settings in the knobs and to the run on screen."""
    shown = st.popover("Share", icon=":material/link:", key="share_open", on_change="rerun")
    if not shown.open:  # the store need not be asked whenever a knob moves
        return
    with shown:
        st.markdown("**Share by a short link**")
        if spec:
            _offer("Link to these settings", spec, None)
        token, log = _ended()
        if log:
            _offer("Link to the run on screen", log.spec, token)
        try:
            _own_links()
        except InputError as error:
            st.caption(str(error))


def share_run(run: Run) -> None:
    """The runs page's Share, of one ended run."""
    _offer("Make a link to this run", Spec.of(orjson.loads(run.spec)), run.token)
    _own_links(run.token)


def _offer(label: str, spec: Spec, token: str | None) -> None:
    st.button(label, icon=":material/add_link:", on_click=_make, args=(spec, token))
    if spec.data.source.startswith(PREFIX):
        st.caption(PRIVATE)


def _own_links(token: str | None = None) -> None:
    """The learner's links, or those to one run, each with what takes it back."""
    mine = [s for s in store().list_shares(learner()) if token is None or s.token == token]
    if mine:
        st.caption("Whoever has one of these links can read it, until you revoke it.")
    for share in mine:
        text, button = st.columns([4, 1], vertical_alignment="center")
        text.caption(_title(share))
        text.code(f"{_origin()}/s/{share.slug}", language=None)
        button.button("Revoke", key=f"revoke_{share.slug}", on_click=_revoke, args=(share.slug,))


def _title(share: Share) -> str:
    kind = "Run" if share.token else "Settings"
    return f"{kind}: {in_words(unusual(titled(orjson.loads(share.spec))))[:120]}"


def _origin() -> str:
    """Where this server is, as the learner's browser has it."""
    scheme, _, rest = (st.context.url or "").partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if rest else ""


def _ended() -> tuple[str, RunLog | None]:
    token = session().token or ""
    try:
        log = service().log(token) if token else None
    except InputError:
        log = None
    return token, log if log and log.ended else None


def _make(spec: Spec, token: str | None) -> None:
    store().share(learner(), spec, token)


def _revoke(slug: str) -> None:
    store().revoke(learner(), slug)
