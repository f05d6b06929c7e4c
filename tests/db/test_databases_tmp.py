import asyncpg
async def test_a(database_url: str) -> None:
    c = await asyncpg.connect(database_url); print(await c.fetch("select tablename from pg_tables where schemaname='public'")); await c.execute("create table x()"); await c.close()
async def test_b(database_url: str) -> None:
    c = await asyncpg.connect(database_url); await c.execute("create table x()"); await c.close()
def test_c(empty_database_url: str) -> None: pass
async def test_d(request) -> None:
    request.getfixturevalue("database_url")
