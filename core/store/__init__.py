"""Runs kept in a database, so that a restart loses nothing that was shown."""

from core.store.listing import OUTCOMES as OUTCOMES
from core.store.listing import SORTS as SORTS
from core.store.listing import Listed as Listed
from core.store.listing import Query as Query
from core.store.store import Kept as Kept
from core.store.store import Store as Store
from core.store.store import store as store
from core.store.tables import Run as Run
from core.store.tables import Share as Share
