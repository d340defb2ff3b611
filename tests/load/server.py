"""The server under load: started as a learner starts it, and watched from outside."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

import psutil

ROOT = Path(__file__).parents[2]
WINDOW = 2.0  # seconds over which the use of the processor is taken
MEGABYTE = 1e6


class Use(NamedTuple):
    """What was used in one window: cores on average, and megabytes at its end.

    `all_cores` is the whole machine's, the learners' and everybody else's too.
    """

    at: float
    web_cores: float
    worker_cores: float
    web_memory: float
    worker_memory: float
    all_cores: float


class Server:
    """`streamlit run app.py`, and what it uses.

    Args:
        port: Where it listens.
        root: The version of the app that it serves.
        environment: Of its processes, beside what they have anyway.

    Attributes:
        used: One entry a window, once `measure` runs.
    """

    def __init__(self, port: int, root: Path = ROOT, **environment: str):
        with socket.create_server(("127.0.0.1", port)):
            pass  # else another server would be measured
        self.address = f"http://127.0.0.1:{port}"
        self.used: list[Use] = []
        self._folder = tempfile.TemporaryDirectory()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | self._own_settings() | environment,
        )
        self._web = psutil.Process(self._process.pid)

    def _own_settings(self) -> dict[str, str]:
        folder = self._folder.name
        database = f"sqlite:///{folder}/runs.sqlite"
        self.database = database
        return {"UPHILL_TABLES": f"{folder}/tables", "UPHILL_DATABASE_URL": database}

    def wait(self) -> None:
        """Until every worker has loaded TensorFlow."""
        while self._process.poll() is None:
            try:
                answer = urllib.request.urlopen(f"{self.address}/api/health", timeout=2).read()
            except OSError:
                time.sleep(0.2)
                continue
            health = json.loads(answer)
            if health["workers_ready"] == health["workers"]:
                return
            time.sleep(0.2)
        raise RuntimeError("The server did not start: is the port taken?")

    async def measure(self) -> None:
        """Notes what the server uses, until cancelled."""
        web, workers, at = self._spent()
        psutil.cpu_percent()
        while True:
            await asyncio.sleep(WINDOW)
            web_now, workers_now, now = self._spent()
            self.used.append(
                Use(
                    now,
                    (web_now - web) / (now - at),
                    (workers_now - workers) / (now - at),
                    sum(p.memory_info().rss for p in self._pages()) / MEGABYTE,
                    _memory_together(self._workers()) / MEGABYTE,
                    psutil.cpu_percent() / 100 * (os.cpu_count() or 1),
                )
            )
            web, workers, at = web_now, workers_now, now

    def web_seconds(self) -> float:
        """Seconds of processor that the web process, or all of them, have used."""
        return self._spent()[0]

    def web_memory(self, peak: bool = False) -> float:
        """Megabytes of the web process, now or at its highest."""
        if not peak:
            return self._web.memory_info().rss / MEGABYTE
        status = Path(f"/proc/{self._web.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / MEGABYTE

    def processes(self) -> list[psutil.Process]:
        """The web process and all that it has started."""
        return [self._web, *self._workers()]

    def end(self) -> None:
        """Ends the server and its workers."""
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()

    def _pages(self) -> list[psutil.Process]:
        """The web process; where there are several, the one before them too."""
        started = self._web.children()
        return [self._web, *(p for p in started if "streamlit" in p.cmdline())]

    def _workers(self) -> list[psutil.Process]:
        """The workers, and the process that they are forked from."""
        pages = self._pages()
        return [p for p in self._web.children(recursive=True) if p not in pages]

    def _spent(self) -> tuple[float, float, float]:
        """Seconds of processor of the web process and of the workers, and the time."""

        def seconds(process: psutil.Process) -> float:
            times = process.cpu_times()
            return times.user + times.system

        web, workers = (sum(map(seconds, part)) for part in (self._pages(), self._workers()))
        return web, workers, time.monotonic()


def _memory_together(processes: list[psutil.Process]) -> float:
    """Bytes of processes that are forked from each other: pages that they share count once.

    What they map of files counts once as well, and whole: by proportional set size it would seem to
    shrink while other programs on the machine map the same libraries.
    """
    anonymous, of_files = 0, [0]
    for process in processes:
        rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
        kilobytes = dict(re.findall(r"^(\w+): +(\d+) kB", rollup, re.MULTILINE))
        anonymous += int(kilobytes["Pss_Anon"])
        of_files.append(int(kilobytes["Rss"]) - int(kilobytes["Anonymous"]))
    return 1024 * (anonymous + max(of_files))
