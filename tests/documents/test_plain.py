"""Lines read many at a time say what the same lines say one by one."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from screening.access.actors import Owner
from screening.db.metadata import new_id
from screening.documents import batches, bulk, codes, owner_queries, plain, staging
from screening.documents.schemas import DocumentIn
from screening.journal import readers
from screening.journal.formats import Item, Reject

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
OWNER = Owner(new_id(), "GBR")
EPOCH = date(2000, 1, 1)

FIELDS = {
    "number": [
        "AB1234",
        "ABCDEFGH12345678901234567",
        "ABCDEFGH123456789012345678",
        "ab 12345",
        "A1",
        "",
        "\u00c912345",
    ],
    "type": ["DIP", "IDC", "VRD", "P", "pas", "XXX", " PAS", "", "PD"],
    "issuing_state": ["GBD", "BMU", "SWE", "gb", "GB", ""],
    "reason": ["stolen", "revoked", "invalid", "stolen_blank", "Stolen", "", "lostt", "stolen_blank_", "stolen_blanks"],
    "theft_country": ["SWE", "D", "XKX", "ZZZ", ""],
    "theft_date": ["2026-02-11", "2026-03-01", "2026-03-02", "2024-02-29", "2023-02-29", "1066-10-14", "20260211"],
    "issue_date": ["2022-04-15", "2026-02-12", "2026-03-02", "2022-4-15", "2022-00-10", "2022-04-151"],
    "expiry_date": ["2032-04-14", "2022-04-15", "9999-12-31", "2032:04:14", "203a-04-14"],
    "batch": ["LOT 7"],
    "number_last": ["AB0199"],
    "national_reference": ["UT-1", " UT-1", "UT-1 ", "x" * 25, "x" * 26, "\u00e9", '"a,b"', "a b", '"'],
    "additional_information": ["seen in a bar", "y" * 40, "y" * 41, "y" * 40 + " ", "a bell\a"],
    "hidden_from": ["SWE FIN", "GBR"],
    "retention_date": ["2027-01-01", "2001-01-01"],
}
"""Values other than the usual, of which some are plain."""
USUAL = {"number": "AB12345", "type": "PAS", "issuing_state": "GBR", "reason": "lost", "theft_country": "GBR"}
Row = dict[str, Any]
ODD = [(name, value) for name, values in FIELDS.items() for value in values]


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Give a file of which many lines are plain, with one field or another not so."""
    optional = sorted(FIELDS.keys() - USUAL.keys())
    columns = draw(st.permutations([*USUAL, *draw(st.sets(st.sampled_from(optional)))]))
    delimiter = draw(st.sampled_from(",;\t"))
    lines = [delimiter.join(columns)]
    for _ in range(draw(st.integers(0, 8))):
        odd = draw(st.sets(st.sampled_from(columns), max_size=2))
        fields = [draw(st.sampled_from(FIELDS[name])) if name in odd else USUAL.get(name, "") for name in columns]
        lines.append(
            draw(st.sampled_from(["", "", "", delimiter, " ", delimiter * len(columns)])) + delimiter.join(fields)
        )
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return (end.join(lines) + draw(st.sampled_from(["", end, "\n\n"]))).encode()


def one_by_one(content: bytes) -> tuple[dict[int, Row], dict[int, str], int]:
    """Give what is copied of each line, why others are refused, and how many there are."""
    rows: dict[int, Row] = {}
    reasons: dict[int, str] = {}
    entries = list(readers.read_csv(io.BytesIO(content), DocumentIn))
    for entry in entries:
        reason = entry.reason if isinstance(entry, Reject) else batches.broken_by(entry.content, OWNER, AT.date())
        if reason:
            reasons[entry.line] = reason
        elif isinstance(entry, Item):
            rows[entry.line] = bulk.staged_row(entry, 0, OWNER, AT)
    return rows, reasons, len(entries)


def many_at_a_time(content: bytes) -> tuple[dict[int, Row], dict[int, str], int]:
    """Give the same by the short way."""
    rows: dict[int, Row] = {}
    reasons: dict[int, str] = {}
    read = 0
    for each in bulk.read_csv(io.BytesIO(content), OWNER, AT):
        fit, refused = bulk.divided(each.content.others, OWNER, AT)
        rows |= {item.line: bulk.staged_row(item, 0, OWNER, AT) for item in fit} | dict(unpacked(each.content.plain))
        reasons |= {reject.line: reject.reason for reject in (*each.rejects, *refused)}
        read += each.read
    return rows, reasons, read


def unpacked(found: plain.Plain) -> Iterator[tuple[int, Row]]:
    """Read what COPY would get."""
    names, rows = plain.packed(found, {"place": np.zeros_like(found.line), "line": found.line})
    at = 19
    for line in found.line:
        values, at = {}, at + 2
        for name in names:
            length = int.from_bytes(rows[at : at + 4], signed=True)
            raw, at = rows[at + 4 : at + 4 + max(length, 0)], at + 4 + max(length, 0)
            values[name] = None if length < 0 else value(staging.COLUMNS[name], raw)
        yield int(line), {name: values.get(name) for name in staging.COLUMNS}
    assert rows[at:] == b"\xff\xff"


def value(kind: str, raw: bytes) -> Any:
    """Read one value of COPY's binary format."""
    if kind == "text":
        return raw.decode()
    number = int.from_bytes(raw, signed=True)
    return EPOCH + timedelta(days=number) if kind == "date" else number


@given(files())
@example(b"number,type,issuing_state,reason,theft_country\nAB12345,PAS,GBR,lost,GBR\nAB12345,PAS,GBR,lost,SWE")
def test_lines_say_the_same_one_by_one_and_many_at_a_time(content: bytes) -> None:
    assert many_at_a_time(content) == one_by_one(content)


def test_every_two_values_together_say_the_same_both_ways() -> None:
    lines = [dict([one, other]) for one, other in combinations(ODD, 2)]
    rows = [",".join(FIELDS), *(",".join((USUAL | line).get(name, "") for name in FIELDS) for line in lines)]
    content = "\n".join(rows).encode()
    assert many_at_a_time(content) == one_by_one(content)


def test_nearly_all_lines_of_a_usual_file_are_plain() -> None:
    lines = [",".join(USUAL), *(f"AB{number:06d},PAS,GBR,lost,GBR" for number in range(100)), "ab-1,PAS,GBR,lost,GBR"]
    (each,) = bulk.read_csv(io.BytesIO("\n".join(lines).encode()), OWNER, AT)
    assert (len(each.content.plain.line), [item.line for item in each.content.others]) == (100, [102])


@pytest.mark.parametrize("size", [1, 7, 40, 1000])
def test_a_file_is_cut_between_its_lines_wherever_a_block_ends(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = "\r\n".join([",".join(USUAL), *(f"AB{number:06d},PAS,GBR,lost,GBR" for number in range(50))]).encode()
    monkeypatch.setattr(bulk, "CHUNK", size)
    assert many_at_a_time(content) == one_by_one(content)


def test_a_record_is_stored_the_same_whichever_way_it_came() -> None:
    record = batches.new_record(DocumentIn.model_validate(USUAL), new_id(), OWNER.organisation_id, AT)
    stored = {name: owner_queries.stored_value(record, name) for name in ("theft_country", "issuing_state", "version")}
    assert stored == {"theft_country": None, "issuing_state": codes.of_letters("GBR"), "version": None}
