"""What the charts show where the knobs of a link cannot run: the same without those that cannot."""

from contextlib import suppress

import streamlit as st

from core.errors import InputError
from core.lessons import LESSON_BY_KEY, LESSONS
from core.spec import Spec
from pages.ui.address import current_knobs
from pages.ui.cached import prepared
from pages.ui.knob_values import spec_values
from pages.ui.link import knobs_of_lesson
from pages.ui.state import CHOSEN, session
from pages.ui.table_access import check_access


def last_runnable_spec() -> Spec:
    """The last valid spec of the knobs; before there was one, the nearest to them that can run.

    Those that cannot are as the lesson has them; where that is not enough, all are.
    """
    tab, lesson = session(), st.session_state[CHOSEN]
    if tab.lab_spec:
        return tab.lab_spec
    fine = {name: value for name, value in current_knobs().items() if name not in tab.problems}
    with suppress(InputError):
        spec = Spec.of(spec_values(knobs_of_lesson(lesson) | fine))
        check_access(spec.data.source)  # another learner's table shows nothing
        prepared(spec)  # of a table that is here
        return spec
    return LESSON_BY_KEY.get(lesson, LESSONS[0]).spec
