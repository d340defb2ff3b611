"""Keys that the JSON for people's scripts has, in their order."""

PREDICTION = [
    "regime",
    "quadratic",
    "lambda_max",
    "lambda_min",
    "condition_number",
    "critical_learning_rate",
    "learning_rate_ratio",
    "growth_per_step",
    "epochs_to_optimum",
    "optimal_loss",
    "baseline_loss",
    "full_loss",
    "why",
]
