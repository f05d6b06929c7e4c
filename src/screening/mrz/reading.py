"""Reading a machine-readable zone: total on any text, and never a silent repair."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from screening.mrz import centuries, check_digits, checks, codes, lines, names, numbers
from screening.mrz.centuries import DateReading
from screening.mrz.check_digits import FILLER
from screening.mrz.layouts import Layout
from screening.mrz.lines import GAP, Sheet, inside
from screening.mrz.result import Field, Finding, FindingCode, Format, Mrz, Sex

_SEXES = {"F": Sex.F, "M": Sex.M, FILLER: Sex.X, "X": Sex.X}

_DATE_TEXTS = {
    FindingCode.IMPOSSIBLE_DATE: "No calendar has this date.",
    FindingCode.ILLEGAL_CHARACTER: "A date holds digits and fillers only.",
    FindingCode.UNKNOWN_DATE: "The document states no date.",
    FindingCode.DATE_WITHOUT_YEAR: "The document states no year, so the date was not read.",
    FindingCode.DAY_WITHOUT_MONTH: "The document states a day without a month; the year was read.",
    FindingCode.ZERO_IN_DATE: "Zeros stand for an unknown month or day, where fillers belong.",
    FindingCode.IMPLAUSIBLE_EXPIRY: "The expiry is more than 30 years past or 50 years ahead in any century.",
}


def parse(raw: str | Sequence[str], *, today: date) -> Mrz:
    """Read a zone of any format, given as text with or without line breaks or as its lines.

    Total: whatever cannot be read is empty or None and named by a finding; nothing is raised.

    >>> parse("I<UTOD23145890<XYZ5<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<0ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ...       today=date(2012, 1, 1)).number
    'D23145890XYZ'
    """
    sheet = lines.arrange(raw)
    if sheet.layout is None:
        return Mrz(
            format=Format.UNKNOWN,
            lines=sheet.lines,
            complete=False,
            findings=sheet.findings,
            century_rule=centuries.CENTURY_RULE,
        )
    return _read(sheet, sheet.layout, today)


def _read(sheet: Sheet, layout: Layout, today: date) -> Mrz:
    """Read every field of an arranged zone."""
    zone, values = sheet.zone, check_digits.values(sheet.zone)
    number = numbers.read(zone, layout)
    name = names.read(inside(zone[layout.name]))
    birth_date, birth_oddity = _date(centuries.birth_date, zone[layout.birth_date.span], today)
    expiry_date, expiry_oddity = _date(centuries.expiry_date, zone[layout.expiry_date.span], today)
    judged = checks.read(zone, values, layout, number)
    return Mrz(
        format=layout.format,
        lines=sheet.lines,
        complete=sheet.complete,
        document_code=inside(zone[layout.document_code]).rstrip(FILLER),
        issuing_state=inside(zone[layout.issuing_state]).rstrip(FILLER),
        number=number.number,
        number_field=number.covered,
        nationality=inside(zone[layout.nationality]).rstrip(FILLER),
        surname=name.surname,
        given_names=name.given_names,
        surname_truncated=name.may_be_truncated,
        given_names_truncated=name.may_be_truncated and name.given_names != "",
        sex=_SEXES.get(zone[layout.sex]),
        birth_date=birth_date,
        expiry_date=expiry_date,
        optional=number.optional.strip(FILLER),
        optional_2=inside(zone[layout.optional_2]).strip(FILLER) if layout.optional_2 else "",
        checks=judged,
        findings=(
            *sheet.findings,
            *_illegal_characters(zone, values, layout),
            *_field_findings(zone, layout),
            *numbers.findings(number),
            *_date_findings(Field.BIRTH_DATE, birth_oddity),
            *_date_findings(Field.EXPIRY_DATE, expiry_oddity),
            *checks.findings(judged, number),
        ),
        century_rule=centuries.CENTURY_RULE,
    )


def _date(read: Callable[[str, date], DateReading], text: str, today: date) -> DateReading:
    """Read a date that lies wholly inside the line given."""
    return (None, None) if GAP in text else read(text, today)


def _date_findings(field: Field, oddity: FindingCode | None) -> tuple[Finding, ...]:
    """Put into words what is odd about a date."""
    return () if oddity is None else (Finding(oddity, field, _DATE_TEXTS[oddity]),)


def _illegal_characters(zone: str, values: bytes, layout: Layout) -> Iterator[Finding]:
    """Name each free field that holds a character of no zone; dates, names and sex say so themselves."""
    if check_digits.ILLEGAL not in values:
        return
    for field, span in layout.free_fields:
        if check_digits.ILLEGAL in values[span] and GAP not in zone[span]:
            text = "A zone holds the letters A to Z, digits and fillers only."
            yield Finding(FindingCode.ILLEGAL_CHARACTER, field, text)


def _field_findings(zone: str, layout: Layout) -> Iterator[Finding]:
    """Say what is odd about codes, name and sex, as far as they lie inside the lines given."""
    if GAP not in (code := zone[layout.document_code]):
        yield from _document_code_findings(code, layout)
    if GAP not in (issuer := zone[layout.issuing_state]):
        yield from codes.issuer_findings(issuer.rstrip(FILLER))
    if GAP not in (nationality := zone[layout.nationality]):
        yield from codes.nationality_findings(nationality.rstrip(FILLER))
    if GAP not in (name := zone[layout.name]):
        yield from names.findings(name)
    if GAP not in (sex := zone[layout.sex]):
        yield from _sex_findings(sex)


def _document_code_findings(code: str, layout: Layout) -> Iterator[Finding]:
    """Doubt a first letter that the format does not have, and a card that calls itself a visa."""
    if code[0] not in layout.leading or (code[0] != "V" and code[1] == "V"):
        text = "This document code does not belong to a document of this size."
        yield Finding(FindingCode.UNEXPECTED_DOCUMENT_CODE, Field.DOCUMENT_CODE, text)


def _sex_findings(sex: str) -> Iterator[Finding]:
    """Doubt a sex other than F, M and the filler; X is a deviation that is understood."""
    if sex == "X":
        text = "X stands where a filler belongs; it was read as unspecified."
        yield Finding(FindingCode.SEX_X, Field.SEX, text)
    elif sex not in _SEXES:
        text = "The sex is neither F, M nor a filler."
        yield Finding(FindingCode.UNEXPECTED_SEX, Field.SEX, text)
