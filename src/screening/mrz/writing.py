"""Writing a machine-readable zone from its fields, for demonstrations, generators and tests."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from screening.dates import PartialDate
from screening.mrz import layouts, names
from screening.mrz.check_digits import FILLER, check_digit
from screening.mrz.layouts import Layout
from screening.mrz.numbers import PRINCIPAL_LENGTH
from screening.mrz.result import Format, Sex

_LEGAL = re.compile(r"[A-Z0-9<]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFields:
    """What a zone is written from; an unknown date is None, and `optional_2` is for TD1 only."""

    document_code: str
    issuing_state: str
    number: str
    nationality: str
    surname: str
    given_names: str = ""
    birth_date: PartialDate | None
    sex: Sex = Sex.X
    expiry_date: PartialDate | None
    optional: str = ""
    optional_2: str = ""


def write(form: Format, fields: DocumentFields) -> tuple[str, ...]:
    """Write the lines of a format; ValueError for a field that is too long or holds an illegal character."""
    layout = layouts.BY_FORMAT.get(form)
    if layout is None:
        raise ValueError("nothing is written in an unknown format")
    zone = [FILLER] * (layout.line_count * layout.width)
    for span, text in _texts(layout, fields):
        _put(zone, span, text)
    for index, spans in _protected(layout):
        zone[index] = _digit("".join(["".join(zone[span]) for span in spans]))
    joined = "".join(zone)
    return tuple(joined[start : start + layout.width] for start in range(0, len(joined), layout.width))


write_td1 = partial(write, Format.TD1)
write_td2 = partial(write, Format.TD2)
write_td3 = partial(write, Format.TD3)
write_mrv_a = partial(write, Format.MRV_A)
write_mrv_b = partial(write, Format.MRV_B)


def _texts(layout: Layout, fields: DocumentFields) -> list[tuple[slice, str]]:
    """Pair every span with its text; of the check digits only the number's, which may move."""
    number, check, optional = _number_and_optional(layout, fields)
    texts = [
        (layout.document_code, fields.document_code),
        (layout.issuing_state, fields.issuing_state),
        (layout.name, names.write(fields.surname, fields.given_names, layout.name.stop - layout.name.start)),
        (layout.number.span, number),
        (slice(layout.number.check, layout.number.check + 1), check),
        (layout.nationality, fields.nationality),
        (layout.birth_date.span, _six_characters(fields.birth_date)),
        (layout.sex, FILLER if fields.sex is Sex.X else fields.sex),
        (layout.expiry_date.span, _six_characters(fields.expiry_date)),
        (layout.optional, optional),
    ]
    if layout.optional_2 is not None:
        return [*texts, (layout.optional_2, fields.optional_2)]
    if fields.optional_2:
        raise ValueError("only TD1 has a second field of optional data")
    return texts


def _number_and_optional(layout: Layout, fields: DocumentFields) -> tuple[str, str, str]:
    """Give number, check digit and optional data; a long number runs on, its digit and a filler behind it."""
    number, optional = fields.number, fields.optional
    if len(number) <= PRINCIPAL_LENGTH or not layout.long_numbers:
        return number, _digit(number), optional
    rest = f"{number[PRINCIPAL_LENGTH:]}{_digit(number)}"
    return number[:PRINCIPAL_LENGTH], FILLER, f"{rest}{FILLER}{optional}" if optional else rest


def _protected(layout: Layout) -> Iterator[tuple[int, tuple[slice, ...]]]:
    """Pair the place of each other check digit with what it covers, the composite last."""
    yield layout.birth_date.check, (layout.birth_date.span,)
    yield layout.expiry_date.check, (layout.expiry_date.span,)
    if layout.optional_check is not None:
        yield layout.optional_check, (layout.optional,)
    if layout.composite_check is not None:
        yield layout.composite_check, layout.composite


def _digit(text: str) -> str:
    """Compute a check digit; ValueError when a character has no value."""
    found = check_digit(text)
    if found is None:
        raise ValueError("a zone holds the letters A to Z, digits and fillers only")
    return found


def _six_characters(date: PartialDate | None) -> str:
    """Write YYMMDD with fillers for what is unknown."""
    if date is None:
        return 6 * FILLER
    parts = (date.year % 100, date.month, date.day)
    return "".join(2 * FILLER if part is None else f"{part:02d}" for part in parts)


def _put(zone: list[str], span: slice, text: str) -> None:
    """Write text at the left of a span; ValueError when it is too long or holds an illegal character."""
    if not _LEGAL.fullmatch(text):
        raise ValueError("a zone holds the letters A to Z, digits and fillers only")
    if len(text) > span.stop - span.start:
        raise ValueError(f"a field of {span.stop - span.start} characters cannot hold {len(text)}")
    zone[span.start : span.start + len(text)] = text
