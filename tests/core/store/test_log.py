"""What the store logs when something is wrong: the kind of error, and nothing of anybody's run."""

import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from core.events import encode, failed
from core.spec import Spec
from core.store import Store

SECRETS = ("token-of-somebody", "salary", "upload-somebody")
PARAMETERS = {"token": SECRETS[0], "spec": SECRETS[1], "told": SECRETS[2]}
SPEC = Spec().patched({"data": {"source": SECRETS[2], "target": SECRETS[1]}})
LOCKED = sqlite3.OperationalError(f"database is locked: {PARAMETERS}")


@pytest.mark.parametrize("kind", [OperationalError, IntegrityError, ProgrammingError])
def test_an_error_of_the_database_is_logged_without_its_values(tmp_path, monkeypatch, caplog, kind):
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    write, errors = store.writer._write, [kind("INSERT", PARAMETERS, LOCKED)]

    def fail_once(writes) -> None:
        if errors:
            raise errors.pop()
        write(writes)

    monkeypatch.setattr(store.writer, "_write", fail_once)
    with caplog.at_level("DEBUG", "core"):
        store.add_run(SECRETS[0], SPEC)
        store.append_event(SECRETS[0], encode(failed("salary was wrong")))
        assert store.writer.flush(20)
        store.close()
    assert caplog.text
    assert not any(secret in caplog.text for secret in SECRETS)


def test_sqlalchemy_itself_hides_what_it_was_given(tmp_path, monkeypatch):
    monkeypatch.setattr("core.store.database.LOCK_TIMEOUT", 0.0)
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    assert store.writer.ready.wait(20)
    with sqlite3.connect(tmp_path / "runs.sqlite") as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OperationalError) as caught, store.database.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM runs WHERE token = ?", (SECRETS[0],))
        other.rollback()
    store.close()
    assert "locked" in str(caught.value)
    assert SECRETS[0] not in str(caught.value)


def test_the_file_is_the_server_users_alone(tmp_path):
    file = tmp_path / "runs.sqlite"
    file.touch(mode=0o644)
    store = Store(f"sqlite:///{file}")
    assert store.writer.ready.wait(20)
    store.add_run(SECRETS[0], SPEC)
    assert store.writer.flush(20)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    store.close()
    assert set(modes.values()) == {0o600}
    assert "runs.sqlite-wal" in modes
