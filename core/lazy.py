"""Keras and TensorFlow, imported at first use.

Pages list optimizers and bugs without the seven seconds and 600 MB that TensorFlow costs; only
a worker, which really calls them, pays. Type checkers read `lazy.pyi`.
"""

import importlib
from typing import Any

__all__ = ["keras", "ops", "tf"]


class _Lazy:
    def __init__(self, module: str):
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self._module), name)


keras = _Lazy("keras")
ops = _Lazy("keras.ops")
tf = _Lazy("tensorflow")
