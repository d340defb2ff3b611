"""The diagnosis of a run, requested from a worker."""

from concurrent.futures import wait

import streamlit as st

from core.diagnosis.diagnosis import Diagnosis
from core.errors import InputError
from core.service.service import service
from core.store.summary import columns_of_diagnosis
from pages.ui.render_queue import released_slot

TIMEOUT = 60.0  # seconds
BUSY = "The workers are too busy to look for the cause: reload the page to ask again."


def request_diagnosis(token: str) -> Diagnosis:
    """The diagnosis of a run; blocks until a worker has answered, with the render slot released.

    Raises:
        InputError: If the run cannot be diagnosed, or the workers did not answer in time.
    """
    answer = service().diagnosis(token)
    if not answer.done():
        with st.spinner("Looking for the cause …"), released_slot():
            wait([answer], TIMEOUT)
    if not answer.done():
        raise InputError(BUSY)
    return answer.result()


def summary_of(diagnosis: Diagnosis) -> str:
    """The sentence of the first finding that is more than a note; empty where there is none."""
    return columns_of_diagnosis(diagnosis.to_json())["summary"]


def root_cause(token: str) -> str:
    """The same of a run; empty also where it cannot be diagnosed."""
    try:
        return summary_of(request_diagnosis(token))
    except InputError:  # the table was deleted, and with it the evidence
        return ""
