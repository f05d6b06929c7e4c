"""Ids of document records, split into two small numbers for the table: 8 bytes a row instead of 16, twice.

The last seven hexadecimal digits of an id are its place, the rest is the base that all records of one intake share. So
the records of a file have consecutive ids, and any id, however it was made, has a base and a place.
"""

from collections.abc import Iterator
from uuid import UUID

from screening.db.metadata import new_id

_PLACE = (1 << 28) - 1

MOST_PLACES = _PLACE
"""Records that one intake may hold."""


def base(record_id: UUID) -> UUID:
    """Give what the ids of an intake have in common.

    >>> base(UUID("0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11"))
    UUID('0199d2c4-5a70-7cc1-a1de-3a7f40000000')
    """
    return UUID(int=record_id.int & ~_PLACE)


def place(record_id: UUID) -> int:
    """Give what tells the ids of an intake apart."""
    return record_id.int & _PLACE


def joined(shared: UUID, place: int) -> UUID:
    """Give the id of a base and a place."""
    return UUID(int=shared.int | place)


def new_series() -> Iterator[UUID]:
    """Make ids that follow on each other; the place 0 is never given, so that the base is nobody's id."""
    first = base(new_id()).int
    return (UUID(int=first | place) for place in range(1, MOST_PLACES + 1))
