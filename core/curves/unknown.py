"""What a loss curve does not say, and what would."""

from .measured import Measured


def unknown(seen: Measured) -> list[tuple[str, str]]:
    """Pairs of a question that stays open and what would answer it."""
    told = []
    if seen.grew:
        told += [
            (
                "Is the rate too high, or are the features too large?",
                "The curve holds only the product ηλ of learning rate and curvature; the table "
                "holds λ. Standardize the features and see.",
            ),
            (
                "Is it a bug?",
                "A gradient of the wrong sign grows as well, by (1 + ηλ)² a step. One step "
                "computed by hand tells.",
            ),
        ]
    if seen.growth is not None:
        told.append(
            (
                "Which optimizer was it?",
                "The ratio holds for plain SGD; momentum, Adam and clipping go other ways.",
            )
        )
    if seen.broken == 0:
        told.append(("Where did it break?", "Look at the table, and at the losses of the batches."))
    if seen.course == "plateaus" and not seen.known.target_variance:
        told.append(
            ("Is that level good?", "The variance of y tells: predicting the mean costs as much.")
        )
    if seen.course == "oscillates":
        told.append(
            ("Is it the rate, or the batches?", "Train on full batches: what stays is the rate.")
        )
    if seen.curve.val_loss is None:
        told.append(("How does it do on new rows?", "There is no `val_loss`."))
    return told
