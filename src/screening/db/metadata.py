"""What all tables share: names of constraints, column types, and ids that sort by time."""

from datetime import datetime
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
