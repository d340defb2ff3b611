"""The database: which URLs it takes, and its migrations."""

import subprocess
import sys
import time

import pytest
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from core.errors import InputError
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
