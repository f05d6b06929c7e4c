"""Where each field lies in each format (ICAO Doc 9303, parts 4 to 7).

Spans are zero-based over the lines joined without breaks; they are built from the one-based line and
position that the standard prints, so that this file can be checked against it.
"""

from dataclasses import dataclass, replace

from screening.mrz.result import Field, Format


@dataclass(frozen=True, slots=True)
class Protected:
    """A field and the index of the check digit that covers it."""

    span: slice
    check: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One format: its size, its spans and its check digits."""

    format: Format
    line_count: int
    width: int
    leading: str
    """The letters with which the document code of this format may begin."""
    issuing_state: slice
    name: slice
    number: Protected
    nationality: slice
    birth_date: Protected
    sex: slice
    expiry_date: Protected
    optional: slice
    optional_2: slice | None = None
    optional_check: int | None = None
    composite: tuple[slice, ...] = ()
    """What the composite check digit covers; a visa has none."""
    composite_check: int | None = None
    long_numbers: bool = False
    """Whether a number of more than nine characters may continue in the optional data."""

    @property
    def document_code(self) -> slice:
        """The first two characters, in every format."""
        return slice(0, 2)

    @property
    def free_fields(self) -> tuple[tuple[Field, slice], ...]:
        """Name the spans that may hold any character of a zone; the others know their own."""
        spans = (
            (Field.DOCUMENT_CODE, self.document_code),
            (Field.ISSUING_STATE, self.issuing_state),
            (Field.NUMBER, self.number.span),
            (Field.NATIONALITY, self.nationality),
            (Field.OPTIONAL, self.optional),
        )
        return spans if self.optional_2 is None else (*spans, (Field.OPTIONAL_2, self.optional_2))


def _span(width: int, line: int, first: int, last: int) -> slice:
    """Turn a line and its positions, one-based and inclusive as printed in the standard, into a slice."""
    return slice((line - 1) * width + first - 1, (line - 1) * width + last)


def _two_lines(form: Format, width: int, leading: str, optional_last: int) -> Layout:
    """Build what TD2, TD3 and both visas share: all but the optional data and the composite check digit."""
    return Layout(
        format=form,
        line_count=2,
        width=width,
        leading=leading,
        issuing_state=_span(width, 1, 3, 5),
        name=_span(width, 1, 6, width),
        number=Protected(_span(width, 2, 1, 9), width + 9),
        nationality=_span(width, 2, 11, 13),
        birth_date=Protected(_span(width, 2, 14, 19), width + 19),
        sex=_span(width, 2, 21, 21),
        expiry_date=Protected(_span(width, 2, 22, 27), width + 27),
        optional=_span(width, 2, 29, optional_last),
    )


TD3 = replace(
    _two_lines(Format.TD3, 44, "P", optional_last=42),
    optional_check=44 + 42,
    composite=(_span(44, 2, 1, 10), _span(44, 2, 14, 20), _span(44, 2, 22, 43)),
    composite_check=44 + 43,
)
"""Passports (ICAO Doc 9303-4, 4.2)."""

TD2 = replace(
    _two_lines(Format.TD2, 36, "ACI", optional_last=35),
    composite=(_span(36, 2, 1, 10), _span(36, 2, 14, 20), _span(36, 2, 22, 35)),
    composite_check=36 + 35,
    long_numbers=True,
)
"""Larger cards (ICAO Doc 9303-6, 4.2)."""

MRV_A = _two_lines(Format.MRV_A, 44, "V", optional_last=44)
"""Full-size visas, without composite and without a check on the optional data (ICAO Doc 9303-7)."""

MRV_B = _two_lines(Format.MRV_B, 36, "V", optional_last=36)
"""Small visas (ICAO Doc 9303-7)."""

TD1 = Layout(
    format=Format.TD1,
    line_count=3,
    width=30,
    leading="ACI",
    issuing_state=_span(30, 1, 3, 5),
    number=Protected(_span(30, 1, 6, 14), 14),
    optional=_span(30, 1, 16, 30),
    birth_date=Protected(_span(30, 2, 1, 6), 30 + 6),
    sex=_span(30, 2, 8, 8),
    expiry_date=Protected(_span(30, 2, 9, 14), 30 + 14),
    nationality=_span(30, 2, 16, 18),
    optional_2=_span(30, 2, 19, 29),
    name=_span(30, 3, 1, 30),
    composite=(_span(30, 1, 6, 30), _span(30, 2, 1, 7), _span(30, 2, 9, 15), _span(30, 2, 19, 29)),
    composite_check=30 + 29,
    long_numbers=True,
)
"""Cards of credit-card size (ICAO Doc 9303-5, 4.2)."""

SHAPES = (TD3, TD2, TD1)
"""One layout for each size; a visa has the size of a passport or card."""

_VISAS = {Format.TD3: MRV_A, Format.TD2: MRV_B}

BY_FORMAT = {layout.format: layout for layout in (TD1, TD2, TD3, MRV_A, MRV_B)}
"""Each layout by its name."""


def of_document(shape: Layout, zone: str) -> Layout:
    """Choose between the layouts of one size by the first letter of the zone."""
    return _VISAS.get(shape.format, shape) if zone.startswith("V") else shape
