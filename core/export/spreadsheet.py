"""Text that a spreadsheet shows, and never runs.

Excel, LibreOffice and Google Sheets take a cell for a formula that begins with one of a few signs,
wherever the text came from; an apostrophe before it keeps it text (OWASP, *CSV Injection*).
"""

RUNS = tuple("=+-@\t\r\n＝＋－＠")
GUARD = r"^'(?='*[=+@\t\r\n＝＋－＠-])"  # matches that apostrophe, so that it can go again


def harmless(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would run it as a formula.

    Example:
        >>> harmless("=1+1"), harmless("height")
        ("'=1+1", 'height')
    """
    return f"'{text}" if text.lstrip("'").startswith(RUNS) else text
