"""How many there are of something, in words."""


def counted(count: int, noun: str) -> str:
    """The count and its noun: `1 row`, `2,000 rows`."""
    return f"{count:,} {noun}{'s' * (count != 1)}"
