"""From a submission to what is looked up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import mrz
from screening.dates import PartialDate
from screening.identifiers.document_types import Family
from screening.matching import Sex
from screening.screenings import reading
from screening.screenings.reading import Reading
from screening.screenings.schemas import SPECIMEN_MRZ, Submission

TODAY = date(2026, 11, 23)


def read(**submission: object) -> Reading:
    return reading.read(Submission.model_validate(submission), today=TODAY)


def test_the_mrz_alone_gives_document_and_traveller() -> None:
    result = read(documents=[{"mrz": SPECIMEN_MRZ}])
    [number], [traveller] = result.numbers, result.travellers
    assert (number.text, number.issuing_state, number.family) == ("L898902C3", "UTO", Family.PASSPORT)
    assert (traveller.surname, traveller.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert (traveller.date_of_birth, traveller.sex) == (PartialDate(1974, 8, 12), Sex.FEMALE)
    assert result.documents_readable
    assert result.names_readable


def test_what_an_officer_left_out_is_taken_from_the_mrz_and_both_are_searched() -> None:
    result = read(traveller={"surname": "Ericson"}, documents=[{"mrz": SPECIMEN_MRZ}])
    typed, printed = result.travellers
    assert (typed.surname, typed.given_names) == ("Ericson", "ANNA MARIA")
    assert typed.date_of_birth == PartialDate(1974, 8, 12)
    assert printed.surname == "ERIKSSON"


def test_a_full_name_is_not_mixed_with_the_parts_of_another() -> None:
    [typed, _] = read(traveller={"full_name": "Anna Ericson"}, documents=[{"mrz": SPECIMEN_MRZ}]).travellers
    assert (typed.full_name, typed.surname, typed.given_names) == ("Anna Ericson", None, None)


def test_every_number_that_a_document_shows_is_looked_up_once() -> None:
    document = {"mrz": SPECIMEN_MRZ, "number": "L898902C3", "printed": {"number": "L898902C8"}}
    assert [number.text for number in read(documents=[document]).numbers] == ["L898902C3", "L898902C8"]


def test_a_number_that_verifies_is_tried_with_what_its_digit_cannot_tell_apart() -> None:
    [number] = read(documents=[{"mrz": SPECIMEN_MRZ}]).numbers
    candidates = {alike.number for alike in number.look_alikes}
    assert {mrz.check_digit(candidate) for candidate in candidates} == {"6"}
    assert "1898902C3" in candidates


def test_a_number_whose_digit_fails_is_tried_with_what_mends_it() -> None:
    spoiled = SPECIMEN_MRZ.replace("L898902C3", "L89B902C3")
    [number] = read(documents=[{"mrz": spoiled}]).numbers
    assert "L898902C3" in {alike.number for alike in number.look_alikes}


@pytest.mark.parametrize(
    ("document", "readable"),
    [
        ({"mrz": SPECIMEN_MRZ}, True),
        ({"mrz": SPECIMEN_MRZ[:-1]}, False),
        ({"mrz": SPECIMEN_MRZ.replace("L898902C36", "L898902C37")}, False),
        ({"mrz": SPECIMEN_MRZ[:-1], "number": "L898902C3"}, True),
        ({"mrz": "?"}, False),
        ({"number": "L898902C3", "issuing_state": "UTO"}, True),
        ({"number": "L898902C3"}, False),
        ({"number": "?", "issuing_state": "UTO"}, False),
    ],
)
def test_a_document_counts_as_read_only_when_number_and_state_are_certain(document: object, *, readable: bool) -> None:
    assert read(documents=[document]).documents_readable is readable


def test_germany_is_one_state_under_both_its_codes() -> None:
    documents = [{"number": "C01X00T47", "issuing_state": "D"}, {"number": "C01X00T47", "issuing_state": "DEU"}]
    assert {number.issuing_state for number in read(documents=documents).numbers} == {"DEU"}


def test_a_subject_of_a_territory_counts_as_a_national_of_its_sovereign() -> None:
    [traveller] = read(traveller={"surname": "Smith", "nationality": "GBO"}).travellers
    assert "GBR" in traveller.nationalities


def test_an_unreadable_mrz_gives_a_name_that_is_missing_not_absent() -> None:
    result = read(documents=[{"mrz": "?"}])
    assert (result.names_given, result.names_readable) == (True, False)


@pytest.mark.parametrize("name", ["123", "<<<", "--"])
def test_a_name_without_letters_is_no_name(name: str) -> None:
    result = read(traveller={"surname": name})
    assert (result.names_given, result.names_readable) == (True, False)


@given(st.lists(st.text(max_size=60), max_size=3), st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=3))
def test_any_text_is_read_without_an_error(lines: list[str], number: str, state: str) -> None:
    documents = [{"mrz": lines}, {"number": f"{number}1", "issuing_state": f"{state}A"[:3].strip() or "A"}]
    read(documents=documents)


@pytest.mark.parametrize(
    "number", ["\u04207654321", "\u03a17654321", "P7654\u041721", "P\u0667654321", "\u04107654321"]
)
def test_a_number_that_loses_a_character_when_cleaned_is_not_certain(number: str) -> None:
    """What is left over is another number: looking that up says nothing about the document."""
    result = read(documents=[{"number": number, "issuing_state": "AUT"}])
    assert not result.documents_readable
    assert "number_unreadable" in {finding.code for finding in result.findings}


@pytest.mark.parametrize("part", [{"printed": {"number": "---"}}, {"chip": {"data": {"number": "---"}}}])
def test_a_number_that_says_nothing_is_not_certain_wherever_it_stands(part: dict[str, object]) -> None:
    assert not read(documents=[{"mrz": SPECIMEN_MRZ} | part]).documents_readable


@pytest.mark.parametrize("state", ["\u0410UT", "ZZZ", "???", "A"])
def test_a_state_that_cannot_exist_is_no_state(state: str) -> None:
    result = read(documents=[{"number": "P7654321", "issuing_state": state}])
    assert [number.issuing_state for number in result.numbers] == [None]
    assert not result.documents_readable


@pytest.mark.parametrize("where", [{"issuing_state": "AUT"}, {"printed": {"issuing_state": "AUT"}}])
def test_where_parts_name_two_states_the_number_is_looked_up_with_both(where: dict[str, object]) -> None:
    result = read(documents=[{"mrz": SPECIMEN_MRZ} | where])
    assert {number.issuing_state for number in result.numbers} == {"UTO", "AUT"}
    assert "mismatch" in {finding.code for finding in result.findings}


def test_a_type_does_not_clear_what_the_mrz_says_the_document_is() -> None:
    result = read(documents=[{"mrz": SPECIMEN_MRZ, "type": "V"}])
    assert {number.family for number in result.numbers} == {Family.PASSPORT, Family.VISA}
    assert ("mismatch", "documents.0.type") in {(finding.code, finding.field) for finding in result.findings}


def test_an_unknown_type_searches_every_family_and_is_named() -> None:
    result = read(documents=[{"number": "P7654321", "issuing_state": "AUT", "type": "QQ"}])
    assert [number.family for number in result.numbers] == [None]
    assert "unknown_type" in {finding.code for finding in result.findings}


@pytest.mark.parametrize("text", ["\u02bc", "\u02bb", "\u0640", "\u30fc", "\u042c", "\U0001f642", "-", "..."])
@pytest.mark.parametrize("rest", [{}, {"given_names": "Hans"}])
def test_a_name_field_that_cannot_be_searched_is_named_and_clears_nobody(text: str, rest: dict[str, str]) -> None:
    result = read(traveller={"surname": text} | rest)
    assert not result.names_readable
    assert ("name_unreadable", "traveller.surname") in {(finding.code, finding.field) for finding in result.findings}


def test_a_birth_date_whose_check_digit_fails_is_absent_and_speaks_against_nobody() -> None:
    spoiled = SPECIMEN_MRZ.replace("7408122F", "1408122F")
    [traveller] = read(documents=[{"mrz": spoiled}]).travellers
    assert (traveller.surname, traveller.date_of_birth) == ("ERIKSSON", None)


@pytest.mark.parametrize("traveller", [{"surname": "K", "given_names": "A"}, {"full_name": "K. A."}])
def test_initials_alone_are_nothing_to_search_by(traveller: dict[str, str]) -> None:
    result = read(traveller=traveller)
    assert (result.names_given, result.names_readable) == (True, False)


def test_the_name_of_one_document_does_not_stand_for_the_unread_name_of_another() -> None:
    unread = {"mrz": "?", "number": "AA6184203", "issuing_state": "SWE"}
    assert not read(documents=[unread, {"mrz": SPECIMEN_MRZ}]).names_readable
    assert read(traveller={"surname": "Eriksson"}, documents=[unread, {"mrz": SPECIMEN_MRZ}]).names_readable


def test_a_typed_number_is_tried_with_the_digits_that_are_typed_for_letters() -> None:
    [number] = read(documents=[{"number": "AB0C31X", "issuing_state": "UTO"}]).numbers
    assert {"ABOC31X", "AB0C3IX"} <= {alike.number for alike in number.look_alikes}
    [scanned] = read(documents=[{"mrz": SPECIMEN_MRZ}]).numbers
    assert "L8989O2C3" not in {alike.number for alike in scanned.look_alikes}


def test_a_zone_as_a_reader_frames_it_is_read_whole() -> None:
    assert read(documents=[{"mrz": "\x02" + SPECIMEN_MRZ.replace("\n", "\r") + "\r\x03"}]) == read(
        documents=[{"mrz": SPECIMEN_MRZ}]
    )
