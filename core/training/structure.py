"""What a compiled program depends on."""

from typing import NamedTuple

from ..spec import Spec, TrainingSpec


class Structure(NamedTuple):
    """What a compiled program depends on, and nothing else: the cache key.

    Attributes:
        spec: The spec with every number that is not structure put to its default.
        rows: Training rows.
        validation_rows: Validation rows, 0 for none.
        features: Columns.
    """

    spec: Spec
    rows: int
    validation_rows: int
    features: int

    @classmethod
    def of(cls, spec: Spec, rows: int, validation_rows: int, features: int) -> "Structure":
        """The structure of a run of `spec` on data of this shape."""
        bug = spec.bug if spec.bug and spec.bug.breaks() != "Pipeline" else None
        batch = min(spec.training.batch_size or rows, rows)
        kept = Spec(
            model=spec.model.model_copy(update={"initial_weights": None}),
            bug=bug,
            loss=spec.loss,
            optimizer=spec.optimizer.model_copy(update={"learning_rate": 0.0}),
            training=TrainingSpec(batch_size=batch),
        )
        return cls(kept, rows, validation_rows, features)
