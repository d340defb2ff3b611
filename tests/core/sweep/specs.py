"""A spec that sweeps fast."""

from typing import Any

RATES = {"path": "optimizer.learning_rate", "low": 0.003, "high": 3.0, "count": 13}


def small_spec(epochs: int) -> dict[str, Any]:
    """40 rows with two standardized features, in one batch."""
    return {
        "data": {
            "source": "synthetic:rows=40,features=2,noise=0.5,seed=2",
            "target": "y",
            "validation_fraction": 0.0,
        },
        "scaling": {"features": "standard"},
        "training": {"epochs": epochs, "batch_size": None},
    }
