"""A learner's program as text: what it says as a spec. It is read, and never executed.

`text` bounds and parses it; `machine` walks its tree by `statements` and `evaluate`, with values
from closed lists (`arrays`, `frames`, `tensors`, `keras_calls`, `sklearn_calls`); `loops` and
`gradient` tell what a loop does from the numbers it makes; `spec_of` puts together what was found,
and `diff` writes a remedy back.
"""
