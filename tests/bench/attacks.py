"""How long a text can hold up the page that reads it: each attack, in ms of a processor.

Part of `make bench`. That each ends in a sentence, and how much it may cost, is counted in the
tests; here is the clock.
"""

import contextlib
import time

from core.errors import InputError
from tests.bench.bench import row
from tests.core.interpreter.attacks import attacks
from tests.core.interpreter.follow import follow

LIMIT = 100.0  # ms


def main() -> None:
    """The slowest five, and how many are over the limit."""
    took: list[tuple[float, str]] = []
    for name, part, text in attacks():
        began = time.process_time()
        with contextlib.suppress(InputError):
            follow(part, text)
        took.append((1000 * (time.process_time() - began), name))
    for milliseconds, name in sorted(took, reverse=True)[:5]:
        row(f"attack: {name}", milliseconds, LIMIT, "ms")
    print(f"{len(took)} attacks, {sum(ms > LIMIT for ms, _ in took)} over {LIMIT:g} ms")


if __name__ == "__main__":
    main()
