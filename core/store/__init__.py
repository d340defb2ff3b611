"""The run store: runs in a database, so that a restart loses nothing that was shown."""

from .listing import OUTCOMES as OUTCOMES
from .listing import SORTS as SORTS
from .listing import Query as Query
from .listing import RunPage as RunPage
from .store import Store as Store
from .store import StoredRun as StoredRun
from .store import store as store
from .tables import Run as Run
from .tables import Share as Share
