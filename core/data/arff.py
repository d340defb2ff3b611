"""Reads the head of an ARFF file, as Weka writes it: its attributes are the columns' names."""

import re

from .tidy import split_lines

START = re.compile(r"(?:[ \t]*(?:%[^\r\n]*)?[\r\n])*[ \t]*@relation\b", re.IGNORECASE)
ATTRIBUTE = re.compile(r"\s*@attribute\s+('[^']*'|\"[^\"]*\"|\S+)", re.IGNORECASE)
DATA = re.compile(r"\s*@data\b", re.IGNORECASE)


def read_head(sample: str) -> tuple[tuple[str, ...], int] | None:
    """The names of the columns, and the number of the first line of data; None for other text."""
    if not START.match(sample):
        return None
    names = []
    for number, line in enumerate(split_lines(sample)):
        if found := ATTRIBUTE.match(line):
            names.append(found[1].strip("'\""))
        elif DATA.match(line):
            return tuple(names), number + 1
    return None
