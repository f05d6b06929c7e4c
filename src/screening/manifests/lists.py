"""What a list says, whatever form it came in."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from screening.manifests.vocabulary import Action, PersonKind
from screening.screenings.schemas import Document, Traveller
from screening.screenings.vocabulary import Mode

MOST_PERSONS = 10_000
"""More than any ship carries: a longer list is a mistake, and is refused whole rather than read in part."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One part of a voyage; places as IATA or UN/LOCODE codes, times as `2026-05-01T10:20`, local to the place."""

    departure: str | None = None
    arrival: str | None = None
    departure_at: str | None = None
    arrival_at: str | None = None


@dataclass(frozen=True, slots=True)
class Voyage:
    """The flight or crossing: what tells lists of one voyage from those of others."""

    carrier: str | None
    journey: str | None
    """The flight number, or the number of the sailing."""
    mode: Mode | None = None
    legs: tuple[Leg, ...] = ()

    @property
    def departs_on(self) -> str | None:
        """The local date of the first departure, as `2026-05-01`."""
        at = self.legs[0].departure_at if self.legs else None
        return at[:10] if at else None


@dataclass(frozen=True, slots=True)
class Listed:
    """A person who can be read."""

    position: str
    """The place in the list, for the sender: `segment 14`, `line 3`, `persons.2`."""
    kind: PersonKind | None
    """As what the person travels; None for one who does not."""
    traveller: Traveller
    documents: tuple[Document, ...] = ()
    reference: str | None = None
    """The sender's own for this person, by which later lists name the person again."""
    booking: str | None = None


@dataclass(frozen=True, slots=True)
class Damaged:
    """A person who cannot be read, and why, without repeating what was sent."""

    position: str
    reason: str
    reference: str | None = None
    booking: str | None = None


@dataclass(frozen=True, slots=True)
class PassengerList:
    """A whole list."""

    action: Action
    voyage: Voyage
    persons: tuple[Listed | Damaged, ...]
    remarks: tuple[str, ...] = ()
    """What is wrong with the list as a whole."""
    sender: str | None = None
    transaction: str | None = None
    """The sender's own reference of the message, which the answer repeats."""


class UnreadableListError(Exception):
    """Nothing of the list can be read; the text says why, without repeating what was sent."""


def limited(persons: Iterable[Listed | Damaged]) -> tuple[Listed | Damaged, ...]:
    """Take the persons of a list one by one, and no further than to the first that is too many.

    Raises UnreadableListError when there is one.
    """
    taken = tuple(islice(persons, MOST_PERSONS + 1))
    if len(taken) > MOST_PERSONS:
        raise UnreadableListError(f"A list has at most {MOST_PERSONS} persons; send it in parts.")
    return taken
