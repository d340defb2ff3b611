"""A diagnosis that shows itself: as text, as cards in a notebook, as JSON."""

from dataclasses import dataclass

from ..diagnosis.diagnosis import Diagnosis


@dataclass(frozen=True)
class Report(Diagnosis):
    """What the doctor found: `findings` (root cause first), `remedies`, `not_checked`.

    Every cause is one of the app's own, kebab-case. A defect that the app calls `bug:<key>` is a
    fault here, for nobody injected it: `fault:<key>`. A healthy model has no finding above `note`.
    """
