"""A class' mysteries in what is left of it: who has found them, with how many points."""

import html
from collections.abc import Iterator, Mapping, Sequence
from statistics import median_low

from ..classroom.play import Play
from ..store.mysteries import ClassMystery


def table_rows(
    mysteries: Sequence[ClassMystery], names: Mapping[str, str], titles: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Who, at which mystery, how far: one for each learner who has begun with it.

    Args:
        mysteries: Of the class.
        names: Of its learners, as far as they may be shown.
        titles: Of causes, by their keys.
    """
    for number, mystery in enumerate(mysteries, 1):
        for learner, name in names.items():
            if learner in mystery.plays:
                said = in_words(mystery.plays[learner], mystery.secret is not None)
                yield name, _title(number, mystery, titles), said


def in_words(play: Play, opened: bool) -> str:
    """How far a learner is.

    Args:
        play: Theirs.
        opened: Whether their guesses may be told, which say what it is, or is not.
    """
    told = [f"found for {play.points}" if play.solved else f"not found, {play.points} left"]
    told += [f"stage found: {play.stage}"] * (opened and play.stage != "" and not play.solved)
    told += [f"bought: {', '.join(play.bought)}"] * bool(play.bought)
    told += [f"wrong: {', '.join(play.wrong)}"] * (opened and bool(play.wrong))
    return "; ".join(told)


def summary_html(
    number: int,
    mystery: ClassMystery,
    ranked: Sequence[tuple[str, tuple[int, ...]]],
    learners: int,
    titles: Mapping[str, str],
) -> str:
    """A mystery's heading and how the class did, with nobody's name.

    Args:
        number: Of the mystery in its class, from 1.
        mystery: The mystery.
        ranked: As `ranking` gives it.
        learners: How many there are in the class.
        titles: Of causes, by their keys.
    """
    points = [won for _, (won,) in ranked]
    middle = f", in the middle for {median_low(points)} points" if points else ""
    found = f"{len(points)} of {learners} have found it{middle}."
    return f"<h2>{html.escape(_title(number, mystery, titles))}</h2><p>{found}</p>"


def ranking(mystery: ClassMystery, names: Mapping[str, str]) -> list[tuple[str, tuple[int, ...]]]:
    """Who of the class has found it, by points.

    Args:
        mystery: The mystery.
        names: Of the class' learners, as far as they may be shown.
    """
    found = [(learner, play.points) for learner, play in mystery.plays.items() if play.solved]
    best = sorted(found, key=lambda each: -each[1])
    return [(names[learner], (points,)) for learner, points in best if learner in names]


def _title(number: int, mystery: ClassMystery, titles: Mapping[str, str]) -> str:
    secret = mystery.secret
    return f"Mystery {number}: {titles.get(secret.cause, secret.cause) if secret else 'not opened'}"
