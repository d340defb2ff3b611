"""What an operator may set, by environment variables that begin with `UPHILL_`."""

import os
import tempfile
from functools import cache
from pathlib import Path, PurePath
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from .errors import InputError, explain
from .package import USER_DATA

PREFIX = "UPHILL_"


def sqlite_url(path: PurePath) -> str:
    """The URL of a database in a file, as SQLAlchemy reads it; also of a path on Windows."""
    return f"sqlite:///{str(path).replace('%', '%25').replace('?', '%3F')}"


class Settings(BaseSettings):
    """Limits and places of one server."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    engine: Literal["embedded", "ray"] = Field(
        default="embedded",
        description="Where workers run: processes of this machine, or actors of a Ray cluster.",
    )
    ray_address: str = Field(
        default="auto",
        pattern=r"^(auto|[^/]+:\d+)$",
        description="The Ray cluster: `host:port` of its head, `auto` for the one of this machine.",
    )
    workers: int = Field(
        default=max(1, os.cpu_count() or 1), ge=1, le=1000, description="Workers that train."
    )
    web_processes: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Processes that serve pages, behind one port; each uses one core at most.",
    )
    tables: Path = Field(
        default=Path(tempfile.gettempdir()) / "uphill-tables",
        description="Where uploaded tables are kept.",
    )
    database_url: str = Field(
        default=sqlite_url(USER_DATA / "uphill.sqlite"),
        description="Where runs are kept: `sqlite:///…` or `postgresql://…`.",
    )
    table_hours: float = Field(
        default=24.0, gt=0, description="How long an uploaded table is kept, in hours."
    )
    tables_megabytes: int = Field(
        default=5000,
        ge=1,
        description="Disk for all uploaded tables; those used longest ago make room for new ones.",
    )
    log_megabytes: int = Field(
        default=200,
        ge=1,
        description="Memory for the events of runs; the oldest ended ones go first.",
    )
    cache_megabytes: int = Field(
        default=600,
        ge=1,
        description="Memory, in each process, for tables and what was computed of them; those used "
        "longest ago go first.",
    )
    cells: int = Field(
        default=50_000_000, ge=1, description="Training rows × features of a run, at most."
    )
    upload_megabytes: int = Field(
        default=200, ge=1, le=2000, description="Size of an uploaded file, at most."
    )
    uploads_megabytes: int = Field(
        default=1000,
        ge=1,
        description="Memory for uploaded files of all learners that are not read yet.",
    )
    web_megabytes: int = Field(
        default=4000,
        ge=1,
        description="Memory that the web process may take beside what it starts with; a page that "
        "needs more fails. Linux only.",
    )
    epochs: int = Field(default=100_000, ge=1, description="Epochs of a run, at most.")
    run_minutes: int = Field(
        default=120, ge=1, description="Minutes from a run's start, at most; then it is stopped."
    )
    runs: int = Field(
        default=60, ge=1, description="Runs that one worker process shares its time between."
    )
    runs_per_learner: int = Field(
        default=6, ge=1, description="Runs of one learner at once; more of them wait."
    )
    queue: int = Field(
        default=500, ge=0, description="Runs that may wait; beyond, Train says that it is full."
    )
    queue_per_learner: int = Field(
        default=20, ge=0, description="Runs of one learner that may wait; beyond, Train says so."
    )
    away_minutes: float = Field(
        default=5,
        gt=0,
        description="A run that nobody watches is paused after this long, and leaves memory if it "
        "has ended; the database keeps it.",
    )
    asleep_minutes: float = Field(
        default=30, gt=0, description="It gives up its place after this long, until looked at."
    )
    worker_megabytes: int = Field(
        default=4000, ge=1, description="Memory of a worker's runs, at most, beside TensorFlow's."
    )
    requests_per_second: int = Field(
        default=20, ge=1, description="Requests of one learner to the API, in the long run."
    )
    cookie_key: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="What signs learners' cookies; made once and kept in the database if not set.",
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/?#]+[^\s?#]*)?$",
        description="Where learners' devices reach this server, as `https://uphill.example`: for a "
        "class' QR code; as the teacher's browser does if not set.",
    )
    metrics: bool = Field(default=False, description="Whether `/api/metrics` answers.")


@cache
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        InputError: One sentence that names the environment variable, for a value that it cannot
            have.
    """
    try:
        return Settings()
    except ValidationError as error:
        field = str(error.errors(include_url=False)[0]["loc"][0])
        sentence = explain(error).replace(f"`{field}`", f"`{PREFIX}{field.upper()}`")
        raise InputError(sentence) from error
