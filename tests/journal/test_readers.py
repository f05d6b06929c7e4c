import io
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from screening.journal import readers
from screening.journal.formats import Item, Reject, UnreadableError


class Row(BaseModel):
    """A record of these tests."""

    model_config = ConfigDict(extra="forbid")

    name: str
    count: int | None = None


Read = Any


def read(reader: Read, content: bytes) -> list[tuple[int, Any]]:
    """Give line and content of what was read, or line and reason."""
    entries: Iterator[Item[Row] | Reject] = reader(io.BytesIO(content), Row)
    return [
        (entry.line, entry.reason if isinstance(entry, Reject) else entry.content.model_dump(exclude_none=True))
        for entry in entries
    ]


ROWS = [(2, {"name": "a", "count": 1}), (3, {"name": "b"})]


@pytest.mark.parametrize(
    "content",
    [
        b"name,count\na,1\nb,\n",
        b"name,count\na,1\nb,",
        b"\xef\xbb\xbfname,count\r\na,1\r\nb,\r\n",
        b"name;count\na;1\nb;\n",
        b"count\tname\n1\ta\n\tb\n",
        b' Name , COUNT\n"a", 1 \n"b",""\n\n,,\n',
    ],
)
def test_csv_as_programs_write_it(content: bytes) -> None:
    assert read(readers.read_csv, content) == ROWS


def test_json_lines_as_programs_write_them() -> None:
    content = b'\xef\xbb\xbf{"name": "a"}\r\n\r\n{"name": "b", "count": 2}'
    assert read(readers.read_json_lines, content) == [(1, {"name": "a"}), (3, {"name": "b", "count": 2})]


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (b"\xff\xfe", "is not UTF-8 text; save the file as UTF-8"),
        (b"caf\xe9,1", "is not UTF-8 text; save the file as UTF-8"),
        (b"a\0,1", "holds a NUL character: the file is damaged, or not text"),
        (b"a", "has 1 fields where the first line has 2"),
        (b"a,1,2", "has 3 fields where the first line has 2"),
        (b'"a,1', "is not CSV: a quote is open, or stands within a field"),
        (b'"a"x,1', "is not CSV: a quote is open, or stands within a field"),
        (b"a" * (readers.LONGEST_LINE + 1), f"is longer than {readers.LONGEST_LINE} bytes"),
        (b"a" * (3 * readers.LONGEST_LINE), f"is longer than {readers.LONGEST_LINE} bytes"),
        (b"a,many", "count: Input should be a valid integer, unable to parse string as an integer"),
        (b",1", "name: Field required"),
    ],
)
def test_a_damaged_line_spoils_itself_alone(damaged: bytes, reason: str) -> None:
    content = b"name,count\na,1\n" + damaged + b"\nb,\n"
    assert read(readers.read_csv, content) == [(2, {"name": "a", "count": 1}), (3, reason), (4, {"name": "b"})]


@pytest.mark.parametrize(
    "damaged",
    [b'{"name": "a"', b"name", b"[]", b"null", b'{"name": "\xe9"}', b'{"name": 1}', b'{"other": "a"}', b"{" * 9999],
)
def test_a_damaged_object_spoils_itself_alone(damaged: bytes) -> None:
    entries = read(readers.read_json_lines, b'{"name": "a"}\n' + damaged + b'\n{"name": "b"}')
    assert [line for line, _ in entries] == [1, 2, 3]
    assert isinstance(entries[1][1], str)
    assert (entries[0][1], entries[2][1]) == ({"name": "a"}, {"name": "b"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The first line names the columns: name, count."),
        (b"\n\n", "The first line names the columns: name, count."),
        (b"\xe9\n", "The first line names the columns: name, count."),
        (b"a,1\n", "Column 1 of the first line is not known. Columns are: name, count."),
        (b"name,count,size\n", "Column 3 of the first line is not known. Columns are: name, count."),
        (b"count\n", "The first line lacks the column name. Columns are: name, count."),
        (b"name,name\n", "The first line names a column twice."),
        (b'"name,count\n', "The first line is not CSV; it names the columns: name, count."),
        ("name,count\n".encode("utf-16"), "The file is UTF-16; save it as UTF-8."),
    ],
)
def test_a_file_without_its_columns_is_refused_as_a_whole(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read(readers.read_csv, content)
    assert str(refused.value) == message


def test_a_reject_keeps_the_line_as_it_stood() -> None:
    (reject,) = readers.read_json_lines(io.BytesIO(b'  {"name": 7}\r\n'), Row)
    assert reject == Reject(1, '  {"name": 7}', "name: Input should be a valid string")


def test_reading_is_lazy() -> None:
    stream = io.BytesIO(b'{"name": "a"}\n' * 3)
    next(readers.read_json_lines(stream, Row))
    assert stream.tell() == len(b'{"name": "a"}\n')


@given(st.lists(st.binary(max_size=60), max_size=6).map(b"\n".join))
@example(b"\x1a\n\x85\n\x0b")
def test_whatever_the_file_holds_every_line_with_something_in_it_is_accounted_for(content: bytes) -> None:
    try:
        entries = list(readers.read_json_lines(io.BytesIO(content), Row))
    except UnreadableError:
        return
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    assert [entry.line for entry in entries] == [number for number, line in enumerate(lines, 1) if line.strip()]


@given(st.lists(st.binary(max_size=60), max_size=6).map(b"\n".join))
def test_csv_never_fails_for_what_is_in_a_line(content: bytes) -> None:
    lines = list(readers.read_csv(io.BytesIO(b"name,count\n" + content), Row))
    expected = [number for number, line in enumerate(content.split(b"\n"), 2) if line.strip(b", \t\r\x0b\x0c")]
    assert [entry.line for entry in lines] == expected
