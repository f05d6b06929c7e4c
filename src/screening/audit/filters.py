"""The filters of the log, as a query string gives them."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from pydantic import AwareDatetime

from screening.audit.entries import EntryKind
from screening.audit.readers import Reader
from screening.audit.search_queries import Filter

Word = Query(pattern="^[a-z_]{1,20}$")
Reference = Query(min_length=1, max_length=64)


def filtering(get_reader: Callable[..., Any]) -> Callable[..., Filter]:
    """Make the dependency that reads the filters; `get_reader` is one that gives a Reader or refuses."""

    def get_filter(  # noqa: PLR0913 - the filters are the contract
        reader: Annotated[Reader, Depends(get_reader)],
        since: Annotated[AwareDatetime | None, Query(description="From this instant on.")] = None,
        until: Annotated[AwareDatetime | None, Query(description="Before this instant.")] = None,
        kind: EntryKind | None = None,
        organisation: Annotated[UUID | None, Query(description="The id of an organisation that you audit.")] = None,
        post: Annotated[UUID | None, Query(description="The id of a post.")] = None,
        client: Annotated[UUID | None, Query(description="The id of a key.")] = None,
        country: Annotated[
            str | None, Query(pattern="^[A-Z]{3}$", description="The State that the client's organisation speaks for.")
        ] = None,
        officer: Annotated[str | None, Reference, Query(description="The bureau's reference of an officer.")] = None,
        operation: Annotated[str | None, Query(pattern="^[A-Z0-9-]{2,20}$")] = None,
        decision: Annotated[
            str | None, Word, Query(description="As the first line was answered.", examples=["hit"])
        ] = None,
        desk: Annotated[
            str | None, Word, Query(description="`silent` finds discreet records of owners that you audit.")
        ] = None,
        source: Annotated[str | None, Word, Query(description="A source that gave a hit.", examples=["sltd"])] = None,
        record: Annotated[UUID | None, Query(description="The id of a record that matched.")] = None,
        colour: Annotated[str | None, Word, Query(description="The colour of a notice that matched.")] = None,
        took_ms: Annotated[float | None, Query(ge=0, description="Answers that took at least as long.")] = None,
    ) -> Filter:
        return Filter(
            reader if organisation is None else reader.within(organisation),
            since=since,
            until=until,
            kind=kind,
            post_id=post,
            client_id=client,
            country=country,
            officer=officer,
            operation=operation,
            decision=decision,
            desk=desk,
            source=source,
            record_id=record,
            colour=colour,
            took_ms=took_ms,
        )

    return get_filter
