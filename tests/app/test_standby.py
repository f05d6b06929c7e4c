"""Searches of the log on a standby: a database that takes no writes and may lag behind."""

from pathlib import Path

import asyncpg
from pydantic import SecretStr

from screening.access.permissions import Role
from tests.databases import Server
from tests.services import SECRETARIAT, running

SEARCH = {"document": {"number": "UT4471093"}, "reason": "Complaint 2026/114 of the holder"}


async def test_searches_read_the_standby_and_are_logged_on_the_primary(
    server: Server, database_url: str, service_url: str, template_database: str, tmp_path: Path
) -> None:
    with server.made(template_database) as name:
        owner = await asyncpg.connect(server.url_of(name))
        await owner.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        await owner.close()
        standby = SecretStr(server.service_url(server.url_of(name)))
        async with running(
            service_url, tmp_path, database_owner_url=SecretStr(database_url), reading_url=standby
        ) as service:
            auditor = await service.as_(Role.AUDITOR, SECRETARIAT)
            await service.screen(await service.as_(Role.FIRST_LINE), traveller={"surname": "Lindqvist"})
            paths = ("entries", "entries.ndjson", "entries.csv", "statistics?by=post")
            answers = [await service.client.get(f"/v1/audit/{path}", headers=auditor) for path in paths]
            answers.append(await service.client.post("/v1/audit/search", json=SEARCH, headers=auditor))
            assert [answer.status_code for answer in answers] == [200] * 5
            assert answers[0].json()["items"] == []  # The standby has not heard of anything yet.
            kinds = await service.app.state.database.pool.fetch("SELECT kind FROM audit_entries ORDER BY id")
            assert [row["kind"] for row in kinds][-6:] == ["screening", *["request"] * 5]
