"""Two servers of the app behind the nginx that is shipped, on one PostgreSQL."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from tests.browser.app import ROOT, free_port, wait_until_healthy
from tests.core.store.databases import BINARIES, postgresql

NGINX = shutil.which("nginx", path=f"{os.defpath}:/usr/sbin:/usr/local/sbin")
THERE = bool(NGINX and BINARIES)
AS_ROOT = "user root;" if os.geteuid() == 0 else ""  # else its workers cannot enter the folder
EVENTS = "worker_connections 4096;"  # of 100 learners, each with up to seven connections, twice
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def write_nginx(folder: Path, listen: str, servers: str) -> list[str]:
    """Puts `deploy/nginx.conf` into a folder, as into /etc/nginx; returns the program to run it."""
    assert NGINX
    (folder / "uphill").mkdir(parents=True)
    (folder / "uphill" / "listen.conf").write_text(listen, encoding="utf-8")
    (folder / "uphill" / "servers.conf").write_text(servers, encoding="utf-8")
    paths = "".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    (folder / "nginx.conf").write_text(
        f"{AS_ROOT} daemon off; pid {folder}/pid; error_log stderr; events {{ {EVENTS} }}\n"
        f"http {{ access_log off; {paths} include {ROOT}/deploy/nginx.conf; }}\n",
        encoding="utf-8",
    )
    return [NGINX, "-e", "stderr", "-c", str(folder / "nginx.conf")]


class Replicas:
    """The servers.

    Args:
        folder: Of their files.
        database: URL of the one they share.

    Attributes:
        address: Of nginx in front of them.
        servers: Their processes, by their own addresses.
    """

    def __init__(self, folder: Path, database: str, count: int = 2):
        self.database = database
        environment = os.environ | {
            "UPHILL_DATABASE_URL": database,
            "UPHILL_TABLES": str(folder / "tables"),
            "UPHILL_WORKERS": "1",
            "STREAMLIT_SERVER_COOKIE_SECRET": "one for all",
        }
        ports = [free_port() for _ in range(count)]
        streamlit = [sys.executable, "-m", "streamlit", "run", "app.py"]
        where = ["--server.address", "127.0.0.1", "--server.port"]
        self.servers = {
            f"http://127.0.0.1:{port}": self._started([*streamlit, *where, str(port)], environment)
            for port in ports
        }
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        lines = "".join(f"server 127.0.0.1:{port};\n" for port in ports)
        self._nginx = self._started(
            write_nginx(folder / "nginx", f"listen 127.0.0.1:{port};", lines), environment
        )
        for address, process in (self.servers | {self.address: self._nginx}).items():
            wait_until_healthy(address, process)

    def holder(self, token: str) -> str:
        """The address of the server that trains a run."""
        with psycopg.connect(self.database) as connection:
            asked = connection.execute("SELECT server FROM runs WHERE token = %s", [token])
            (server,) = asked.fetchone() or ("",)
        pid = int(server.split("/")[1])
        return next(at for at, process in self.servers.items() if process.pid == pid)

    def kill(self, address: str) -> None:
        """Ends a server as a failing machine does."""
        self.servers[address].send_signal(signal.SIGKILL)
        self.servers[address].wait()

    def end(self) -> None:
        for process in (self._nginx, *self.servers.values()):
            process.terminate()
            process.wait()

    def _started(self, program: list[str], environment: dict[str, str]) -> subprocess.Popen:
        return subprocess.Popen(
            program,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def replicas(folder: Path) -> Iterator[Replicas]:
    """Two running servers, gone with everything in them afterwards."""
    with ExitStack() as stack:
        database = stack.enter_context(postgresql())
        running = Replicas(folder, database.url)
        stack.callback(running.end)
        yield running
