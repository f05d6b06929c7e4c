"""JSON objects out of a file, one at a time: a single object, one a line, an array, or pages of a list reply.

An array is read piece by piece, so that its length costs no memory. Damage within a line spoils that line alone;
damage within an array spoils what comes behind it, and says so.
"""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from screening.journal import readers
from screening.journal.formats import Item, Reject

LARGEST = 4 << 20
"""Characters that an element of an array may have, and bytes of a single object that spans lines."""

CHUNK = 64 << 10

Object = dict[str, Any]
_BLANKS = b" \t\r\n" + readers.UTF_8_MARK


def read(stream: BinaryIO) -> Iterator[Item[Object] | Reject]:
    """Read objects in whichever shape they come; `line` is the line, or the place in an array, from 1."""
    skipped, first = _first_line(stream)
    if first.startswith(b"["):
        yield from _of_array(first[1:], stream)
    elif _is_object(first):
        yield _of_text(skipped + 1, first.decode().strip())
        yield from _of_lines(stream, behind=skipped + 1)
    elif first:
        yield _of_bytes(skipped + 1, first + stream.read(LARGEST + 1 - len(first)))


def _first_line(stream: BinaryIO) -> tuple[int, bytes]:
    """Give the first line that holds anything, without the blanks before it, and how many lines went before."""
    skipped = 0
    while line := stream.readline(LARGEST):
        if stripped := line.lstrip(_BLANKS):
            return skipped, stripped
        skipped += 1
    return skipped, b""


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _of_lines(stream: BinaryIO, *, behind: int) -> Iterator[Item[Object] | Reject]:
    for line in readers.read_lines(stream):
        if isinstance(line, Reject):
            yield Reject(line.line + behind, line.raw, line.reason)
        else:
            yield _of_text(line.number + behind, line.text)


def _of_bytes(number: int, content: bytes) -> Item[Object] | Reject:
    """Read one object that spans lines, or say what is wrong with a file that is nothing else."""
    if len(content) > LARGEST:
        return Reject(number, "", f"is longer than {LARGEST} bytes: send one object a line, or an array")
    try:
        return _of_text(number, content.decode().strip())
    except UnicodeDecodeError:
        return Reject(number, content.decode(errors="backslashreplace"), readers.NOT_UTF_8)


def _of_text(number: int, text: str) -> Item[Object] | Reject:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return Reject(number, text, f"is not JSON: {error.msg} at character {error.pos + 1}")
    except (ValueError, RecursionError):
        return Reject(number, text, "is not JSON that can be read: nested too deep, or a number too long")
    if not isinstance(value, dict):
        return Reject(number, text, "is not a JSON object")
    return Item(number, text, value)


def _of_array(opening: bytes, stream: BinaryIO) -> Iterator[Item[Object] | Reject]:
    """Read the elements of an array whose bracket was read."""
    text = _Text(opening, stream)
    number = 0
    while True:
        number += 1
        try:
            raw = text.next_element()
        except (ValueError, RecursionError):
            yield Reject(number, "", "is damaged, or too large, and with it the rest of the array is lost")
            return
        if raw is None:
            return
        yield _of_text(number, raw)


class _Text:
    """The text of an array, of which only the part being read is held."""

    def __init__(self, opening: bytes, stream: BinaryIO) -> None:
        self._opening = opening
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder()
        self._held = ""
        self._ended = False

    def next_element(self) -> str | None:
        """Give the text of the next element, None behind the last; ValueError when there is no telling."""
        self._skip(" \t\r\n,")
        if self._held.startswith("]"):
            return None
        while True:
            try:
                _, end = self._json.raw_decode(self._held)
            except json.JSONDecodeError:
                if self._ended or len(self._held) > LARGEST:
                    raise
                self._read_more()
                continue
            # A number at the end of what is held may go on; an object may not.
            raw, self._held = self._held[:end], self._held[end:]
            return raw

    def _skip(self, characters: str) -> None:
        while True:
            self._held = self._held.lstrip(characters)
            if self._held or self._ended:
                return
            self._read_more()

    def _read_more(self) -> None:
        """Hold twice as much, so that a long element is not decoded once a chunk."""
        more = self._opening or self._stream.read(max(CHUNK, len(self._held)))
        self._opening = b""
        self._ended = not more
        self._held += self._decoder.decode(more, final=self._ended)
