"""JSON objects out of a file, one at a time: a single object, one a line, an array, or pages of a list reply.

An array is read piece by piece, so that its length costs no memory. Damage within a line spoils that line alone;
damage within an array spoils what comes behind it, and says so.
"""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from screening.journal.formats import Item, Reject

LARGEST = 4 << 20
"""Bytes that one line, or one element of an array, may have; and a single object that spans lines."""

CHUNK = 64 << 10

SHOWN = 200
"""Characters that a reject shows of what is too long."""

Object = dict[str, Any]
_SPACE = b" \t\r\n\xef\xbb\xbf"


def read_lines(stream: BinaryIO) -> Iterator[Item[Object] | Reject]:
    """Read one object a line; `line` is the number of the line."""
    number = 0
    while line := stream.readline(LARGEST + 1):
        number += 1
        yield from _of_line(number, line)
        while len(line) > LARGEST and not line.endswith(b"\n"):
            line = stream.readline(LARGEST + 1)


def read_any(stream: BinaryIO) -> Iterator[Item[Object] | Reject]:
    """Read objects in whichever shape they come; `line` is the line, or the place in an array, from 1."""
    first = _first_line(stream)
    if first.startswith(b"["):
        yield from _of_array(first[1:], stream)
    elif _is_object(first):
        yield from _of_line(1, first)
        yield from (_moved(each, 1) for each in read_lines(stream))
    elif first:
        yield from _of_line(1, first + stream.read(LARGEST + 1 - len(first)))


def _first_line(stream: BinaryIO) -> bytes:
    """Give the first line that holds anything, without the blanks before it."""
    while line := stream.readline(LARGEST + 1):
        if stripped := line.lstrip(_SPACE):
            return stripped
    return b""


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _moved(each: Item[Object] | Reject, lines: int) -> Item[Object] | Reject:
    if isinstance(each, Reject):
        return Reject(each.line + lines, each.raw, each.reason)
    return Item(each.line + lines, each.raw, each.content)


def _of_line(number: int, line: bytes) -> Iterator[Item[Object] | Reject]:
    try:
        text = line.strip(_SPACE).decode("utf-8")
    except UnicodeDecodeError:
        yield Reject(number, line.decode("utf-8", errors="replace").strip(), "Not UTF-8.")
        return
    if len(line) > LARGEST:
        yield Reject(number, text[:SHOWN], f"Longer than {LARGEST} bytes; send it in smaller pieces.")
    elif text:
        yield _of_text(number, text)


def _of_text(number: int, text: str) -> Item[Object] | Reject:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return Reject(number, text, f"Not JSON: {error.msg} at character {error.pos + 1}.")
    except (ValueError, RecursionError):
        return Reject(number, text, "Not JSON that can be read: nested too deep, or a number too long.")
    if not isinstance(value, dict):
        return Reject(number, text, "A JSON object is expected here.")
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
            yield Reject(number, "", "The array is damaged here, or this element is too large; the rest is lost.")
            return
        if raw is None:
            return
        yield _of_text(number, raw)


class _Text:
    """The text of an array, of which only the part being read is held."""

    def __init__(self, opening: bytes, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder()
        self._held = self._decoder.decode(opening)
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
        more = self._stream.read(max(CHUNK, len(self._held)))
        self._ended = not more
        self._held += self._decoder.decode(more, final=self._ended)
