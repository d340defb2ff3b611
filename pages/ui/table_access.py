"""Which uploaded tables this learner may use: their own, and what their class shares."""

from core.data.uploads import check_owner
from core.errors import InputError
from pages.ui.classes import joined_class, taught_class
from pages.ui.learner import learner_id


def check_access(source: str) -> None:
    """Refuses an uploaded table that is neither this learner's nor shared with their class.

    Raises:
        InputError: As `check_owner` does.
    """
    try:
        check_owner(source, learner_id())
    except InputError:
        if not is_shared(source):
            raise


def is_shared(source: str) -> bool:
    """Whether this tab's class may use a table, because its teacher has pushed it."""
    view = joined_class() or taught_class()
    return view is not None and source in view.state.shared
