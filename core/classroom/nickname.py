"""Nicknames: what a learner is called in a class. A text that is not ours, like any other."""

import secrets
import unicodedata
from collections.abc import Collection

LONGEST = 24  # characters
BLANKED = "▪▪▪"  # shown in the place of one that the teacher has blanked
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # categories of characters that break a line
TEXT = """
Ant Bat Bear Bee Camel Cat Crab Crane Crow Deer Dolphin Duck Eagle Eel Elk Emu Falcon Finch Fox
Frog Gecko Goat Goose Hare Hawk Hedgehog Heron Horse Ibis Jaguar Kiwi Koala Lark Lion Lizard
Llama Lynx Mole Moose Moth Mouse Newt Octopus Otter Owl Panda Parrot Pelican Penguin Pony
Puffin Quail Rabbit Raven Robin Salmon Seal Shark Sheep Snail Sparrow Spider Squid Stork Swan
Tiger Toad Trout Turtle Walrus Whale Wolf Wombat Yak Zebra
"""
ANIMALS = tuple(TEXT.split())


def clean_nickname(text: str) -> str:
    """A nickname on one line, without characters that are not seen, at most `LONGEST` long."""
    seen = "".join(" " if unicodedata.category(c) in UNSEEN else c for c in text[: 10 * LONGEST])
    return " ".join(seen.split())[:LONGEST].strip()


def animal_name(taken: Collection[str]) -> str:
    """An animal's name that nobody in the class has; with a number where all are taken."""
    used = {name.casefold() for name in taken}
    free = [name for name in ANIMALS if name.casefold() not in used]
    if free:
        return secrets.choice(free)
    return unique_nickname(secrets.choice(ANIMALS), taken)


def unique_nickname(name: str, taken: Collection[str]) -> str:
    """The nickname, with a number behind it where another has the same."""
    used = {other.casefold() for other in taken}
    number, unique = 1, name
    while unique.casefold() in used:
        number += 1
        end = f" {number}"
        unique = name[: LONGEST - len(end)] + end
    return unique
