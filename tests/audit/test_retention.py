"""What is erased, what is held, and that the log still verifies."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from screening.audit import holds, keyring, retention
from screening.audit.entries import Draft, EntryKind, Match, Party, Retention
from screening.audit.holds import Holder
from screening.audit.keyring import Keyring
from screening.audit.log import Idempotency
from screening.audit.readers import Reader
from screening.audit.retention import AnotherErasesError, Progress, Rules
from screening.audit.schemas import HoldIn, HoldKind
from screening.audit.trail import Trail
from screening.audit.verify import Receipts
from screening.db.database import transaction
from screening.db.metadata import new_id, new_id_at
from tests.audit.logs import SWEDEN, UTOPIA, Place, draft, place

NOW = datetime.now(UTC)
DAYS = {Retention.NO_HIT: 30, Retention.HIT: 90, Retention.OTHER: 60}
RULES = Rules({retention: timedelta(days=days) for retention, days in DAYS.items()})
MATCH = Match(new_id(), "sltd", new_id(), SWEDEN, None, "first_line")
HOLDER = Holder(UUID(int=9), Reader(frozenset({UTOPIA})))


@pytest.fixture
async def log(database_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    async with place(database_url, tmp_path) as opened:
        yield opened


def aged(days: int, **changes: object) -> Draft:
    """An entry that was made some days ago."""
    at = NOW - timedelta(days=days)
    return draft(id=new_id_at(at), at=at, **changes)  # type: ignore[arg-type]


def trail(log: Place, now: datetime = NOW) -> Trail:
    return Trail(log.log, lambda: now, party=Party(UTOPIA, UUID(int=9), "auditor"))


async def erase(log: Place, rules: Rules = RULES, now: datetime = NOW) -> dict[Retention, Progress]:
    return {progress.retention: progress async for progress in retention.erase_due(log.opened, trail(log, now), rules)}


async def has_payload(log: Place, *drafts: Draft) -> list[bool]:
    rows = [await log.log.find(each.id) for each in drafts]
    return [row is not None and row.payload is not None for row in rows]


async def place_hold(log: Place, kind: HoldKind, reference: object, holder: Holder = HOLDER) -> UUID:
    wanted = HoldIn(kind=kind, reference=str(reference), reason="Proceedings 14 Js 220/26")
    async with transaction(log.opened) as session:
        return (await holds.place(session, trail(log), holder, wanted)).id


async def test_each_class_is_erased_at_its_own_time_and_the_row_says_when(log: Place) -> None:
    kept = [aged(29), aged(89, matches=(MATCH,)), aged(59, kind=EntryKind.RECORD)]
    gone = [aged(31), aged(91, matches=(replace(MATCH, hit_id=new_id()),)), aged(61, kind=EntryKind.RECORD)]
    for each in kept + gone:
        await log.log.append(each)
    done = await erase(log)
    assert await has_payload(log, *kept, *gone) == [True] * 3 + [False] * 3
    assert done == {each: Progress(each, due=1, erased=1, held=0) for each in Retention}
    for each in gone:
        row = await log.log.find(each.id)
        assert row is not None
        assert (row.salt, row.payload, row.erased_at) == (None, None, NOW)


async def test_an_erased_month_still_verifies_and_is_counted_as_erased(log: Place, tmp_path: Path) -> None:
    for each in [*(aged(40) for _ in range(300)), draft()]:
        await log.log.append(each)
    async with log.sequencing():
        await log.integrated()
        await erase(log)
        await log.integrated()
    report = await log.verified(tmp_path / "out", receipts=Receipts.ALL)
    assert not report.findings
    assert (report.erased, report.payloads, report.entries) == (300, 1, 302)


async def test_an_erasure_is_an_entry_that_says_what_and_how_many(log: Place) -> None:
    old = sorted((aged(40) for _ in range(3)), key=lambda each: each.id)
    for each in old:
        await log.log.append(each)
    await erase(log)
    await erase(log)
    [envelope] = await log.opened.pool.fetch("SELECT envelope FROM audit_entries WHERE kind = 'erasure'")
    outcome = json.loads(envelope["envelope"])["outcome"]
    assert (outcome["erased"], outcome["held"], outcome["retention"]) == (3, 0, "no_hit")
    assert (outcome["first"], outcome["last"]) == (str(old[0].id), str(old[-1].id))


@pytest.mark.parametrize("by", ["screening", "hit", "record", "operation"])
async def test_a_held_case_is_not_erased_until_its_hold_is_lifted(log: Place, by: str) -> None:
    held = aged(400, matches=(MATCH,), operation="SUNBIRD-5")
    other = aged(400, matches=(Match(new_id(), "sltd", new_id(), SWEDEN, None, "first_line"),), operation="OTHER")
    for each in (held, other):
        await log.log.append(each)
    reference = {"screening": held.id, "hit": MATCH.hit_id, "record": MATCH.record_id, "operation": "SUNBIRD-5"}[by]
    hold = await place_hold(log, HoldKind(by), reference)
    done = await erase(log)
    assert await has_payload(log, held, other) == [True, False]
    assert (done[Retention.HIT].erased, done[Retention.HIT].held) == (1, 1)
    async with transaction(log.opened) as session:
        await holds.lift(session, trail(log), HOLDER, hold, "The judgment is final")
    await erase(log)
    assert await has_payload(log, held) == [False]


async def test_a_held_screening_holds_what_its_hits_led_to(log: Place) -> None:
    screening = aged(400, matches=(MATCH,))
    event = aged(399, kind=EntryKind.REQUEST, subject=f"hit:{MATCH.hit_id}")
    for each in (screening, event):
        await log.log.append(each)
    await place_hold(log, HoldKind.SCREENING, screening.id)
    await erase(log)
    assert await has_payload(log, screening, event) == [True, True]


@pytest.mark.parametrize(
    ("holder", "kept"),
    [
        (Holder(UUID(int=9), Reader(frozenset({UUID(int=77)}))), False),
        (Holder(UUID(int=9), Reader(frozenset({SWEDEN}))), True),  # the owner of the record
        (Holder(UUID(int=9), Reader(None)), True),  # the General Secretariat
    ],
)
async def test_a_hold_reaches_the_cases_of_who_placed_it(log: Place, holder: Holder, kept: bool) -> None:
    case = aged(400, matches=(MATCH,))
    await log.log.append(case)
    await place_hold(log, HoldKind.SCREENING, case.id, holder)
    await erase(log)
    assert await has_payload(log, case) == [kept]


async def test_placing_and_lifting_a_hold_are_entries_with_their_reasons(log: Place) -> None:
    hold = await place_hold(log, HoldKind.OPERATION, "SUNBIRD-5")
    async with transaction(log.opened) as session:
        await holds.lift(session, trail(log), HOLDER, hold, "The judgment is final")
    rows = await log.opened.pool.fetch("SELECT id FROM audit_entries WHERE kind = 'hold'")
    reasons = [json.loads((await log.log.find(row["id"])).payload or b"")["reason"] for row in rows]  # type: ignore[union-attr]
    assert sorted(reasons) == ["Proceedings 14 Js 220/26", "The judgment is final"]


async def test_a_dry_run_says_what_would_be_erased_and_erases_nothing(log: Place) -> None:
    held, free, young = aged(40, operation="SUNBIRD-5"), aged(40), aged(1)
    for each in (held, free, young):
        await log.log.append(each)
    await place_hold(log, HoldKind.OPERATION, "SUNBIRD-5")
    said = {each.retention: each async for each in retention.list_due(log.opened, trail(log), RULES)}
    assert (said[Retention.NO_HIT].due, said[Retention.NO_HIT].held) == (2, 1)
    assert await has_payload(log, held, free, young) == [True, True, True]


async def test_erasing_goes_on_behind_what_is_held(log: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    held = [aged(50, operation="SUNBIRD-5") for _ in range(5)]
    free = [aged(40) for _ in range(5)]
    for each in held + free:
        await log.log.append(each)
    await place_hold(log, HoldKind.OPERATION, "SUNBIRD-5")
    done = await erase(log)
    assert (done[Retention.NO_HIT].erased, done[Retention.NO_HIT].held) == (5, 5)
    assert await has_payload(log, *held, *free) == [True] * 5 + [False] * 5


async def test_a_clock_that_runs_ahead_erases_nothing_that_is_to_be_kept(log: Place) -> None:
    young = aged(1)
    await log.log.append(young)
    await erase(log, now=NOW + timedelta(days=4000))
    assert await has_payload(log, young) == [True]


async def test_one_process_erases_at_a_time(log: Place) -> None:
    running = retention.erase_due(log.opened, trail(log), RULES)
    await anext(running)
    with pytest.raises(AnotherErasesError):
        await erase(log)
    await running.aclose()


async def test_subjects_are_erased_with_the_payload_and_the_key_that_hashed_them_after(
    log: Place, tmp_path: Path
) -> None:
    file = tmp_path / "subject.keys"
    old = keyring.load_or_make(file, NOW - timedelta(days=50))
    log.log.ring = old
    await log.log.append(aged(40, subjects=frozenset({"document UTO X1"})))
    ring = old.rotated(NOW - timedelta(days=10))
    keyring.replace(file, ring)
    log.log.ring = ring
    young = aged(1, subjects=frozenset({"document UTO X1"}))
    await log.log.append(young)
    assert await retention.drop_idle_keys(log.opened, file) == 0
    await erase(log)
    left = await log.opened.pool.fetch("SELECT entry_id, digest FROM audit_subjects")
    assert [(row["entry_id"], row["digest"]) for row in left] == [(young.id, *ring.digests(["document UTO X1"]))]
    assert await retention.drop_idle_keys(log.opened, file) == 1
    assert keyring.load(file) == Keyring(ring.keys[:1])


async def test_idempotency_keys_are_forgotten_after_a_day(log: Place) -> None:
    for days, key in ((2, "old-key-1"), (0, "new-key-1")):
        await log.log.append(aged(days), idempotency=Idempotency(key, b"digest"))
    await erase(log)
    keys = await log.opened.pool.fetch("SELECT key FROM idempotency_keys")
    assert [row["key"] for row in keys] == ["new-key-1"]
