"""Writing a zone and reading it back, whole, corrupted and mutilated."""

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import mrz
from screening.dates import PartialDate
from screening.mrz import CheckStatus, DocumentFields, Field, FindingCode, Format, Sex
from screening.mrz.codes import ISSUERS, NATIONALITIES
from screening.mrz.layouts import BY_FORMAT

TODAY = date(2026, 9, 15)
CODES = {Format.TD1: "ID", Format.TD2: "I", Format.TD3: "P", Format.MRV_A: "V", Format.MRV_B: "V"}
OPTIONAL_LENGTHS = {Format.TD1: 15, Format.TD2: 7, Format.TD3: 14, Format.MRV_A: 16, Format.MRV_B: 8}

SERIAL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
COMPONENT = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=5)


def partial_dates(first: date, last: date) -> st.SearchStrategy[PartialDate | None]:
    days = st.dates(first, last)
    whole = days.map(lambda day: PartialDate(day.year, day.month, day.day))
    return whole | days.map(lambda day: PartialDate(day.year, day.month)) | st.none()


@st.composite
def documents(draw: st.DrawFn) -> tuple[Format, DocumentFields]:
    form = draw(st.sampled_from(sorted(CODES)))
    long = BY_FORMAT[form].long_numbers and draw(st.booleans())
    number = draw(
        st.text(alphabet=SERIAL, min_size=10, max_size=12) if long else st.text(alphabet=SERIAL, min_size=5, max_size=9)
    )
    room = OPTIONAL_LENGTHS[form] - (len(number) - 9 + 2 if long else 0)
    fields = DocumentFields(
        document_code=CODES[form],
        issuing_state=draw(st.sampled_from(sorted(ISSUERS))),
        number=number,
        nationality=draw(st.sampled_from(sorted(NATIONALITIES))),
        surname=draw(COMPONENT),
        given_names=" ".join(draw(st.lists(COMPONENT, max_size=3))),
        birth_date=draw(partial_dates(date(1930, 1, 1), date(2026, 8, 31))),
        sex=draw(st.sampled_from(Sex)),
        expiry_date=draw(partial_dates(date(2000, 1, 1), date(2070, 1, 1))),
        optional=draw(st.text(alphabet=SERIAL, max_size=room)),
        optional_2=draw(st.text(alphabet=SERIAL, max_size=11)) if form is Format.TD1 else "",
    )
    return form, fields


@given(documents())
def test_every_written_zone_reads_back_to_its_fields(document: tuple[Format, DocumentFields]) -> None:
    form, fields = document
    lines = mrz.write(form, fields)
    result = mrz.parse(lines, today=TODAY)
    read = DocumentFields(
        document_code=result.document_code,
        issuing_state=result.issuing_state,
        number=result.number,
        nationality=result.nationality,
        surname=result.surname,
        given_names=result.given_names,
        birth_date=result.birth_date,
        sex=result.sex or Sex.X,
        expiry_date=result.expiry_date,
        optional=result.optional,
        optional_2=result.optional_2,
    )
    assert (result.format, result.lines, read) == (form, lines, fields)
    assert {check.status for check in result.checks} == {CheckStatus.OK}
    assert {finding.code for finding in result.findings} <= {FindingCode.UNKNOWN_DATE}


@given(documents(), st.integers(1, 9))
def test_each_corrupted_check_digit_is_found_and_named(document: tuple[Format, DocumentFields], shift: int) -> None:
    form, fields = document
    layout, zone = BY_FORMAT[form], "".join(mrz.write(form, replace(fields, number=fields.number[:9])))
    places = {
        Field.NUMBER: layout.number.check,
        Field.BIRTH_DATE: layout.birth_date.check,
        Field.EXPIRY_DATE: layout.expiry_date.check,
        Field.OPTIONAL: layout.optional_check,
        Field.COMPOSITE: layout.composite_check,
    }
    for field, place in places.items():
        if place is not None:
            wrong = str((int(zone[place]) + shift) % 10)
            result = mrz.parse(zone[:place] + wrong + zone[place + 1 :], today=TODAY)
            failed = [found.field for found in result.findings if found.code is FindingCode.CHECK_DIGIT_FAILED]
            assert field in failed
            assert set(failed) <= {field, Field.COMPOSITE}
            assert result.number_is_reliable == (field is not Field.NUMBER)


@given(documents(), st.sampled_from(["\n", "\r\n", "\r", "", " ", "\t"]))
def test_the_way_lines_are_broken_and_cased_changes_nothing(
    document: tuple[Format, DocumentFields], separator: str
) -> None:
    lines = mrz.write(*document)
    assert mrz.parse(separator.join(lines).lower(), today=TODAY) == mrz.parse(lines, today=TODAY)


@given(documents())
def test_blanks_for_fillers_change_the_findings_only(document: tuple[Format, DocumentFields]) -> None:
    lines = mrz.write(*document)
    plain = mrz.parse(lines, today=TODAY)
    blank = mrz.parse([line.replace("<", " ") for line in lines], today=TODAY)
    assert replace(blank, findings=plain.findings) == plain
    spaces = {found.code for found in blank.findings} - {found.code for found in plain.findings}
    assert spaces == ({FindingCode.SPACE_FOR_FILLER} if any("<" in line for line in lines) else set())


FIELDS = DocumentFields(
    document_code="P",
    issuing_state="D",
    number="C01X00T47",
    nationality="D",
    surname="MUSTERMANN",
    given_names="ERIKA",
    birth_date=PartialDate(1964, 8, 12),
    sex=Sex.F,
    expiry_date=PartialDate(2027, 2, 28),
)


def test_a_passport_is_written_as_the_standard_prints_it() -> None:
    specimen = DocumentFields(
        document_code="P",
        issuing_state="UTO",
        number="L898902C3",
        nationality="UTO",
        surname="Eriksson",
        given_names="Anna Maria",
        birth_date=PartialDate(1974, 8, 12),
        sex=Sex.F,
        expiry_date=PartialDate(2012, 4, 15),
        optional="ZE184226B",
    )
    assert mrz.write_td3(specimen) == (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    )


def test_a_long_card_number_is_written_as_the_standard_prints_it() -> None:
    long = replace(
        FIELDS, document_code="I", issuing_state="UTO", nationality="UTO", number="D23145890XYZ",
        birth_date=PartialDate(1974, 8, 12), expiry_date=PartialDate(2012, 4, 15),
        surname="ERIKSSON", given_names="ANNA MARIA",
    )  # fmt: skip
    assert mrz.write_td1(long) == (
        "I<UTOD23145890<XYZ5<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<0",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"number": "C01X00T471"},
        {"number": "c01x00t47"},
        {"number": "C01 X00"},
        {"optional": "1" * 15},
        {"optional": "a"},
        {"optional_2": "1"},
        {"issuing_state": "GERM"},
        {"surname": "MÜSTERMANN"},
    ],
)
def test_a_field_that_a_passport_cannot_hold_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        mrz.write_td3(replace(FIELDS, **change))  # type: ignore[arg-type]  # the changes are all of text fields


def test_nothing_is_written_in_an_unknown_format() -> None:
    with pytest.raises(ValueError, match="unknown format"):
        mrz.write(Format.UNKNOWN, FIELDS)


def mutated(chance: random.Random, zone: str) -> str:
    alphabet = "ABCKOSXZ0158<<< \n\r\t?-é\u2028\x00"
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(zone))
        cut, put = chance.choice([(1, 1), (0, 1), (1, 0), (12, 0)])
        zone = zone[:place] + chance.choice(alphabet) * put + zone[place + cut :]
        if not zone:
            return zone
    return zone


@pytest.mark.parametrize("form", sorted(CODES))
def test_mutilated_zones_are_all_read_and_none_without_a_word(form: Format) -> None:
    chance = random.Random(9303)
    zone = "\n".join(mrz.write(form, replace(FIELDS, document_code=CODES[form])))
    for _ in range(2_000):
        result = mrz.parse(mutated(chance, zone), today=TODAY)
        assert result.number_is_reliable or result.findings
