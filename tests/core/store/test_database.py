"""The database: which URLs it takes, and its migrations."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import PurePosixPath, PureWindowsPath

import pytest
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from core.errors import InputError
from core.settings import sqlite_url
from core.spec import Spec
from core.store.database import Database
from core.store.tables import Base
from tests.core.store.runs import ROOT, TOKEN


def test_models_and_migrations_agree(store):
    with store.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


@pytest.mark.parametrize("url", ["mysql://x@y/z", "nonsense", "", "sqlite+nothing:///x"])
def test_another_backend_is_refused_in_one_sentence(url):
    with pytest.raises(InputError, match="must begin with `sqlite:///` or `postgresql://`"):
        Database(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_scheme_of_postgresql_is_understood(scheme):
    database = Database(f"{scheme}://someone@nowhere/runs")
    assert database.engine.dialect.driver == "psycopg"


@pytest.mark.parametrize(
    "path",
    [
        PureWindowsPath(r"C:\Users\Jörg Müller\uphill\data\uphill.sqlite"),
        PureWindowsPath(r"\\server\share\uphill.sqlite"),
        PureWindowsPath(r"C:\100%25\a#b@c\uphill.sqlite"),
        PurePosixPath("/home/what? 100%/uphill.sqlite"),
    ],
)
def test_a_file_of_any_system_is_found_by_its_url(path):
    assert Database(sqlite_url(path)).engine.url.database == str(path)


def test_a_folder_of_any_name_holds_the_database_and_the_program(tmp_path):
    folder = tmp_path / "100% größe? #1"
    shutil.copytree(ROOT / "core", folder / "core", ignore=shutil.ignore_patterns("__pycache__"))
    code = "from core.store import Store; from core.settings import settings as s; "
    code += "print(Store(s().database_url).writer.flush(20))"
    environment = {name: value for name, value in os.environ.items() if "UPHILL" not in name}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, check=False
    )
    assert done.stdout == b"True\n", done.stderr
    assert (folder / "data" / "uphill.sqlite").is_file()


START = "import sys; from core.store import Store; print(Store(sys.argv[1]).writer.flush(20))"


def test_two_servers_that_start_at_once_migrate_once(url):
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", START, url], cwd=ROOT, stdout=subprocess.PIPE, stderr=-1
        )
        for _ in range(2)
    ]
    outputs = [program.communicate() for program in programs]
    assert [out for out, _ in outputs] == [b"True\n"] * 2
    assert not [err for _, err in outputs if b"cannot be written" in err]


def test_a_live_run_of_the_first_migration_is_taken_over(url, open_store):
    # the tables of the first version, with a live run in them
    database, config = Database(url), Config()
    database.migrate()
    config.set_main_option("script_location", "core/store/migrations")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        values = {"t": TOKEN, "at": time.time(), "spec": "{}"}
        connection.execute(
            sqlalchemy.text(
                "INSERT INTO runs (token, owner, server, started_at, spec, words, reason, events,"
                " epochs, name, starred)"
                " VALUES (:t, 'me', 'host/1/x', :at, :spec, '', '', 0, 0, '', FALSE)"
            ),
            values,
        )
    database.close()
    taken = open_store().take_over(TOKEN)
    assert (taken.spec, taken.events, taken.checkpoint) == (Spec(), [], b"")
    assert (taken.run.paused, taken.run.pace) == (False, None)
