"""The same screening as one would write it without us: FastAPI, SQLAlchemy's ORM, rapidfuzz over the list.

A zone is read by our parser, the document looked up by number and State, the name compared with every name of the list
by `process.extract`, and a row of what happened committed. No evidence, receipts, grants, look-alikes or freshness.
`python -m benchmarks.plain URL PORT` serves it; the tables are in the schema `plain`.
"""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import asyncpg
import uvicorn
from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel
from rapidfuzz import fuzz, process, utils
from sqlalchemy import JSON, TIMESTAMP, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from screening import mrz

ALIKE = 85.0
MOST = 20

TABLES = """
DROP SCHEMA IF EXISTS plain CASCADE;
CREATE SCHEMA plain;
CREATE TABLE plain.documents (number text, state text, reason text, PRIMARY KEY (number, state));
CREATE TABLE plain.persons (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE plain.audit (id uuid PRIMARY KEY, at timestamptz NOT NULL, asked json NOT NULL, answer json NOT NULL)
"""


class Base(DeclarativeBase):
    """What the tables share."""


class Document(Base):
    """A reported document."""

    __tablename__ = "documents"
    __table_args__ = {"schema": "plain"}  # noqa: RUF012 - as SQLAlchemy wants it
    number: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]


class Entry(Base):
    """What was asked and answered."""

    __tablename__ = "audit"
    __table_args__ = {"schema": "plain"}  # noqa: RUF012 - as SQLAlchemy wants it
    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)


class Paper(BaseModel):
    """A document as it was presented."""

    mrz: str


class Submission(BaseModel):
    """What border software sends; what this way does not look at is left out."""

    documents: list[Paper]


class Answer(BaseModel):
    """What was found."""

    decision: str
    documents: list[str]
    persons: list[tuple[int, float]]


async def load(url: str, persons: Sequence[str], documents: Sequence[tuple[str, str, str]]) -> None:
    """Make the tables, with what they hold; `url` is of a role that may."""
    connection = await asyncpg.connect(url)
    await connection.execute(TABLES)
    await connection.copy_records_to_table("persons", schema_name="plain", records=list(enumerate(persons)))
    await connection.copy_records_to_table("documents", schema_name="plain", records=documents)
    await connection.close()


def create_app(url: str) -> FastAPI:
    """Build the application."""

    @asynccontextmanager
    async def alive(app: FastAPI) -> AsyncIterator[None]:
        engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), pool_size=8)
        app.state.sessions = async_sessionmaker(engine)
        connection = await asyncpg.connect(url)
        rows = await connection.fetch("SELECT id, name FROM plain.persons")
        app.state.names = {row["id"]: utils.default_process(row["name"]) for row in rows}
        await connection.close()
        yield
        await engine.dispose()

    app = FastAPI(lifespan=alive)

    async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
        async with request.app.state.sessions.begin() as session:
            yield session

    @app.post("/v1/screenings")
    async def screen(
        submission: Submission, request: Request, session: Annotated[AsyncSession, Depends(get_session)]
    ) -> Answer:
        zone = mrz.parse(submission.documents[0].mrz, today=datetime.now(UTC).date())
        wanted = select(Document).where(Document.number == zone.number, Document.state == zone.issuing_state)
        documents = [document.reason for document in await session.scalars(wanted)]
        name = utils.default_process(f"{zone.given_names} {zone.surname}")
        alike = process.extract(name, request.app.state.names, scorer=fuzz.WRatio, limit=MOST, score_cutoff=ALIKE)
        persons = [(key, score) for _, score, key in alike]
        answer = Answer(decision="hit" if documents or persons else "no_hit", documents=documents, persons=persons)
        session.add(Entry(id=uuid4(), at=datetime.now(UTC), asked=submission.model_dump(), answer=answer.model_dump()))
        return answer

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(sys.argv[1]), port=int(sys.argv[2]), log_level="warning")
