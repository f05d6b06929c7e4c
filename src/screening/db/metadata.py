"""What all tables share: names of constraints, column types, and ids that sort by time."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import BigInteger, LargeBinary, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, mapped_column

CONSTRAINT_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> UUID:
    """Make an id (RFC 9562 UUIDv7): unique, and later ones sort behind earlier ones."""
    return uuid_utils.compat.uuid7()


NEAR = timedelta(seconds=10)
"""How far the time in an id may be from the instant that it belongs to: more than the longest request takes."""

_TIME_BITS = 48
_OTHER_BITS = 128 - _TIME_BITS


def new_id_at(at: datetime) -> UUID:
    """Make an id whose time is near an instant, also where a clock other than the machine's gave it."""
    made = new_id()
    if abs(instant_of(made) - at) < NEAR:
        return made
    return UUID(int=first_id_at(at).int | _marked(_in_order(made)))


def _in_order(made: UUID) -> int:
    """Give 74 bits that sort as ids do by the order in which they were made: low bits of the time, then the counter."""
    random_a, random_b = made.int >> 64 & 0xFFF, made.int & (1 << 62) - 1
    counter = (random_a << 62 | random_b) >> 32
    return (made.int >> _OTHER_BITS & 0xFFFF_FFFF) << 42 | counter


def _marked(bits: int) -> int:
    """Put version and variant of RFC 9562 between 74 bits."""
    return 7 << 76 | bits >> 62 << 64 | 2 << 62 | bits & (1 << 62) - 1


def first_id_at(at: datetime, margin: timedelta = timedelta()) -> UUID:
    """Give what no id of this instant, moved by a margin, or of a later one sorts before."""
    milliseconds = int((at.timestamp() + margin.total_seconds()) * 1000)
    return UUID(int=min(max(milliseconds, 0), (1 << _TIME_BITS) - 1) << _OTHER_BITS)


def instant_of(made: UUID) -> datetime:
    """Read the time in an id, to the millisecond."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=made.int >> _OTHER_BITS)


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        bytes: LargeBinary,
        datetime: TIMESTAMP(timezone=True),
        dict[str, Any]: JSONB,
        int: BigInteger,
        list[str]: ARRAY(Text),
        str: Text,
        UUID: Uuid,
    }


Id = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
"""A primary key."""
