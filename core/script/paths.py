"""One name for a library's thing, however a program imports it."""

ALIASES = (
    ("tensorflow.compat.v1.keras", "keras"),
    ("tensorflow.python.keras", "keras"),
    ("tensorflow.keras", "keras"),
    ("tf_keras", "keras"),
    ("tensorflow.compat.v1", "tensorflow"),
    ("tensorflow.compat.v2", "tensorflow"),
    ("numpy.matlib", "numpy"),
)


def library_path(path: str) -> str:
    """The path of a module, class or function under its usual name."""
    for prefix, short in ALIASES:
        if path == prefix or path.startswith(prefix + "."):
            return short + path[len(prefix) :]
    return path
