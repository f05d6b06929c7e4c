"""SQL that finds entries: newest first, by any filter, page by page.

Order, pages and months all go by the id, which carries the time: each filter has an index that ends with it, so that a
page is read from the end of one index, and stops when it is full. Of a reader who audits a few organisations, each
one's entries are read apart and merged, because an index gives no order over several. Slow answers are the exception:
an order by time says nothing of how rare they are, so they are counted first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    RowMapping,
    Select,
    Uuid,
    and_,
    any_,
    cast,
    column,
    func,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from screening.audit.entries import EntryKind
from screening.audit.models import AuditEntry, AuditMatch, AuditSubject
from screening.audit.readers import SILENT, Reader
from screening.db.metadata import NEAR, first_id_at

ENTRY = AuditEntry.__table__.c
MATCH = AuditMatch.__table__.c


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are asked for; what is None is not asked."""

    reader: Reader
    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None
    post_id: UUID | None = None
    client_id: UUID | None = None
    country: str | None = None
    officer: str | None = None
    operation: str | None = None
    decision: str | None = None
    desk: str | None = None
    took_ms: float | None = None
    """At least."""
    source: str | None = None
    colour: str | None = None
    record_id: UUID | None = None
    digests: Sequence[bytes] | None = None
    """Keyed hashes of what the entry is about: any of them."""

    @property
    def of_one_organisation(self) -> bool:
        """Tell whether what is asked for belongs to one organisation, or to few, by its nature."""
        return (self.post_id, self.client_id, self.officer) != (None, None, None)

    @property
    def by_match(self) -> bool:
        """Tell whether a record that matched is asked for."""
        return (self.source, self.colour, self.record_id) != (None, None, None) or self.desk == SILENT


def about(wanted: Filter, digests: Sequence[bytes], record_id: UUID | None) -> Filter:
    """Narrow a filter to entries that are about a subject; about a record are also the screenings that matched it."""
    return replace(wanted, digests=digests, record_id=record_id)


def counting(wanted: Filter, since: datetime, until: datetime) -> Filter:
    """Narrow a filter to the screenings of a time."""
    return replace(wanted, since=since, until=until, kind=wanted.kind or EntryKind.SCREENING)


FEW = 12
"""Organisations whose entries are read apart; planning takes a few milliseconds for each."""

RARE = 20_000
"""Slow answers that are sorted rather than looked for among all."""

LOOKED_UP = 500
"""Of these, how many are looked up at once."""

EQUAL = ("kind", "post_id", "client_id", "country", "officer", "operation", "decision")


def _of_time(wanted: Filter) -> list[ColumnElement[bool]]:
    """Bound the id too, which leaves out the months that cannot have any."""
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found += [ENTRY.at >= wanted.since, ENTRY.id >= first_id_at(wanted.since, -NEAR)]
    if wanted.until is not None:
        found += [ENTRY.at < wanted.until, ENTRY.id < first_id_at(wanted.until, NEAR)]
    return found


def _of_entry(wanted: Filter) -> list[ColumnElement[bool]]:
    found = _of_time(wanted)
    found += [ENTRY[name] == value for name in EQUAL if (value := getattr(wanted, name)) is not None]
    if wanted.desk is not None and wanted.desk != SILENT:
        found.append(ENTRY.desk == wanted.desk)
    if wanted.took_ms is not None:
        found.append(ENTRY.took_ms >= wanted.took_ms)
    return found


def _of_match(wanted: Filter) -> list[ColumnElement[bool]]:
    asked = {"source": wanted.source, "colour": wanted.colour, "record_id": wanted.record_id}
    found = [MATCH[name] == value for name, value in asked.items() if value is not None]
    if wanted.desk == SILENT:
        found.append(MATCH.desk == SILENT)
    organisations = wanted.reader.organisation_ids
    if organisations is not None:
        found += [
            MATCH.organisation_id.in_(organisations),
            or_(MATCH.desk != SILENT, MATCH.owner_id.in_(organisations)),
        ]
    return found


def _about(wanted: Filter) -> Select[Any] | CompoundSelect[Any]:
    """Find entries by the keyed hashes of their subjects, and by a record that they matched."""
    found = select(AuditSubject.entry_id).where(AuditSubject.digest.in_(wanted.digests or ()))
    return found.union(select(MATCH.entry_id).where(*_of_match(wanted))) if wanted.record_id else found


def _page(wanted: Filter, after: UUID | None, limit: int) -> Select[Any]:
    if wanted.digests is not None:
        return _scoped(wanted, [*_of_entry(wanted), ENTRY.id.in_(_about(wanted))], after, limit)
    if wanted.by_match:
        return _page_by_match(wanted, after, limit)
    organisations = wanted.reader.organisation_ids or ()
    if wanted.of_one_organisation or not 1 < len(organisations) <= FEW:
        return _scoped(wanted, _of_entry(wanted), after, limit)
    return _page_of_each(wanted, after, limit)


def _scoped(wanted: Filter, conditions: list[ColumnElement[bool]], after: UUID | None, limit: int) -> Select[Any]:
    organisations = wanted.reader.organisation_ids
    if organisations is not None:
        conditions.append(ENTRY.organisation_id.in_(organisations))
    return _newest(conditions, after, limit)


def _newest(conditions: list[ColumnElement[bool]], after: UUID | None, limit: int) -> Select[Any]:
    if after is not None:
        conditions.append(ENTRY.id < after)
    return select(AuditEntry.__table__).where(*conditions).order_by(ENTRY.id.desc()).limit(limit)


def _page_of_each(wanted: Filter, after: UUID | None, limit: int) -> Select[Any]:
    """Read a page of each organisation, and merge them."""
    parts = [
        select(_newest([ENTRY.organisation_id == each, *_of_entry(wanted)], after, limit).subquery())
        for each in sorted(wanted.reader.organisation_ids or ())
    ]
    merged = union_all(*parts).subquery()
    return select(merged).order_by(merged.c.id.desc()).limit(limit)


def _page_by_match(wanted: Filter, after: UUID | None, limit: int) -> Select[Any]:
    """Start from the records that matched: they are few, and their indexes too end with the entry's id."""
    conditions = _of_match(wanted)
    if after is not None:
        conditions.append(MATCH.entry_id < after)
    if wanted.since is not None:
        conditions.append(MATCH.entry_id >= first_id_at(wanted.since, -NEAR))
    if wanted.until is not None:
        conditions.append(MATCH.entry_id < first_id_at(wanted.until, NEAR))
    matched = select(MATCH.entry_id).where(*conditions).distinct().order_by(MATCH.entry_id.desc()).subquery("matched")
    return (
        select(AuditEntry.__table__)
        .join(matched, matched.c.entry_id == ENTRY.id)
        .where(*_of_entry(wanted))
        .order_by(matched.c.entry_id.desc())
        .limit(limit)
    )


async def list_entries(session: AsyncSession, wanted: Filter, *, after: UUID | None, limit: int) -> list[RowMapping]:
    """List entries, newest first, from behind the one that `after` names."""
    if wanted.reader.organisation_ids is not None:
        wanted = replace(wanted, reader=Reader(await _find_owners(session, wanted)))
    if wanted.reader.organisation_ids == frozenset():
        return []
    # What is common and what is rare needs different plans, so none is kept for all.
    await session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    if wanted.by_match or wanted.digests is not None:
        # What was found is few: each entry is looked up by its id, never all of them read beside.
        await session.execute(text("SET LOCAL enable_mergejoin = off"))
        await session.execute(text("SET LOCAL enable_hashjoin = off"))
    elif wanted.took_ms is not None:
        slow = await _list_rare(session, wanted, after)
        if slow is not None:
            return await _page_of_rare(session, wanted, slow, limit)
    return list((await session.execute(_page(wanted, after, limit))).mappings())


async def _find_owners(session: AsyncSession, wanted: Filter) -> frozenset[UUID]:
    """Leave out the organisations that can have none of what is asked for.

    A post and a client belong to one organisation, and an organisation speaks for one State: to ask for those of others
    would else read all that they wrote, to show nothing.
    """
    seen = wanted.reader.organisation_ids or frozenset()
    for name in ("post_id", "client_id"):
        value = getattr(wanted, name)
        if value is not None:
            of_value = select(ENTRY.organisation_id).where(ENTRY[name] == value).order_by(ENTRY.id.desc()).limit(1)
            seen &= {await session.scalar(of_value)}
    if wanted.country is not None and wanted.post_id is None and wanted.client_id is None:
        each = func.unnest(cast(sorted(seen), ARRAY(Uuid))).table_valued(column("id", Uuid), name="each")
        each = each.render_derived()
        of_each = select(ENTRY.country).where(ENTRY.organisation_id == each.c.id).order_by(ENTRY.id.desc()).limit(1)
        newest = of_each.lateral("newest")
        found = select(each.c.id).select_from(each.join(newest, true())).where(newest.c.country == wanted.country)
        seen = frozenset(await session.scalars(found))
    return seen


async def _page_of_rare(session: AsyncSession, wanted: Filter, slow: list[UUID], limit: int) -> list[RowMapping]:
    """Look slow answers up, the newest first, until the page is full."""
    found: list[RowMapping] = []
    for at in range(0, len(slow), LOOKED_UP):
        some = cast(slow[at : at + LOOKED_UP], ARRAY(Uuid))
        page = _scoped(wanted, [*_of_entry(wanted), ENTRY.id == any_(some)], None, limit - len(found))
        found += (await session.execute(page)).mappings()
        if len(found) == limit:
            break
    return found


async def _list_rare(session: AsyncSession, wanted: Filter, after: UUID | None) -> list[UUID] | None:
    """List the slow answers, newest first, or give None when they are many: then a page is soon found among all."""
    slow = [ENTRY.took_ms >= wanted.took_ms, *_of_time(wanted)]
    if after is not None:
        slow.append(ENTRY.id < after)
    await session.execute(text("SET LOCAL enable_seqscan = off"))  # the statistics of what is rare are a guess
    found = list(await session.scalars(select(ENTRY.id).where(*slow).limit(RARE + 1)))
    await session.execute(text("SET LOCAL enable_seqscan = on"))
    return sorted(found, reverse=True) if len(found) <= RARE else None


async def count_entries(session: AsyncSession, wanted: Filter) -> int:
    """Count the entries that a filter gives."""
    every = _counted(wanted).subquery()
    return int(await session.scalar(select(func.count()).select_from(every)) or 0)


def _counted(wanted: Filter) -> Select[Any]:
    conditions = _of_entry(wanted)
    if wanted.digests is not None:
        conditions.append(ENTRY.id.in_(_about(wanted)))
    elif wanted.by_match:
        conditions.append(ENTRY.id.in_(select(MATCH.entry_id).where(*_of_match(wanted))))
    organisations = wanted.reader.organisation_ids
    if organisations is not None:
        conditions.append(ENTRY.organisation_id.in_(organisations))
    return select(ENTRY.id).where(*conditions)


class Dimension(StrEnum):
    """What statistics are counted by."""

    HOUR = "hour"
    POST = "post"
    DECISION = "decision"
    SOURCE = "source"


COUNTED_BY: dict[Dimension, ColumnElement[Any]] = {
    Dimension.HOUR: func.date_trunc("hour", ENTRY.at, "UTC"),
    Dimension.POST: ENTRY.post_id,
    Dimension.DECISION: ENTRY.decision,
    Dimension.SOURCE: MATCH.source,
}


async def count_by(session: AsyncSession, wanted: Filter, by: Sequence[Dimension], limit: int) -> list[RowMapping]:
    """Count entries by what is asked; by source, the entries in which it matched."""
    groups = [COUNTED_BY[dimension].label(dimension) for dimension in by]
    conditions = _of_entry(wanted)
    organisations = wanted.reader.organisation_ids
    if organisations is not None:
        conditions.append(ENTRY.organisation_id.in_(organisations))
    counted = func.count(ENTRY.id.distinct()) if Dimension.SOURCE in by else func.count()
    query = select(*groups, counted.label("entries")).select_from(AuditEntry.__table__)
    if Dimension.SOURCE in by:
        query = query.join(AuditMatch.__table__, and_(MATCH.entry_id == ENTRY.id, *_of_match(wanted)))
    places = [text(str(place)) for place in range(1, len(groups) + 1)]
    query = query.where(*conditions).group_by(*places).order_by(*places).limit(limit)
    return list((await session.execute(query)).mappings())
