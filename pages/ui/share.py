"""Short links to settings and to ended runs: created, listed, revoked."""

from collections.abc import Callable
from textwrap import shorten

import orjson
import streamlit as st

from core.data.uploads import PREFIX
from core.differences import in_words, unusual
from core.errors import InputError
from core.service.run_log import RunLog
from core.service.service import service
from core.spec import Spec
from core.store import Run, Share, store
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.refusals import tells_refusals
from pages.ui.run_names import run_names
from pages.ui.state import session
from pages.ui.table_titles import with_table_title

PRIVATE = (
    "The table is an upload and stays yours alone: nobody else can train on it, or see a row. "
    "Without what it holds, a link shows losses and rates."
)
LONGEST_TITLE = 120  # characters of what a link says of its settings
WITH_DATA = "With what the table holds: names of columns, the prediction, the cause"


def share_view(spec: Spec | None, more: Callable[[], None] = lambda: None) -> None:
    """The lab's Share: links to the settings in the knobs and to the run on screen.

    Args:
        spec: Of the knobs; None where they are invalid.
        more: Shows what else there is to share.
    """
    popover = st.popover(
        "Share", icon=":material/link:", key="share_open", help="Share a link.", on_change="rerun"
    )
    if not popover.open:  # spares a query of the store whenever a knob moves
        return
    with popover:
        st.markdown("**Share by a short link**")
        if spec:
            _link_button("Link to these settings", spec, None)
        token, log = _ended_run()
        if log:
            _link_button("Link to the run on screen", log.spec, token)
        more()
        try:
            _own_links()
        except InputError as error:
            st.caption(plain(error))


def share_run(run: Run) -> None:
    """The runs page's Share, of one ended run."""
    _link_button("Make a link to this run", Spec.of(orjson.loads(run.spec)), run.token)
    _own_links(run.token)


def _link_button(label: str, spec: Spec, token: str | None) -> None:
    with_data = False
    if spec.data.source.startswith(PREFIX):
        with_data = st.checkbox(WITH_DATA, key=f"with_data_{token}", help=PRIVATE)
    st.button(
        label, icon=":material/add_link:", on_click=_create_link, args=(spec, token, with_data)
    )


def _own_links(token: str | None = None) -> None:
    """The learner's links, or those to one run, each with a button to revoke it."""
    mine = [s for s in store().shares.of(learner_id()) if token is None or s.token == token]
    names = run_names(share.token for share in mine if share.token)
    if mine:
        st.caption("Whoever has one of these links can read it, until you revoke it.")
    for share in mine:
        text, button = st.columns([4, 1], vertical_alignment="center")
        text.caption(plain(_title(share, names.get(share.token or "", ""))))
        text.code(f"{server_url()}/s/{share.slug}", language=None)
        button.button("Revoke", key=f"revoke_{share.slug}", on_click=_revoke, args=(share.slug,))


def _title(share: Share, name: str) -> str:
    kind = "Run" if share.token else "Settings"
    kind += " with its data" if share.with_data else ""
    if name:
        return f"{kind}: {name}"
    words = in_words(unusual(with_table_title(orjson.loads(share.spec))))
    return f"{kind}: {shorten(words, LONGEST_TITLE, placeholder=' …')}"


def server_url() -> str:
    """Scheme, host and port of this server, as the learner's browser sees them."""
    scheme, _, rest = (st.context.url or "").partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if rest else ""


def _ended_run() -> tuple[str, RunLog | None]:
    token = session().token or ""
    try:
        log = service().log(token) if token else None
    except InputError:
        log = None
    own = log is not None and log.ended and log.is_owned_by(learner_id())
    return token, log if own else None


@tells_refusals
def _create_link(spec: Spec, token: str | None, with_data: bool) -> None:
    store().shares.make(learner_id(), spec, token, with_data)


@tells_refusals
def _revoke(slug: str) -> None:
    store().shares.revoke(learner_id(), slug)
