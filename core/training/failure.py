"""Why a run could not go on, in words that name the shapes and not the machine."""

import re

from core.errors import InputError
from core.spec import Spec


def plain_reason(error: Exception, spec: Spec) -> str:
    """One or two sentences for a learner; never a trace or a path.

    A bug that fails by design explains itself; else the first line of the message is kept,
    without file names.
    """
    if isinstance(error, InputError):
        return str(error)
    what = re.sub(r"\S*/\S+", "…", str(error).strip().splitlines()[0] if str(error) else "")
    if spec.bug and spec.bug.symptom == "fails":
        return f"The layer cannot be built. {spec.bug.why} TensorFlow says: {what}"
    return f"The run could not go on: {type(error).__name__}: {what}"
