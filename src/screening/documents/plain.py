"""Lines of CSV as nearly all of them are, read many at a time: columns of numbers instead of one object a line.

A line is plain when every field is written as a record holds it, and keeps the rules at sight. Whatever else it is
(quotes, small letters, ranges, dates that do not fit), it is left to the reader that takes one line at a time, which
alone knows what is wrong with a line and says so. Nothing is decided twice: plain lines only are a shorter way to
what that reader would give.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from screening.documents import codes, rules
from screening.documents.vocabulary import Reason
from screening.identifiers import document_types, states
from screening.identifiers.document_numbers import MAX_LENGTH, MIN_LENGTH

Array = NDArray[Any]

CODES = ("type", "issuing_state", "theft_country")
DATES = ("theft_date", "issue_date", "expiry_date")
TEXTS = {"national_reference": 25, "bureau_reference": 25, "additional_information": 40}
"""Fields that a plain line may leave empty, with the most characters that they hold."""

_ORDINARY, _NEWLINE, _DELIMITER, _OTHER = range(4)
_MOST_LETTERS = 26**3
_EPOCH = date(2000, 1, 1)
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_NO_DAY = np.iinfo(np.int32).min
_REASON_LENGTH = max(len(reason) for reason in Reason)


class Span(NamedTuple):
    """One field of each line: where it begins and how long it is."""

    start: Array
    length: Array


@dataclass(frozen=True, slots=True)
class Plain:
    """Plain lines, a column each; a day is counted from 2000-01-01 as PostgreSQL counts, and None if there is none."""

    line: Array
    number: Array
    columns: dict[str, Array]
    """Codes and days, with `_NO_DAY` where there is none."""
    texts: dict[str, Array]

    def taken(self, order: Array) -> "Plain":
        """Give some of the lines, in an order."""
        columns = {name: values[order] for name, values in self.columns.items()}
        texts = {name: values[order] for name, values in self.texts.items()}
        return Plain(self.line[order], self.number[order], columns, texts)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the lines of one file may say: its columns, whose documents they may be, and what day it is."""

    delimiter: str
    columns: Sequence[str]
    country: str | None
    today: date


def read(chunk: bytes, first_line: int, expected: Expected) -> tuple[Plain, list[tuple[int, bytes]]]:
    """Read whole lines, each with its end; gives the plain ones, and the others as they are with their numbers."""
    chunk = chunk.replace(b"\r\n", b"\n")
    data = np.frombuffer(chunk, dtype=np.uint8)
    marks = _marks(expected.delimiter)[data]
    places = np.flatnonzero(marks)
    kinds = marks[places]
    ends = np.flatnonzero(kinds == _NEWLINE)
    begins = np.concatenate(([-1], ends[:-1])) + 1
    others = np.concatenate(([0], np.cumsum(kinds == _OTHER)))
    wanted = len(expected.columns) - 1
    plain = (ends - begins == wanted) & (others[ends] == others[begins])
    starts = np.concatenate(([0], places[ends[:-1]] + 1))
    spans = _spans(places, begins[plain], starts[plain], expected.columns)
    numbers = first_line + np.arange(len(ends))
    fields = _Fields(data, spans, expected)
    kept = fields.fitting()
    plain[np.flatnonzero(plain)[~kept]] = False
    rest = [(first_line + int(index), chunk[starts[index] : places[ends[index]]]) for index in np.flatnonzero(~plain)]
    return fields.plain(numbers[plain], kept), rest


def _marks(delimiter: str) -> Array:
    """Give what each byte is: part of a field, an end, or something that only the other reader understands."""
    marks = np.full(256, _OTHER, dtype=np.uint8)
    marks[ord(" ") : ord("~") + 1] = _ORDINARY
    marks[ord('"')] = _OTHER
    marks[ord("\n")] = _NEWLINE
    marks[ord(delimiter)] = _DELIMITER
    return marks


def _spans(places: Array, begins: Array, starts: Array, columns: Sequence[str]) -> dict[str, Span]:
    """Give where the fields of lines lie that have the right number of delimiters."""
    spans = {}
    for index, name in enumerate(columns):
        end = places[begins + index]
        spans[name] = Span(starts, end - starts)
        starts = end + 1
    return spans


class _Fields:
    """The fields of lines that may be plain: what they say, and which lines fit."""

    def __init__(self, data: Array, spans: dict[str, Span], expected: Expected) -> None:
        self._data = data
        self._spans = spans
        self._today = (expected.today - _EPOCH).days
        self._latest = _latest_retention(expected.today)
        self._owned = _known(
            code for code in states.STATES if expected.country and states.owner_of(code) == expected.country
        )
        count = len(spans["number"].start)
        self._fits = np.ones(count, dtype=bool)
        self._columns: dict[str, Array] = {}
        self._texts: dict[str, Array] = {}

    def fitting(self) -> Array:
        """Read every field, and tell which lines are plain."""
        self._number()
        self._code("type", _TYPES)
        self._code("issuing_state", self._owned)
        self._code("theft_country", _STATES)
        self._reason()
        for name in self._spans:
            if name not in {"number", "reason", *CODES}:
                self._optional(name)
        self._days()
        return self._fits

    def plain(self, lines: Array, kept: Array) -> Plain:
        """Give what the plain lines say."""
        columns = {name: values[kept] for name, values in self._columns.items()}
        blank = columns["reason"] == codes.of_reason(Reason.STOLEN_BLANK)
        columns["retention_until"] = np.where(blank, self._latest[1], self._latest[0][columns["type"]])
        texts = {name: values[kept] for name, values in self._texts.items()}
        return Plain(lines, texts.pop("number"), columns, texts)

    def _bytes(self, span: Span, width: int) -> Array:
        """Give the first bytes of a field, a row a line, with zeros behind its end."""
        reach = np.arange(width)
        found = self._data[np.minimum(span.start[:, None] + reach, len(self._data) - 1)]
        found[reach >= span.length[:, None]] = 0
        return found

    def _text(self, span: Span, longest: int) -> Array:
        width = max(1, min(int(span.length.max(initial=1)), longest))
        return self._bytes(span, width)

    def _number(self) -> None:
        span = self._spans["number"]
        self._fits &= (span.length >= MIN_LENGTH) & (span.length <= MAX_LENGTH)
        found = self._text(span, MAX_LENGTH)
        self._fits &= _IN_NUMBER[found].all(axis=1)
        self._texts["number"] = found

    def _code(self, name: str, known: Array) -> None:
        span = self._spans[name]
        letters = self._bytes(span, 3).astype(np.int32) - ord("A")
        fits = (span.length == 3) & ((letters >= 0) & (letters < 26)).all(axis=1)
        code = np.where(fits, letters @ np.array([676, 26, 1]), 0)
        self._fits &= fits & known[code]
        self._columns[name] = code.astype(np.int16)

    def _reason(self) -> None:
        span = self._spans["reason"]
        found = self._bytes(span, _REASON_LENGTH).view(f"S{_REASON_LENGTH}")[:, 0]
        code = np.zeros(len(found), dtype=np.int16)
        for reason in Reason:
            code[found == reason.encode()] = codes.of_reason(reason)
        self._fits &= (code > 0) & (span.length <= _REASON_LENGTH)
        self._columns["reason"] = code

    def _optional(self, name: str) -> None:
        span = self._spans[name]
        if name in DATES:
            self._date(name, span)
        elif name in TEXTS:
            found = self._text(span, TEXTS[name])
            last = np.take_along_axis(found, np.clip(span.length - 1, 0, found.shape[1] - 1)[:, None], axis=1)[:, 0]
            self._fits &= (span.length <= TEXTS[name]) & (found[:, 0] != ord(" ")) & (last != ord(" "))
            self._texts[name] = found
        else:
            self._fits &= span.length == 0

    def _date(self, name: str, span: Span) -> None:
        text = self._bytes(span, 10)
        digits = text[:, (0, 1, 2, 3, 5, 6, 8, 9)].astype(np.int32) - ord("0")
        fits = (span.length == 10) & (text[:, (4, 7)] == ord("-")).all(axis=1)
        fits &= ((digits >= 0) & (digits <= 9)).all(axis=1)
        year, month, day = digits[:, :4] @ [1000, 100, 10, 1], digits[:, 4:6] @ [10, 1], digits[:, 6:] @ [10, 1]
        fits &= (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month <= 12) & (day <= 31)
        days = _DAYS[np.where(fits, year - _FIRST_YEAR, 0), np.where(fits, month, 0), np.where(fits, day, 0)]
        self._fits &= (days != _NO_DAY) | (span.length == 0)
        self._columns[name] = days

    def _days(self) -> None:
        theft, issue, expiry = (self._columns.get(name) for name in DATES)
        for past in (theft, issue):
            if past is not None:
                self._fits &= past <= self._today
        if theft is not None and issue is not None:
            self._fits &= (theft >= issue) | (theft == _NO_DAY)
        if issue is not None and expiry is not None:
            self._fits &= (expiry > issue) | (expiry == _NO_DAY) | (issue == _NO_DAY)


def _known(letters: Any) -> Array:
    """Tell of each code of three letters whether it is among these."""
    known = np.zeros(_MOST_LETTERS, dtype=bool)
    known[[codes.of_letters(each) for each in letters]] = True
    return known


def _calendar() -> Array:
    """Give the day of each year, month and day, or that there is none."""
    days = np.full((_LAST_YEAR - _FIRST_YEAR + 1, 13, 32), _NO_DAY, dtype=np.int32)
    every = np.arange(f"{_FIRST_YEAR}-01-01", f"{_LAST_YEAR + 1}-01-01", dtype="datetime64[D]")
    months = every.astype("datetime64[M]")
    year, month = np.divmod(months.astype(int), 12)
    days[year + 1970 - _FIRST_YEAR, month + 1, (every - months).astype(int) + 1] = (
        every - np.datetime64(_EPOCH)
    ).astype(int)
    return days


def _latest_retention(today: date) -> tuple[Array, int]:
    """Give the last day of retention by the type of a document, and that of blanks."""
    latest = np.zeros(_MOST_LETTERS, dtype=np.int32)
    for code in _PLAIN_TYPES:
        latest[codes.of_letters(code)] = (rules.latest_retention(code, Reason.STOLEN, today) - _EPOCH).days
    return latest, (rules.latest_retention("PAS", Reason.STOLEN_BLANK, today) - _EPOCH).days


_PLAIN_TYPES = [code for code, found in document_types.DOCUMENT_TYPES.items() if not found.is_wildcard]
_TYPES = _known(_PLAIN_TYPES)
_STATES = _known(states.STATES)
_DAYS = _calendar()
_IN_NUMBER = np.zeros(256, dtype=bool)
_IN_NUMBER[[0, *range(ord("0"), ord("9") + 1), *range(ord("A"), ord("Z") + 1)]] = True


def packed(plain: Plain, more: dict[str, Array]) -> tuple[list[str], bytes]:
    """Give the names of columns, and the rows in COPY's binary format, with more columns of integers before them."""
    blocks = [*(_integers(values, np.int32) for values in more.values()), _strings(plain.number)]
    for name, values in plain.columns.items():
        kind = np.int16 if name in {*CODES, "reason"} else np.int32
        missing = values == (plain.columns["issuing_state"] if name == "theft_country" else _NO_DAY)
        blocks.append(_integers(values, kind, missing if name in {"theft_country", *DATES} else None))
    blocks += map(_strings, plain.texts.values())
    count = np.full((len(plain.line), 1), len(blocks), dtype=">i2").view(np.uint8)
    present = np.concatenate([np.ones(count.shape, dtype=bool), *(mask for _, mask in blocks)], axis=1)
    rows = np.concatenate([count, *(block for block, _ in blocks)], axis=1)
    names = [*more, "number", *plain.columns, *plain.texts]
    return names, _COPY_HEAD + rows[present].tobytes() + _COPY_TAIL


_COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_TAIL = b"\xff\xff"
_LENGTH = 4


def _integers(values: Array, kind: Any, missing: Array | None = None) -> tuple[Array, Array]:
    """Give the bytes of a column of integers, and which of them are sent: of a missing one, only that it is."""
    size = np.dtype(kind).itemsize
    block = np.empty((len(values), _LENGTH + size), dtype=np.uint8)
    mask = np.ones(block.shape, dtype=bool)
    length = np.full(len(values), size, dtype=">i4")
    if missing is not None:
        length[missing] = -1
        mask[missing, _LENGTH:] = False
    block[:, :_LENGTH] = length[:, None].view(np.uint8)
    block[:, _LENGTH:] = values.astype(np.dtype(kind).newbyteorder(">"))[:, None].view(np.uint8)
    return block, mask


def _strings(values: Array) -> tuple[Array, Array]:
    """Give the bytes of a column of texts, of which an empty one is missing, and which of them are sent."""
    mask = np.ones((len(values), _LENGTH + values.shape[1]), dtype=bool)
    mask[:, _LENGTH:] = values != 0
    length = mask[:, _LENGTH:].sum(axis=1).astype(">i4")
    length[length == 0] = -1
    return np.concatenate([length[:, None].view(np.uint8), values], axis=1), mask
