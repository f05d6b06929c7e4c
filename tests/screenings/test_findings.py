"""What is odd about a document, by name; every finding asks for a look and none refuses."""

from datetime import date

import pytest

from screening import mrz
from screening.dates import PartialDate
from screening.mrz import DocumentFields
from screening.screenings import reading
from screening.screenings.findings import Page, compare
from screening.screenings.schemas import SPECIMEN_MRZ, Submission
from screening.screenings.vocabulary import FindingCode, Severity

TODAY = date(2026, 11, 23)
FIELDS = {"type": "P", "number": "AA6184203", "issuing_state": "SWE"}


def found(document: object) -> set[tuple[str, str]]:
    submission = Submission.model_validate({"documents": [document]})
    return {(finding.code.value, finding.field) for finding in reading.read(submission, today=TODAY).findings}


def zone(**changes: object) -> str:
    fields: dict[str, object] = {
        "document_code": "P",
        "issuing_state": "SWE",
        "number": "AA6184203",
        "nationality": "SWE",
        "surname": "LINDQVIST",
        "given_names": "ELSA",
        "birth_date": PartialDate(1991, 6, 2),
        "sex": mrz.Sex.F,
        "expiry_date": PartialDate(2033, 5, 20),
    }
    return "\n".join(mrz.write_td3(DocumentFields(**(fields | changes))))  # type: ignore[arg-type]


def test_a_sound_document_gives_no_finding() -> None:
    assert found({"mrz": zone()}) == set()


def spoiled(position: int, character: str) -> str:
    first, second = zone().split("\n")
    return f"{first}\n{second[:position]}{character}{second[position + 1 :]}"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"mrz": spoiled(9, "0")}, ("check_digit_failed", "documents.0.mrz.number")),
        ({"mrz": spoiled(19, "1")}, ("check_digit_failed", "documents.0.mrz.birth_date")),
        ({"mrz": spoiled(27, "9")}, ("check_digit_failed", "documents.0.mrz.expiry_date")),
        ({"mrz": spoiled(43, "9")}, ("check_digit_failed", "documents.0.mrz.composite")),
        ({"mrz": zone()[:-1]}, ("wrong_length", "documents.0.mrz.line_2")),
        ({"mrz": zone(issuing_state="UTO")}, ("specimen", "documents.0.mrz.issuing_state")),
        ({"mrz": zone(issuing_state="QQQ")}, ("unknown_issuer", "documents.0.mrz.issuing_state")),
        ({"mrz": zone(nationality="QQQ")}, ("unknown_nationality", "documents.0.mrz.nationality")),
        ({"mrz": "nothing of the kind"}, ("unknown_format", "documents.0.mrz.zone")),
        ({"mrz": zone(expiry_date=PartialDate(2026, 11, 22))}, ("expired", "documents.0.expiry_date")),
        (FIELDS | {"expiry_date": "2026-10"}, ("expired", "documents.0.expiry_date")),
        (
            FIELDS | {"issue_date": "2027-01-02", "expiry_date": "2027-01-01"},
            ("expiry_before_issue", "documents.0.expiry_date"),
        ),
        (
            FIELDS | {"issue_date": "2020-01-01", "date_of_birth": "2020-01-02"},
            ("birth_after_issue", "documents.0.date_of_birth"),
        ),
        (FIELDS | {"date_of_birth": "2026-11-24"}, ("impossible_date", "documents.0.date_of_birth")),
        (FIELDS | {"issuing_state": "QQQ"}, ("unknown_issuer", "documents.0.issuing_state")),
        (FIELDS | {"issuing_state": "UTO"}, ("specimen", "documents.0.issuing_state")),
        (FIELDS | {"nationality": "QQQ"}, ("unknown_nationality", "documents.0.nationality")),
        (FIELDS | {"issuing_state": None}, ("number_unreadable", "documents.0.number")),
        (FIELDS | {"number": "--"}, ("number_unreadable", "documents.0.number")),
        (
            FIELDS | {"chip": {"active_authentication": "failed"}},
            ("chip_failed", "documents.0.chip.active_authentication"),
        ),
    ],
)
def test_each_oddity_is_named(document: object, expected: tuple[str, str]) -> None:
    assert expected in found(document)


@pytest.mark.parametrize(
    "document",
    [
        {"mrz": zone(expiry_date=PartialDate(2026, 11, 23))},
        FIELDS | {"expiry_date": "2026"},
        FIELDS | {"expiry_date": "2026-11"},
    ],
)
def test_a_document_is_good_until_the_end_of_its_last_day(document: object) -> None:
    assert ("expired", "documents.0.expiry_date") not in found(document)


@pytest.mark.parametrize(
    ("field", "printed"),
    [
        ("number", "AA6184204"),
        ("issuing_state", "NOR"),
        ("surname", "Lindkvist"),
        ("given_names", "Else"),
        ("nationality", "NOR"),
        ("sex", "M"),
        ("date_of_birth", "1991-06-03"),
        ("expiry_date", "2033-05-21"),
    ],
)
def test_the_printed_zone_may_not_contradict_the_mrz(field: str, printed: str) -> None:
    assert ("mismatch", f"documents.0.{field}") in found({"mrz": zone(), "printed": {field: printed}})


@pytest.mark.parametrize(
    ("field", "printed"),
    [
        ("number", "aa 618-4203"),
        ("issuing_state", "se"),
        ("surname", "Lindqvist"),
        ("given_names", "Elsa Margareta"),
        ("sex", "X"),
        ("date_of_birth", "1991-06"),
        ("expiry_date", "2033"),
    ],
)
def test_what_is_only_written_otherwise_is_no_mismatch(field: str, printed: str) -> None:
    assert found({"mrz": zone(), "printed": {field: printed}}) == set()


def test_a_name_in_another_legal_transliteration_is_no_mismatch() -> None:
    assert found({"mrz": zone(surname="MUELLER"), "printed": {"surname": "Müller"}}) == set()


def test_a_truncated_name_is_a_remark_and_calls_nobody() -> None:
    submission = Submission.model_validate({"documents": [{"mrz": zone(surname="L" * 60)}]})
    [finding] = reading.read(submission, today=TODAY).findings
    assert (finding.code, finding.severity) == (FindingCode.TRUNCATED_NAME, Severity.INFO)


def test_what_the_mrz_kernel_can_find_has_a_word_in_the_contract() -> None:
    assert {code.value for code in mrz.FindingCode} <= {code.value for code in FindingCode}


def test_pages_that_say_nothing_contradict_nothing() -> None:
    assert list(compare("documents.0", [Page("the MRZ", number="A"), Page("the chip")])) == []


def test_the_same_oddity_is_named_once_although_two_parts_show_it() -> None:
    document = {"mrz": SPECIMEN_MRZ, "printed": {"expiry_date": "2012-04-15"}}
    submission = Submission.model_validate({"documents": [document]})
    fields = [f.field for f in reading.read(submission, today=TODAY).findings if f.code is FindingCode.EXPIRED]
    assert fields == ["documents.0.expiry_date"]


@pytest.mark.parametrize(("number", "expected"), [("8803200016", False), ("8803200017", True)])
def test_a_personal_number_is_compared_with_the_rule_of_its_state(number: str, expected: bool) -> None:
    named = ("personal_number_check_failed", "documents.0.personal_number")
    assert (named in found(FIELDS | {"personal_number": number})) is expected
    assert named not in found(FIELDS | {"issuing_state": "UTO", "personal_number": number})
