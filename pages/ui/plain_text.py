"""Text that is not ours, for where Streamlit renders Markdown: links, names, cells, files."""

import re

CODE = re.compile(r"(`[^`]*`)")  # our messages put names of settings into code, where all is plain
PUNCTUATION = re.compile(r"([\\\[\]()<>*_~$#|!{}])")
AUTOLINKS = re.compile(r"([:@](?=\S)|www(?=\.))", re.IGNORECASE)
WORD_JOINER = "\u2060"  # is not seen, and no line breaks there


def plain(text: object) -> str:
    """The text with its Markdown escaped, so that it is shown as it stands.

    Neither links, also bare addresses, nor colours, icons, formulas or HTML come of it. What stands
    between backquotes stays code.

    Args:
        text: A name, a value, or an `InputError` whose message quotes one.
    """
    parts = CODE.split(str(text))
    return "".join(part if CODE.fullmatch(part) else _escaped(part) for part in parts)


def _escaped(text: str) -> str:
    escaped = PUNCTUATION.sub(r"\\\1", text.replace("`", "\\`"))
    return AUTOLINKS.sub(rf"\1{WORD_JOINER}", escaped)
