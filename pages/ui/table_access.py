"""Which uploaded tables this learner may use: their own, and what their class shares."""

from core.data.uploads import check_owner
from core.errors import InputError
from pages.ui.classes import current_class, joined_class, taught_class
from pages.ui.learner import learner_id

CLASS_ENDED = (
    "`data.source` names a table that a class shared while it lasted. The class has ended: upload "
    "your own, or choose a sample table."
)


def check_access(source: str) -> None:
    """Refuses an uploaded table that is neither this learner's nor shared with their class.

    Raises:
        InputError: As `check_owner` does; of a class that has ended, that it has.
    """
    try:
        check_owner(source, learner_id())
    except InputError as error:
        if is_shared(source):
            return
        view = current_class()
        if view is not None and source in view.state.shared:
            raise InputError(CLASS_ENDED) from error
        raise


def is_shared(source: str) -> bool:
    """Whether this tab's class may use a table, because its teacher has pushed it."""
    view = joined_class() or taught_class()
    return view is not None and source in view.state.shared
