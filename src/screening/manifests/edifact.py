"""Segments of an EDIFACT interchange (ISO 9735). Damage spoils the segment that it is in, and no other.

`pydifact` reads each segment that releases a character; we cut the text into segments ourselves, because the library
gives up at the first one that it cannot read, and because the sender wants to hear at which segment.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydifact.control.characters import Characters
from pydifact.exceptions import EDISyntaxError
from pydifact.parser import Parser
from pydifact.tokenizer import Tokenizer

from screening.manifests.lists import UnreadableListError

ADVICE = "UNA"
ADVICE_LENGTH = 9
STANDARD = "UNA:+.? '"
TAG = re.compile("[A-Z][A-Z0-9]{2}")
MOST_SEGMENTS = 500_000
LATIN_1 = b"UNOC"
"""The syntax identifier of a message in ISO 8859-1; the others that are met are ASCII or UTF-8."""
UNDECODABLE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment that can be read; `position` counts from 1, at UNB."""

    position: int
    tag: str
    elements: Sequence[str | Sequence[str]]

    def component(self, element: int, component: int = 0) -> str:
        """Give one component, both counted from 0; empty when it is not there."""
        if element >= len(self.elements):
            return ""
        held = self.elements[element]
        components = [held] if isinstance(held, str) else held
        return components[component].strip() if component < len(components) else ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A segment that cannot be read."""

    position: int
    reason: str


def decode(body: bytes) -> str:
    """Give the text of an interchange; what cannot be decoded stands as replacement characters."""
    return body.decode("latin-1" if LATIN_1 in body[:200] else "utf-8", errors="replace")


def segments(text: str) -> Iterator[Segment | Unreadable]:
    """Read the segments of an interchange, separators as its UNA declares them.

    Raises UnreadableListError for what is no interchange at all.
    """
    text = text.lstrip("\ufeff \r\n\t")
    characters = _characters(text)
    body = text[ADVICE_LENGTH:] if text.startswith(ADVICE) else text
    if not body.lstrip().startswith(("UNB", "UNH")):
        raise UnreadableListError("An EDIFACT interchange begins with UNA, UNB or UNH.")
    for position, raw in enumerate(_cut(body, characters), 1):
        if position > MOST_SEGMENTS:
            raise UnreadableListError(f"An interchange has at most {MOST_SEGMENTS} segments.")
        yield _read(position, raw, characters)


def _characters(text: str) -> Characters:
    if not text.startswith(ADVICE):
        return Characters.from_str(STANDARD)
    declared = text[:ADVICE_LENGTH]
    separators = declared[3:5] + declared[6:7].strip() + declared[8:9]
    if len(declared) < ADVICE_LENGTH or len(set(separators)) < len(separators) or UNDECODABLE in declared:
        raise UnreadableListError("The service string advice (UNA) does not declare six separators, all different.")
    return Characters.from_str(declared)


def _cut(body: str, characters: Characters) -> Iterator[str]:
    """Cut the text behind each terminator that is not released; what is left at the end is a segment cut short."""
    release, terminator = re.escape(characters.escape_character), re.escape(characters.segment_terminator)
    released = rf"{release}.|" if characters.escape_character.strip() else ""
    for found in re.finditer(rf"(?:{released}[^{terminator}])*?(?:{terminator}|\Z)", body, re.DOTALL):
        if raw := found[0].strip("\r\n\t "):
            yield raw


def _read(position: int, raw: str, characters: Characters) -> Segment | Unreadable:
    if not raw.endswith(characters.segment_terminator):
        return Unreadable(position, "is cut short: its terminator is missing")
    if UNDECODABLE in raw:
        return Unreadable(position, "holds characters that cannot be decoded")
    tag, *elements = _elements(raw, characters)
    if not isinstance(tag, str) or not TAG.fullmatch(tag):
        return Unreadable(position, "is no EDIFACT segment")
    return Segment(position, tag, elements)


def _elements(raw: str, characters: Characters) -> Sequence[str | Sequence[str]]:
    """Divide a segment as `pydifact` does: one component is a text, several are a list, empty ones at the end go.

    Nearly no segment releases a character, and of those that do not a split says the same in a tenth of the time.
    """
    release = characters.escape_character
    if release.strip() and release in raw:
        return _released(raw, characters)
    separator = characters.component_separator
    parts = (part.rstrip(separator).split(separator) for part in raw[:-1].split(characters.data_separator))
    return [part if len(part) > 1 else part[0] for part in parts]


def _released(raw: str, characters: Characters) -> Sequence[str | Sequence[str]]:
    tokens = Tokenizer().get_tokens(raw, characters)
    try:
        return next(Parser(characters=characters).convert_tokens_to_raw_segments(tokens), [""])
    except EDISyntaxError:
        return [""]
