"""Reads YAML, as far as it holds what JSON can hold."""

import re
from typing import Any

from ..errors import InputError
from .charset import SAMPLE_BYTES, Content, decode, detect_encoding

NAME = rb"(?:\"[^\"\n]+\"|'[^'\n]+'|[A-Za-z_\x80-\xff][^:#,;\t|\n]*)"
START = re.compile(  # a list of records; a list of values, or of records, under a name
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:(?:---|%YAML|#)[^\n]*)?\r?\n)*"
    rb"(?:[ \t]*-\s+(?:\{\s*)?" + NAME + rb":\s|" + NAME + rb":\s*(?:\[|\r?\n\s*-\s))"
)
ALIAS = re.compile(r"(?:^|[\s\[{,])\*\w")


def parse_yaml(content: Content, file: str) -> Any:
    """The value of a text; None if it is no YAML, or neither a list nor has names.

    Raises:
        InputError: If it refers to parts of itself, which may stand for more than memory holds.
    """
    if not START.match(content[:SAMPLE_BYTES]):
        return None
    import yaml  # few files are written so

    text = decode(content, detect_encoding(content)).lstrip("\ufeff")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if ALIAS.search(text) and any(
            isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, loader)
        ):
            raise InputError(f"{file} must be YAML without aliases. Received: one, as `*name`.")
        value = yaml.load(text, loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        return None
    return value if isinstance(value, list | dict) else None
