"""What a table looks like: one figure per file, each drawn from numbers, not from widgets."""
