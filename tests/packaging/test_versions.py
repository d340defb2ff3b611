"""Versions of other packages are bounded once, in one place."""

import re
from collections import Counter

import pytest

from tests.packaging.versions import LIBRARY, ROOT, bounds, requirements

ELSEWHERE = re.compile(r"install[^`\n]*[\s\"']uphill(?![-_\w])")
TEXTS = {".md", ".py", ".toml", ".txt", ".jinja", ".yaml", ".service"}


def test_no_package_is_bounded_twice():
    times = Counter(name for name, _ in bounds())
    assert times["tensorflow"] == times["streamlit"] == times["ray"] == times["hatchling"] == 1
    assert {name: count for name, count in times.items() if count > 1} == {}


@pytest.mark.parametrize("requirement", requirements(LIBRARY), ids=lambda found: found.name)
def test_what_the_library_requires_has_a_lowest_and_a_highest_release(requirement):
    assert {bound.operator for bound in requirement.specifier} == {">=", "<"}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_file_that_builds_on_another_includes_it(name):
    included = re.findall(r"^-r (.+)$", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    assert (
        included
        == {
            "requirements.txt": ["requirements-library.txt"],
            "requirements-dev.txt": ["requirements.txt", "requirements-ray.txt"],
        }[name]
    )


@pytest.mark.parametrize("folder", ["", "core", "pages", "deploy", "sample_data", ".ci"])
def test_nothing_sends_a_learner_to_the_other_uphill(folder: str):
    files = (ROOT / folder).rglob("*") if folder else ROOT.glob("*")
    texts = [file for file in files if file.suffix in TEXTS or file.name in {"Makefile", "run"}]
    assert texts
    for file in texts:
        assert not ELSEWHERE.search(file.read_text("utf-8")), file
