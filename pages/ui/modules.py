"""The JavaScript of components, from a route of ours: Streamlit would resend it at each mount."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.web.script_modules import ScriptModules

HERE = Path(__file__).parent
MODULES = ScriptModules("/api/modules", HERE)
FOR_READERS = re.compile(r"(?m)^\s+|\s*//.*$")  # of a script without `//` in its strings
LOADER = FOR_READERS.sub("", (HERE / "module_loader.js").read_text(encoding="utf-8")).lstrip()
SHARED = "live_view.js"  # what all modules import


def module(name: str, failure: str = "", parts: Sequence[str] = ()) -> dict[str, Any]:
    """What the loader needs in a component's `data`.

    Args:
        name: Of the module's file, relative to this folder.
        failure: Shown in the component's place where the module cannot be loaded.
        parts: Other modules that it imports, which are loaded at the same time.
    """
    return {"modules": [*map(MODULES.url, (name, SHARED, *parts))], "failure": failure}
