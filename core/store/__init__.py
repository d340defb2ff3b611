"""Runs kept in a database, so that a restart loses nothing that was shown."""

from .listing import OUTCOMES as OUTCOMES
from .listing import SORTS as SORTS
from .listing import Listed as Listed
from .listing import Query as Query
from .store import Store as Store
from .store import StoredRun as StoredRun
from .store import store as store
from .tables import Run as Run
from .tables import Share as Share
