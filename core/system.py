"""What a worker may take of the machine's memory, so that one run's greed is that run's failure."""

import re
from pathlib import Path

NO_MEMORY = (
    "The run needs more memory than this server gives it. Use fewer rows or features, "
    "or a smaller batch."
)
STATUS = Path("/proc/self/status")


def bound_memory(megabytes: int) -> None:
    """Refuses memory to this process beyond so much more than it has now, where the system can.

    Then the run that asks for it fails by a `MemoryError`, and the others go on.
    """
    if not STATUS.exists():
        return
    import resource

    used = re.search(r"VmData:\s+(\d+) kB", STATUS.read_text())
    if used:
        most = int(used[1]) * 1024 + megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
