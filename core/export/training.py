"""The training: `Model.fit`, or a loop of its own where the bug is in the step."""

from ..spec import Spec
from .calls import call, optimizer_and_loss
from .parts import with_bug

DOCTOR = (
    "try:  # says why, where the loss does not fall; it is installed from Uphill's own folder\n"
    "    from uphill_doctor import Doctor  # or wheel: pip install path/to/it, from no index\n"
    "except ImportError:\n"
    "    doctor = []\n"
    "else:\n"
    "    doctor = [Doctor(x_train, y_train)]\n"
)


def fit(spec: Spec) -> str:
    """Code that binds `history`, the losses by name, from `Model.fit`."""
    validation = "validation_data=(x_val, y_val) if len(x_val) else None"
    callbacks = "    callbacks=doctor,\n"
    if spec.schedule.follows_run:
        name = spec.schedule.keras_name
        callbacks = f"    callbacks=[keras.callbacks.{name}({call(spec.schedule)}), *doctor],\n"
    return (
        f"{optimizer_and_loss(spec)}\n"
        "model = keras.Sequential([layer])\n"
        "model.compile(optimizer=optimizer, loss=loss)\n"
        f"{DOCTOR}"
        "history = model.fit(\n"
        "    batches(),\n"
        "    steps_per_epoch=STEPS,\n"
        "    epochs=EPOCHS,\n"
        f"    {validation},\n"
        "    validation_batch_size=BATCH,\n"
        "    shuffle=False,\n"
        f"{callbacks}"
        "    verbose=0,\n"
        ").history"
    )


def own_loop(spec: Spec) -> str:
    """The bug is in the training step itself, so `Model.fit` cannot run it: a loop of our own."""
    before, each = [], ""
    if spec.schedule.follows_run:
        before = [
            f"plateau = keras.callbacks.{spec.schedule.keras_name}({call(spec.schedule)})",
            "plateau.set_model(SimpleNamespace(optimizer=optimizer, metrics=[]))",
            "plateau.on_train_begin()",
        ]
        each = '        plateau.on_epoch_end(len(history["loss"]) - 1, {"loss": total / count})\n'
    setup = "\n".join(before)
    return (
        f"{with_bug(spec, 'Step')}\n\n\n"
        f"{optimizer_and_loss(spec)}\n{setup}{chr(10) if setup else ''}"
        "layer.build((None, x_train.shape[1]))\n"
        "optimizer.build(layer.trainable_variables)\n"
        "step = BuggyTrainingStep(layer, loss, optimizer)\n"
        "take = tf.function(step, reduce_retracing=True)\n"
        'history, total, count = {"loss": []}, 0.0, 0\n'
        "for index, (features, targets) in enumerate(batches(), start=1):\n"
        "    _, value, _ = take(features, targets)\n"
        "    total, count = total + float(value) * len(features), count + len(features)\n"
        "    if index % STEPS == 0:\n"
        '        history["loss"].append(total / count)\n'
        f"{each}"
        "        total, count = 0.0, 0"
    )


def print_losses() -> str:
    """Code that prints them."""
    return (
        'for epoch, loss in enumerate(history["loss"]):\n'
        '    val_loss = history.get("val_loss", [math.nan] * EPOCHS)[epoch]\n'
        '    print(f"epoch {epoch + 1}  loss {loss:.9g}  val_loss {val_loss:.9g}")'
    )
