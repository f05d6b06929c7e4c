"""Records out of lines of text: JSON a line, or CSV. Damage spoils the line that it is in, and no other."""

import csv
import string
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from screening.journal.formats import Item, Reject, UnreadableError

LONGEST_LINE = 1 << 20
"""Bytes that a line may have."""

SHOWN = 200
"""Characters that a reject keeps of a line that is too long."""

LONGEST_REASON = 500
UTF_8_MARK = b"\xef\xbb\xbf"
OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = ",;\t"
NOT_UTF_8 = "is not UTF-8 text; save the file as UTF-8"

Model = TypeVar("Model", bound=BaseModel)


class Line(NamedTuple):
    """A line that can be read."""

    number: int
    text: str


def read_lines(stream: BinaryIO) -> Iterator[Line | Reject]:
    """Read the lines that hold anything, numbered from 1; UnreadableError when the file is UTF-16."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            line = _without_mark(line)
        if len(line) > LONGEST_LINE:
            skip_rest(stream, line)
        if line.strip():
            yield line_of(number, line)


def _without_mark(line: bytes) -> bytes:
    if line.startswith(OTHER_MARKS):
        raise UnreadableError("The file is UTF-16; save it as UTF-8.")
    return line.removeprefix(UTF_8_MARK)


def skip_rest(stream: BinaryIO, line: bytes) -> None:
    """Go to the end of a line whose beginning was read."""
    while line and not line.endswith(b"\n"):
        line = stream.readline(LONGEST_LINE)


def line_of(number: int, line: bytes) -> Line | Reject:
    """Read the bytes of one line."""
    if len(line) > LONGEST_LINE:
        return Reject(number, _shown(line[:SHOWN]), f"is longer than {LONGEST_LINE} bytes")
    line = line.rstrip(b"\r\n")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return Reject(number, _shown(line), NOT_UTF_8)
    if "\0" in text:
        return Reject(number, text, "holds a NUL character: the file is damaged, or not text")
    return Line(number, text)


def _shown(line: bytes) -> str:
    return line.decode(errors="backslashreplace")


def read_json_lines(stream: BinaryIO, model: type[Model]) -> Iterator[Item[Model] | Reject]:
    """Read one JSON object a line."""
    for line in read_lines(stream):
        if isinstance(line, Reject):
            yield line
            continue
        try:
            yield Item(line.number, line.text, model.model_validate_json(line.text))
        except ValidationError as error:
            yield Reject(line.number, line.text, reason_of(error))


class Table(NamedTuple):
    """What the first line of a CSV file says."""

    number: int
    delimiter: str
    columns: list[str]

    def holds_nothing(self, text: str) -> bool:
        """Tell whether a line is of delimiters alone, as spreadsheets leave them."""
        return not text.strip(self.delimiter + string.whitespace)


def read_csv(stream: BinaryIO, model: type[Model]) -> Iterator[Item[Model] | Reject]:
    """Read CSV whose first line names the columns: fields of the model, in any order; an empty field is left out.

    The delimiter is a comma, semicolon or tab, whichever the first line uses; lines of delimiters alone are passed
    over. A record is one line: none of our fields holds line breaks, and so an open quote damages one record and not
    the rest. Raises UnreadableError when the first line does not name the columns.
    """
    lines = read_lines(stream)
    table = read_table(lines, model)
    yield from read_records(lines, table, model)


def read_table(lines: Iterator[Line | Reject], model: type[BaseModel]) -> Table:
    """Read the first line of a CSV file; raises UnreadableError when it does not name the columns."""
    header = next(lines, None)
    if not isinstance(header, Line):
        raise UnreadableError(f"The first line names the columns: {_columns(model)}.")
    delimiter = max(DELIMITERS, key=header.text.count)
    return Table(header.number, delimiter, _header(header.text, delimiter, model))


def read_records(lines: Iterable[Line | Reject], table: Table, model: type[Model]) -> Iterator[Item[Model] | Reject]:
    """Read the lines below the first."""
    for line in lines:
        if isinstance(line, Reject):
            yield line
        elif not table.holds_nothing(line.text):
            yield _record(line, table, model)


def _header(text: str, delimiter: str, model: type[BaseModel]) -> list[str]:
    try:
        columns = [column.strip().lower() for column in _split(text, delimiter)]
    except csv.Error:
        raise UnreadableError(f"The first line is not CSV; it names the columns: {_columns(model)}.") from None
    unknown = [place for place, column in enumerate(columns, 1) if column not in model.model_fields]
    missing = [name for name, field in model.model_fields.items() if field.is_required() and name not in columns]
    if unknown:
        raise UnreadableError(f"Column {unknown[0]} of the first line is not known. Columns are: {_columns(model)}.")
    if missing:
        raise UnreadableError(f"The first line lacks the column {missing[0]}. Columns are: {_columns(model)}.")
    if len(set(columns)) < len(columns):
        raise UnreadableError("The first line names a column twice.")
    return columns


def _columns(model: type[BaseModel]) -> str:
    return ", ".join(model.model_fields)


def _record(line: Line, table: Table, model: type[Model]) -> Item[Model] | Reject:
    try:
        fields = _split(line.text, table.delimiter)
    except csv.Error:
        return Reject(line.number, line.text, "is not CSV: a quote is open, or stands within a field")
    if len(fields) != len(table.columns):
        return Reject(line.number, line.text, f"has {len(fields)} fields where the first line has {len(table.columns)}")
    values: Mapping[str, str] = {
        name: value for name, field in zip(table.columns, fields, strict=True) if (value := field.strip())
    }
    try:
        return Item(line.number, line.text, model.model_validate(values))
    except ValidationError as error:
        return Reject(line.number, line.text, reason_of(error))


def _split(text: str, delimiter: str) -> list[str]:
    return next(csv.reader((text,), delimiter=delimiter, strict=True))


def reason_of(error: ValidationError) -> str:
    """Say which fields do not fit and what would, without the values that were sent."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    reasons = (f"{'.'.join(map(str, each['loc'])) or 'record'}: {each['msg']}" for each in details)
    return "; ".join(reasons)[:LONGEST_REASON]
