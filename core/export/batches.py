"""The rows of every step, in the run's own order."""

from ..spec import Spec


def batches(spec: Spec, part: str | None) -> str:
    """Code that binds `batches`, a generator of the features and targets of every step."""
    training = spec.training
    batch = training.batch_size
    size = "len(x_train)" if batch is None else f"min({batch}, len(x_train))"
    features, targets = "x_train", "y_train"
    lines = [
        f"EPOCHS = {training.epochs}",
        f"BATCH = {size}",
        "STEPS = math.ceil(len(x_train) / BATCH)",
        "",
        "",
        "def batches():",
        "    for epoch in range(EPOCHS):",
    ]
    if part == "Pipeline":
        features, targets = "features", "targets"
        lines += [
            "        features, targets = pipeline.epoch(x_train, y_train, epoch)",
            "        order = pipeline.order(targets, epoch)",
        ]
    elif training.shuffle:
        lines.append(
            f"        order = np.random.default_rng([{training.seed}, epoch])"
            ".permutation(len(x_train))"
        )
    else:
        lines.append("        order = np.arange(len(x_train))")
    lines += [
        "        if BATCH == len(x_train):",
        "            order.sort()  # a full batch needs no order",
        "        for start in range(0, len(x_train), BATCH):",
        "            rows = order[start : start + BATCH]",
        f'            yield {features}[rows].astype("float32"), {targets}[rows].astype("float32")',
    ]
    return "\n".join(lines)
