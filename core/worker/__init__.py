"""The process that trains many runs in turns, and what it exchanges with the service."""
