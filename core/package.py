"""Where this package is and what it is called: `core` in a checkout, `uphill_doctor` installed."""

import os.path
from pathlib import Path

FOLDER = Path(__file__).parent
NAME = __name__.rpartition(".")[0]  # as `python -m` has it
ROOT = FOLDER.parent  # the folder that Python imports it from, where subprocesses start
INSTALLED = (FOLDER / "sample_data").is_dir()  # in a checkout the tables are beside the package
SAMPLE_DATA = (FOLDER if INSTALLED else ROOT) / "sample_data"
USER_DATA = Path(
    os.path.expanduser("~/.uphill")  # noqa: PTH111 - Path.expanduser() fails without a home
    if INSTALLED
    else ROOT / "data"
)
