"""Addresses of several servers: only those that lead to the primary, and to the same for every part of the service."""

import asyncio
import re
from typing import Any

import asyncpg
import pytest
from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from screening.settings import Settings

THREE = "postgresql://screening:secret@/db?host=10.0.0.1,10.0.0.2,10.0.0.3&port=5432,5433,5434"
PRIMARY = f"{THREE}&target_session_attrs=primary"


def set_(**settings: Any) -> Settings:
    return Settings(**settings)


@pytest.mark.parametrize("name", ["database_url", "database_owner_url"])
@pytest.mark.parametrize(
    "address",
    [
        THREE,  # any of them: perhaps a standby that has not heard of the newest record
        f"{THREE}&target_session_attrs=any",
        f"{THREE}&target_session_attrs=prefer-standby",
        "postgresql://screening:secret@/db?host=10.0.0.1:5432&host=10.0.0.2:5432&target_session_attrs=primary",
        "postgresql://screening:secret@10.0.0.1:5432,10.0.0.2:5432/db?target_session_attrs=primary",
    ],
)
def test_an_address_that_may_lead_elsewhere_is_refused_and_not_repeated(name: str, address: str) -> None:
    with pytest.raises(ValidationError) as refused:
        set_(**{name: address})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["postgresql://screening@10.0.0.1/db", PRIMARY, f"{THREE}&target_session_attrs=read-write"]
)
def test_one_server_or_the_primary_of_several_is_taken(address: str) -> None:
    assert set_(database_url=address, reading_url=THREE).database_url is not None


async def test_both_drivers_understand_the_address_of_several_servers() -> None:
    _, options = dialect().create_connect_args(make_url(PRIMARY).set(drivername="postgresql+asyncpg"))  # type: ignore[no-untyped-call]
    assert (options["host"], options["port"]) == (["10.0.0.1", "10.0.0.2", "10.0.0.3"], [5432, 5433, 5434])
    assert options["target_session_attrs"] == "primary"
    tried: list[int] = []

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tried.append(writer.get_extra_info("sockname")[1])
        writer.close()

    last = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = last.sockets[0].getsockname()[1]
    address = re.sub("10.0.0.[123]", "127.0.0.1", PRIMARY).replace("5432,5433,5434", f"1,1,{port}")
    with pytest.raises((OSError, asyncpg.PostgresConnectionError)):
        await asyncpg.connect(address, ssl=False)
    assert tried == [port]  # Nobody listens at the first two.
    last.close()
