"""Classes: join codes, nicknames, what the teacher's lab asks of all others, questions, answers.

Nothing here reads a clock, a database or a request: `core.store.classes` keeps it.
"""
