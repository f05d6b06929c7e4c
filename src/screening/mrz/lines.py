"""From whatever a scanner sends to lines of a known format.

Upper case, line breaks, framing characters and blanks around a line change nothing that a zone can hold, so they
are settled silently. Every other change leaves a finding: a blank read as a filler, a blank taken out, a wrong length.
"""

import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from screening.mrz import layouts
from screening.mrz.check_digits import FILLER
from screening.mrz.layouts import Layout
from screening.mrz.result import Field, Finding, FindingCode

GAP = " "
"""Stands in a joined zone where the line given was too short; arranged lines hold no blank of their own."""

_LENGTH_TOLERANCE = 4
"""How many characters a line may miss or have too many and still be taken for its format."""

_BLANK = re.compile(r"\s")

_LINE_FIELDS = (Field.LINE_1, Field.LINE_2, Field.LINE_3)

# str.upper would turn one character into two for some scripts, which moves every position behind it.
_UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)

# Readers frame what they send, or each line of it, by control characters: STX and ETX, others by NUL or ESC.
_FRAMES = dict.fromkeys([*range(0x09), *range(0x0E, 0x1C), 0x7F], "\n")

_BLANK_TEXTS = {
    FindingCode.SPACE_FOR_FILLER: "Blanks were read as fillers.",
    FindingCode.SPACES_REMOVED: "Blanks were taken out to reach the length of the format.",
}

_Fitted = tuple[str, FindingCode | None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines as arranged; `zone` joins them at exactly the layout's size, with gaps where they fell short."""

    layout: Layout | None
    lines: tuple[str, ...]
    zone: str
    complete: bool
    findings: tuple[Finding, ...] = ()


def arrange(raw: str | Sequence[str]) -> Sheet:
    """Recognise the format and lay the lines out; total, with no layout when nothing fits."""
    given = _split(raw)
    for fit in (_exactly, _with_blanks_as_fillers, _with_blanks_removed):
        for shape in layouts.SHAPES:
            sheet = _fit(given, shape, fit)
            if sheet is not None:
                return sheet
    return _fit_roughly([line.strip() for line in given])


def inside(text: str) -> str:
    """Keep a field that lies wholly inside the line given, else nothing."""
    return "" if GAP in text else text


def _split(raw: str | Sequence[str]) -> list[str]:
    """Break text into lines, in upper case, without empty ones and without what frames them."""
    texts = (raw,) if isinstance(raw, str) else raw
    lines = [_upper(line) for text in texts for line in text.translate(_FRAMES).splitlines() if line.strip()]
    return _split_at_blanks(lines[0]) if len(lines) == 1 else lines


def _upper(line: str) -> str:
    """Fold case within ASCII, character by character."""
    return line.upper() if line.isascii() else line.translate(_UPPER)


def _split_at_blanks(line: str) -> list[str]:
    """Take blanks for line breaks where that gives exactly the lines of a format."""
    parts = line.split()
    lengths = [len(part) for part in parts]
    fits = any(lengths == [shape.width] * shape.line_count for shape in layouts.SHAPES)
    return parts if fits else [line]


def _exactly(line: str, length: int) -> _Fitted | None:
    """Accept a line of the right length without blanks inside."""
    text = line.strip()
    return (text, None) if len(text) == length and len(text.split()) == 1 else None


def _with_blanks_as_fillers(line: str, length: int) -> _Fitted | None:
    """Read each blank as a filler where the line, or the line without outer blanks, then fits."""
    for text in (line.strip(), line):
        if len(text) == length:
            filled = _fill(text)
            return filled, (FindingCode.SPACE_FOR_FILLER if filled != text else None)
    return None


def _with_blanks_removed(line: str, length: int) -> _Fitted | None:
    """Take blanks out where only that makes the line fit."""
    fitted = _with_blanks_as_fillers(line, length)
    if fitted is not None:
        return fitted
    text = "".join(line.split())
    return (text, FindingCode.SPACES_REMOVED) if len(text) == length else None


def _fill(text: str) -> str:
    """Put a filler in the place of every blank, of whatever kind."""
    return _BLANK.sub(FILLER, text)


def _fit(given: list[str], shape: Layout, fit: Callable[[str, int], _Fitted | None]) -> Sheet | None:
    """Lay the lines, or the one line that joins them, out in a layout of this size."""
    count, width = shape.line_count, shape.width
    if len(given) not in (count, 1):
        return None
    length = width if len(given) == count else count * width
    fitted = [found for line in given if (found := fit(line, length)) is not None]
    if len(fitted) != len(given):
        return None
    zone = "".join([text for text, _ in fitted])
    lines = tuple([zone[start : start + width] for start in range(0, count * width, width)])
    findings = _about_blanks([code for _, code in fitted])
    return Sheet(layouts.of_document(shape, zone), lines, zone, complete=True, findings=findings)


def _about_blanks(codes: list[FindingCode | None]) -> tuple[Finding, ...]:
    """Say in which line blanks were read or removed."""
    fields = _LINE_FIELDS if len(codes) > 1 else (Field.ZONE,)
    if not any(codes):
        return ()
    return tuple([Finding(code, field, _BLANK_TEXTS[code]) for code, field in zip(codes, fields, strict=False) if code])


def _fit_roughly(given: list[str]) -> Sheet:
    """Place lines of a wrong length from the left in the nearest format, so that what lies inside is read."""
    shape = _nearest_shape(given)
    if shape is None:
        finding = Finding(FindingCode.UNKNOWN_FORMAT, Field.ZONE, "The lines have the size of no format.")
        return Sheet(None, tuple(given), "", complete=False, findings=(finding,))
    lines = tuple(_fill(line) for line in given)
    width = shape.width
    placed = [line[:width].ljust(width, GAP) for line in lines[: shape.line_count]]
    zone = "".join(placed).ljust(shape.line_count * width, GAP)
    findings = (*_about_lengths(lines, shape), *_about_fillers(given, lines))
    return Sheet(layouts.of_document(shape, zone), lines, zone, complete=False, findings=findings)


def _nearest_shape(lines: list[str]) -> Layout | None:
    """Choose the format whose width the longest line misses least, then the one with as many lines."""
    longest = max((len(line) for line in lines), default=0)

    def distance(shape: Layout) -> tuple[int, int]:
        return abs(shape.width - longest), abs(shape.line_count - len(lines))

    nearest = min(layouts.SHAPES, key=distance)
    return nearest if distance(nearest)[0] <= _LENGTH_TOLERANCE else None


def _about_lengths(lines: tuple[str, ...], shape: Layout) -> list[Finding]:
    """Say which lines are too short or too long, and whether their number is wrong."""
    code = FindingCode.WRONG_LENGTH
    findings = [
        Finding(code, field, f"{len(line)} characters where {shape.width} are expected.")
        for field, line in zip(_LINE_FIELDS, lines, strict=False)
        if len(line) != shape.width
    ]
    if len(lines) != shape.line_count:
        text = f"{len(lines)} lines where {shape.line_count} are expected."
        findings.append(Finding(code, Field.ZONE, text))
    return findings


def _about_fillers(given: list[str], lines: tuple[str, ...]) -> tuple[Finding, ...]:
    """Say which lines of a wrong length had blanks that were read as fillers."""
    return _about_blanks(
        [FindingCode.SPACE_FOR_FILLER if before != after else None for before, after in zip(given, lines, strict=True)]
    )
