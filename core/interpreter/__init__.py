"""A learner's own method as text: parsed, checked against a closed list, interpreted.

Nothing of it is ever executed as Python. What the text may say stands in `functions.py`, `parts.py`
and `check.py`; what it means, in `machine.py`; over which numbers, in `worlds.py`.
"""

from .errors import MethodError as MethodError
from .machine import Machine as Machine
from .machine import Step as Step
from .parts import PARTS as PARTS
from .program import Program as Program
from .program import read as read
from .text import MAX_CHARACTERS as MAX_CHARACTERS
