"""Why a run could not go on, in words that name the shapes and not the machine."""

import re

from core.errors import InputError
from core.spec import Spec


def plain_reason(error: Exception, spec: Spec) -> str:
    """One or two sentences for a learner; never a trace or a path.

    A bug that fails by design explains itself; else the first telling line of the message is
    kept, without file names.
    """
    if isinstance(error, InputError):
        return str(error)
    lines = [line.strip() for line in re.sub(r"\x1b\[\d+m", "", str(error)).splitlines()]
    told = [line for line in lines if line and not line.startswith("Exception encountered")]
    told = [re.sub(r"\{\{.*?\}\}|\[Op:.*|\S*/\S+", "", line).strip() for line in told]
    what = next(filter(None, told), type(error).__name__)
    if spec.bug and spec.bug.symptom == "fails":
        return f"The layer cannot be built. {spec.bug.why} TensorFlow says: {what}"
    return f"The run could not go on. {what}"
