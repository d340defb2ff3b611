"""What an operator may set, by environment variables that begin with `UPHILL_`."""

import os
import tempfile
from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Limits and places of one server."""

    model_config = SettingsConfigDict(env_prefix="UPHILL_", frozen=True)

    workers: int = Field(
        default=max(1, os.cpu_count() or 1), ge=1, le=64, description="Worker processes that train."
    )
    tables: Path = Field(
        default=Path(tempfile.gettempdir()) / "uphill-tables",
        description="Where uploaded tables are kept.",
    )
    database_url: str = Field(
        default=f"sqlite:///{Path(__file__).parents[1] / 'data' / 'uphill.sqlite'}",
        description="Where runs are kept: `sqlite:///…` or `postgresql://…`.",
    )
    table_hours: float = Field(
        default=24.0, gt=0, description="How long an uploaded table is kept, in hours."
    )
    log_megabytes: int = Field(
        default=200,
        ge=1,
        description="Memory for the events of runs; the oldest ended ones go first.",
    )


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
