"""Why a run could not go on, in words that name the shapes and not the machine."""

import re

from ..errors import InputError

NO_MEMORY = (
    "The run needs more memory than this server gives it. Use fewer rows or features, "
    "or a smaller batch."
)
RANK = re.compile(r"matmul|ndims|rank", re.IGNORECASE)
SHAPES = (
    "The layer cannot be built: tf.matmul multiplies matrices, inputs of shape (rows, features) "
    "by a weight of shape (features, units). "
)


def plain_reason(error: Exception) -> str:
    """One or two sentences for a learner, from the error alone; never a trace or a path."""
    if isinstance(error, MemoryError) or "OOM when allocating" in str(error):
        return NO_MEMORY
    if isinstance(error, InputError):
        return str(error)
    lines = [line.strip() for line in re.sub(r"\x1b\[\d+m", "", str(error)).splitlines()]
    told = [line for line in lines if line and not line.startswith("Exception encountered")]
    told = [re.sub(r"\{\{.*?\}\}|\[Op:.*|\S*[/\\]\S+", "", line).strip() for line in told]
    what = next(filter(None, told), type(error).__name__)
    if RANK.search(str(error)):
        return f"{SHAPES}TensorFlow says: {what}"
    return f"The run could not go on. {what}"


def in_words(error: Exception, otherwise: str) -> str:
    """What went wrong, for a learner; `otherwise` where only an engineer would understand it."""
    if isinstance(error, MemoryError):
        return NO_MEMORY
    return str(error) if isinstance(error, InputError) else otherwise
