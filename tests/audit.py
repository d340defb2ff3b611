"""Says what `pip-audit --format json` found, and what it did not audit."""

import json
import sys
from typing import Any


def summary(text: str) -> str:
    """One to three lines.

    Args:
        text: What pip-audit printed as JSON; anything else means that it could not ask.
    """
    try:
        packages: list[dict[str, Any]] = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return "pip-audit: nothing was audited; is there no network?"
    audited = [package for package in packages if "skip_reason" not in package]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    holes = [
        f"  {package['name']} {package['version']}: {hole['id']}"
        for package in audited
        for hole in package["vulns"]
    ]
    known = f"{len(holes)} vulnerabilities" if holes else "no known vulnerability"
    lines = [f"pip-audit: {len(audited)} of {len(packages)} packages audited"]
    lines[0] += f", {known}." if audited else "."
    if skipped:
        shown = ", ".join(skipped[:8]) + (", …" if len(skipped) > 8 else "")
        lines.append(f"  Not audited, so nothing is known of them: {shown}.")
    return "\n".join(lines + holes)


if __name__ == "__main__":
    print(summary(sys.stdin.read()))
