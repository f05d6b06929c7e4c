"""Whole zones: the standard's specimens, and each oddity with its finding."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import mrz
from screening.dates import PartialDate
from screening.mrz import Check, CheckStatus, Field, FindingCode, Format, Mrz, Severity, Sex

TODAY = date(2012, 1, 1)
OK, FAILED, ABSENT, UNREADABLE = CheckStatus

TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD1_LONG = ("I<UTOD23145890<XYZ5<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<0", TD1[2])
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
MRV_A = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C<3UTO6908061F9406236ZE184226B<<<<<<<")


def read(*lines: str) -> Mrz:
    return mrz.parse(lines, today=TODAY)


def found(result: Mrz) -> list[tuple[FindingCode, Field]]:
    return [(one.code, one.field) for one in result.findings if one.code is not FindingCode.SPECIMEN]


def statuses(result: Mrz) -> dict[Field, CheckStatus]:
    return {check.field: check.status for check in result.checks}


def test_the_passport_of_the_standard_is_read_whole() -> None:
    result = read(*TD3)
    assert result == Mrz(
        format=Format.TD3,
        lines=TD3,
        complete=True,
        document_code="P",
        issuing_state="UTO",
        number="L898902C3",
        number_field="L898902C3",
        nationality="UTO",
        surname="ERIKSSON",
        given_names="ANNA MARIA",
        sex=Sex.F,
        birth_date=PartialDate(1974, 8, 12),
        expiry_date=PartialDate(2012, 4, 15),
        optional="ZE184226B",
        checks=(
            Check(Field.NUMBER, "6", "6", OK),
            Check(Field.BIRTH_DATE, "2", "2", OK),
            Check(Field.EXPIRY_DATE, "9", "9", OK),
            Check(Field.OPTIONAL, "1", "1", OK),
            Check(Field.COMPOSITE, "0", "0", OK),
        ),
        findings=result.findings,
        century_rule=mrz.CENTURY_RULE,
    )
    assert [(one.code, one.field) for one in result.findings] == [
        (FindingCode.SPECIMEN, Field.ISSUING_STATE),
        (FindingCode.SPECIMEN, Field.NATIONALITY),
    ]
    assert result.number_is_reliable


@pytest.mark.parametrize(
    ("lines", "form", "number", "optional"),
    [
        (TD1, Format.TD1, "D23145890", ""),
        (TD1_LONG, Format.TD1, "D23145890XYZ", ""),
        (TD2, Format.TD2, "D23145890", ""),
        (TD3, Format.TD3, "L898902C3", "ZE184226B"),
        (MRV_A, Format.MRV_A, "L898902C", "ZE184226B"),
    ],
)
def test_every_specimen_of_the_standard_verifies(
    lines: Sequence[str], form: Format, number: str, optional: str
) -> None:
    result = read(*lines)
    assert (result.format, result.number, result.optional) == (form, number, optional)
    assert (result.surname, result.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert set(statuses(result).values()) == {OK}
    assert found(result) == []
    assert result.number_is_reliable


def test_a_visa_is_never_asked_for_a_composite_check() -> None:
    assert list(statuses(read(*MRV_A))) == [Field.NUMBER, Field.BIRTH_DATE, Field.EXPIRY_DATE]


def test_a_short_number_keeps_its_fillers_apart_from_its_text() -> None:
    result = read(*MRV_A)
    assert (result.number, result.number_field) == ("L898902C", "L898902C<")


def test_optional_data_behind_a_long_number_stays_optional() -> None:
    result = read("I<UTOD23145890<XYZ5<AB12<<<<<<", *TD1_LONG[1:])
    assert (result.number, result.number_field, result.optional) == ("D23145890XYZ", "D23145890XYZ", "AB12")
    assert result.number_is_reliable


def test_a_long_number_whose_check_digit_fails_is_not_reliable() -> None:
    result = read("I<UTOD23145890<XYZ6<<<<<<<<<<<", *TD1_LONG[1:])
    assert result.number == "D23145890XYZ"
    assert (FindingCode.CHECK_DIGIT_FAILED, Field.NUMBER) in found(result)
    assert not result.number_is_reliable


@pytest.mark.parametrize("optional", ["<<<<<<<<<<<<<<<", "XYZ<<<<<<<<<<<<", "5<<<<<<<<<<<<<<"])
def test_a_card_number_without_check_digit_and_without_rest_stays_nine_long(optional: str) -> None:
    result = read(f"I<UTOD23145890<{optional}", *TD1_LONG[1:])
    assert (result.number, statuses(result)[Field.NUMBER]) == ("D23145890", ABSENT)
    assert (FindingCode.CHECK_DIGIT_MISSING, Field.NUMBER) in found(result)


def test_a_passport_number_that_overflows_is_reported_and_not_repaired() -> None:
    result = read(TD3[0], "L898902C3<UTO7408122F1204159AB126<<<<<<<<<<0")
    assert (result.number, result.optional) == ("L898902C3", "AB126")
    assert [one for one in found(result) if one[1] is Field.NUMBER] == [
        (FindingCode.NUMBER_OVERFLOW, Field.NUMBER),
        (FindingCode.CHECK_DIGIT_MISSING, Field.NUMBER),
    ]
    assert not result.number_is_reliable


@pytest.mark.parametrize(
    ("position", "field"),
    [(9, Field.NUMBER), (19, Field.BIRTH_DATE), (27, Field.EXPIRY_DATE), (42, Field.OPTIONAL), (43, Field.COMPOSITE)],
)
def test_each_failed_check_digit_is_named(position: int, field: Field) -> None:
    digit = str((int(TD3[1][position]) + 1) % 10)
    result = read(TD3[0], TD3[1][:position] + digit + TD3[1][position + 1 :])
    assert (FindingCode.CHECK_DIGIT_FAILED, field) in found(result)
    assert statuses(result)[field] is FAILED


def test_a_letter_in_the_place_of_a_check_digit_is_unreadable() -> None:
    result = read(TD3[0], TD3[1][:9] + "O" + TD3[1][10:])
    assert result.find_check(Field.NUMBER) == Check(Field.NUMBER, "O", "6", UNREADABLE)
    assert (FindingCode.CHECK_DIGIT_UNREADABLE, Field.NUMBER) in found(result)


@pytest.mark.parametrize(("check", "status"), [("0", OK), ("<", ABSENT)])
def test_empty_optional_data_may_have_a_zero_or_a_filler(check: str, status: CheckStatus) -> None:
    line = f"L898902C36UTO7408122F1204159<<<<<<<<<<<<<<{check}"
    composite = mrz.check_digit(line[0:10] + line[13:20] + line[21:43])
    result = read(TD3[0], f"{line}{composite}")
    assert statuses(result)[Field.OPTIONAL] is status
    assert found(result) == []


def test_optional_data_with_a_filler_for_its_check_digit_is_found() -> None:
    result = read(TD3[0], TD3[1][:42] + "<" + TD3[1][43:])
    assert (FindingCode.CHECK_DIGIT_MISSING, Field.OPTIONAL) in found(result)


def test_a_wholly_unknown_birth_date_is_lawful() -> None:
    result = read(TD3[0], "L898902C36UTO<<<<<<0F1204159ZE184226B<<<<<18")
    assert (result.birth_date, statuses(result)[Field.BIRTH_DATE]) == (None, OK)
    assert [one for one in found(result) if one[1] is Field.BIRTH_DATE] == [
        (FindingCode.UNKNOWN_DATE, Field.BIRTH_DATE)
    ]


@pytest.mark.parametrize(
    ("sex", "expected", "findings"),
    [
        ("F", Sex.F, []),
        ("M", Sex.M, []),
        ("<", Sex.X, []),
        ("X", Sex.X, [(FindingCode.SEX_X, Field.SEX)]),
        ("W", None, [(FindingCode.UNEXPECTED_SEX, Field.SEX)]),
        ("?", None, [(FindingCode.UNEXPECTED_SEX, Field.SEX)]),
    ],
)
def test_sex_is_covered_by_no_check_digit_and_read_with_its_deviations(
    sex: str, expected: Sex | None, findings: list[tuple[FindingCode, Field]]
) -> None:
    result = read(TD3[0], TD3[1][:20] + sex + TD3[1][21:])
    assert (result.sex, found(result)) == (expected, findings)


def test_german_codes_are_kept_as_printed() -> None:
    result = read("P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<", TD3[1].replace("UTO", "D<<"))
    assert (result.issuing_state, result.nationality, result.findings) == ("D", "D", ())


def test_unknown_codes_of_issuer_and_nationality_are_found() -> None:
    result = read(TD3[0].replace("UTO", "ZZZ"), TD3[1].replace("UTO", "XYZ"))
    assert found(result) == [
        (FindingCode.UNKNOWN_ISSUER, Field.ISSUING_STATE),
        (FindingCode.UNKNOWN_NATIONALITY, Field.NATIONALITY),
    ]


@pytest.mark.parametrize(
    "lines", [("I" + TD3[0][1:], TD3[1]), ("IV" + TD2[0][2:], TD2[1]), ("P" + TD1[0][1:], *TD1[1:])]
)
def test_a_document_code_of_another_format_is_found(lines: Sequence[str]) -> None:
    assert found(read(*lines)) == [(FindingCode.UNEXPECTED_DOCUMENT_CODE, Field.DOCUMENT_CODE)]


@pytest.mark.parametrize("code", ["P<", "PP", "PD", "PZ"])
def test_a_passport_may_have_any_second_letter(code: str) -> None:
    result = read(code + TD3[0][2:], TD3[1])
    assert (result.document_code, found(result)) == (code.rstrip("<"), [])


@pytest.mark.parametrize(
    ("name", "surname_truncated", "given_names_truncated"),
    [
        ("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", True, True),
        ("BENNELONGWOOLOOMOOLOOWARRANDYTEWARNAMBO", True, False),
        ("ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", False, False),
    ],
)
def test_a_name_that_fills_its_field_may_be_shortened(
    name: str, *, surname_truncated: bool, given_names_truncated: bool
) -> None:
    result = read(f"P<UTO{name}", TD3[1])
    flags = (result.surname_truncated, result.given_names_truncated)
    assert flags == (surname_truncated, given_names_truncated)
    assert found(result) == ([(FindingCode.TRUNCATED_NAME, Field.NAME)] if surname_truncated else [])


def test_a_single_name_is_no_finding() -> None:
    result = read("P<UTOARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", TD3[1])
    assert (result.surname, result.given_names, found(result)) == ("ARKFREITH", "", [])


def test_a_digit_in_a_name_is_kept_and_found() -> None:
    result = read(TD3[0].replace("ERIKSSON", "ER1KSSON"), TD3[1])
    assert (result.surname, found(result)) == ("ER1KSSON", [(FindingCode.ILLEGAL_CHARACTER, Field.NAME)])


def test_an_illegal_character_is_kept_found_and_makes_its_checks_unreadable() -> None:
    result = read(TD3[0], "L8?8902C3" + TD3[1][9:])
    assert result.number == "L8?8902C3"
    assert found(result) == [(FindingCode.ILLEGAL_CHARACTER, Field.NUMBER)]
    assert statuses(result)[Field.NUMBER] is UNREADABLE
    assert statuses(result)[Field.COMPOSITE] is UNREADABLE
    assert not result.number_is_reliable


def test_an_empty_number_and_name_are_found() -> None:
    result = read("P<UTO" + "<" * 39, "<<<<<<<<<0" + TD3[1][10:])
    assert found(result)[:2] == [
        (FindingCode.MISSING_FIELD, Field.NAME),
        (FindingCode.MISSING_FIELD, Field.NUMBER),
    ]
    assert not result.number_is_reliable


def test_fields_inside_a_line_cut_short_are_read_and_the_rest_is_not_invented() -> None:
    result = read(TD3[0], TD3[1][:25])
    assert result == Mrz(
        format=Format.TD3,
        lines=(TD3[0], TD3[1][:25]),
        complete=False,
        document_code="P",
        issuing_state="UTO",
        number="L898902C3",
        number_field="L898902C3",
        nationality="UTO",
        surname="ERIKSSON",
        given_names="ANNA MARIA",
        sex=Sex.F,
        birth_date=PartialDate(1974, 8, 12),
        checks=(
            Check(Field.NUMBER, "6", "6", OK),
            Check(Field.BIRTH_DATE, "2", "2", OK),
            Check(Field.EXPIRY_DATE, "", None, UNREADABLE),
            Check(Field.OPTIONAL, "", None, UNREADABLE),
            Check(Field.COMPOSITE, "", None, UNREADABLE),
        ),
        findings=result.findings,
        century_rule=mrz.CENTURY_RULE,
    )
    assert found(result) == [(FindingCode.WRONG_LENGTH, Field.LINE_2)]
    assert not result.number_is_reliable


def test_a_card_without_its_first_line_has_no_number() -> None:
    result = read(TD1[0][:10], *TD1[1:])
    assert (result.number, result.number_field, result.optional) == ("", "", "")
    assert result.find_check(Field.NUMBER) == Check(Field.NUMBER, "", None, UNREADABLE)


def test_text_of_no_format_keeps_its_lines_and_nothing_else() -> None:
    result = mrz.parse("hello\nworld", today=TODAY)
    assert result == Mrz(
        format=Format.UNKNOWN,
        lines=("HELLO", "WORLD"),
        complete=False,
        findings=result.findings,
        century_rule=mrz.CENTURY_RULE,
    )
    assert found(result) == [(FindingCode.UNKNOWN_FORMAT, Field.ZONE)]


def test_what_only_explains_a_reading_is_information() -> None:
    result = read(TD3[0], TD3[1][:20] + "X" + TD3[1][21:])
    assert {one.code: one.severity for one in result.findings} == {
        FindingCode.SPECIMEN: Severity.WARNING,
        FindingCode.SEX_X: Severity.INFO,
    }


NEARLY = st.text(alphabet="PVIAC<0123456789XKO \n\r\t\u00e9\u0663\ud800", min_size=60, max_size=100)


@given(st.text() | st.lists(st.text(), max_size=4) | NEARLY, st.dates())
def test_any_text_on_any_day_gives_a_result(raw: str | list[str], today: date) -> None:
    result = mrz.parse(raw, today=today)
    assert result.complete or result.findings
    assert result.complete or not result.number_is_reliable


@given(st.text() | st.lists(st.text(), max_size=4) | NEARLY)
def test_reading_its_own_lines_again_changes_nothing(raw: str | list[str]) -> None:
    once = mrz.parse(raw, today=TODAY)
    again = mrz.parse(once.lines, today=TODAY)
    assert again.lines == once.lines
    assert mrz.parse(again.lines, today=TODAY) == again
