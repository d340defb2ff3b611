"""What is checked before the server starts: settings, the folder of uploads, the database."""

import difflib
import os
import stat
import tempfile
from collections.abc import Iterable

from ..errors import InputError
from ..settings import PREFIX, Settings, settings
from ..store.database import Database


def check_startup() -> None:
    """Checks what an operator has set.

    Raises:
        InputError: One sentence that names the environment variable.
    """
    check_names(os.environ)
    check_tables_folder()
    Database(settings().database_url).check_format()


def check_names(names: Iterable[str]) -> None:
    """Refuses a variable that begins with `UPHILL_` and is no setting: it would do nothing."""
    known = {name.upper() for name in Settings.model_fields}
    for name in sorted(names):
        setting = name.upper().removeprefix(PREFIX)
        if setting != name.upper() and setting not in known:
            near = difflib.get_close_matches(setting, known, 1)
            hint = f" Did you mean {PREFIX}{near[0]}?" if near else " README.md lists them."
            raise InputError(f"`{name[:80]}` is not a setting of Uphill.{hint}")


def check_tables_folder() -> None:
    """Refuses a folder for uploads that this server cannot write to, or that others can."""
    folder = settings().tables
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            mode = folder.stat().st_mode
    except OSError as error:
        raise InputError(
            f"`UPHILL_TABLES` must be a folder that this server can write to. "
            f"Received: {str(folder)!r}: {error.strerror}."
        ) from error
    if os.name == "posix" and mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise InputError(
            "`UPHILL_TABLES` must be a folder that only this server's user can write to. "
            f"Received: {str(folder)!r} with mode {stat.S_IMODE(mode):o}."
        )
