"""Naming cultures, read from their table."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import zip_longest
from typing import Any

HELD_OUT_MARK = "!"


class Form(StrEnum):
    """How a culture puts names together."""

    WESTERN = "western"
    HISPANIC = "hispanic"
    SLAVIC = "slavic"
    ARABIC = "arabic"
    PATRONYMIC = "patronymic"
    MALAY = "malay"
    SOUTH_ASIAN = "south_asian"
    EAST_ASIAN = "east_asian"
    VIETNAMESE = "vietnamese"


@dataclass(frozen=True, slots=True)
class Word:
    """A name: its spellings in A-Z, the commonest first, and how its own script writes it.

    `held_out` when its spellings are a family that no table of matching holds.
    """

    spellings: tuple[str, ...]
    script: str | None = None
    held_out: bool = False

    def __add__(self, ending: "Word") -> "Word":
        """Put a stem and an ending together, the n-th spelling of the one with the n-th of the other."""
        filled = zip_longest(self.spellings, ending.spellings)
        spellings = [(one or self.spellings[-1]) + (other or ending.spellings[-1]) for one, other in filled]
        script = self.script + ending.script if self.script and ending.script else None
        return Word(tuple(dict.fromkeys(spellings)), script)


@dataclass(frozen=True, slots=True)
class Culture:
    """How names are built and borne somewhere; each list by rank, the commonest name first."""

    name: str
    form: Form
    share: int
    nationalities: tuple[str, ...]
    male: tuple[Word, ...]
    female: tuple[Word, ...]
    surnames: tuple[Word, ...]
    stems: tuple[Word, ...]
    endings: tuple[Word, ...]


@cache
def cultures() -> tuple[Culture, ...]:
    """Read the table of cultures."""
    table = tomllib.loads(resources.files("screening.crowd").joinpath("cultures.toml").read_text("utf-8"))
    return tuple(_culture(name, row) for name, row in table.items())


def _culture(name: str, row: dict[str, Any]) -> Culture:
    given = _words(row.get("given", ""))
    return Culture(
        name=name,
        form=Form(row["form"]),
        share=row["share"],
        nationalities=tuple(row["nationalities"].split()),
        male=given or _words(row["male"]),
        female=given or _words(row["female"]),
        surnames=_words(row.get("surnames", "")),
        stems=_words(row.get("stems", "")),
        endings=_words(row.get("endings", "")),
    )


def _words(text: str) -> tuple[Word, ...]:
    return tuple(_word(entry) for entry in text.split())


def _word(entry: str) -> Word:
    latin, _, script = entry.replace("_", " ").removeprefix(HELD_OUT_MARK).partition("=")
    spellings = tuple(dict.fromkeys(latin.split("/")))
    return Word(spellings, script or None, entry.startswith(HELD_OUT_MARK))
