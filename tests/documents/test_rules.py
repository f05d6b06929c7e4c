from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.documents import ranges, rules
from screening.documents.records import Document
from screening.documents.vocabulary import Reason
from screening.journal.retention import Broken, RetentionReason

TODAY = date(2026, 3, 1)
PASSPORT = Document(number="L898902C3", type="PAS", issuing_state="UTO", reason=Reason.STOLEN, theft_country="UTO")
BLANKS = replace(PASSPORT, number="AB0100", number_last="AB0199", reason=Reason.STOLEN_BLANK)
BIG = {"number": "A0000000", "number_last": f"A{ranges.LARGEST:07d}"}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"number": "12345"},
        {"number": "A" * 25},
        {"theft_date": TODAY, "issue_date": TODAY},
        {"issue_date": date(2020, 1, 1), "expiry_date": date(2020, 1, 2)},
        {"expiry_date": date(2019, 1, 1)},
        {"reason": Reason.STOLEN_BLANK, "batch": "LOT 7"},
        {"reason": Reason.STOLEN_BLANK, "number": "A00000", "number_last": "A99999"},
    ],
)
def test_a_proper_document_breaks_no_rule(changed: dict[str, Any]) -> None:
    assert rules.broken(replace(PASSPORT, **changed), TODAY) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": "1234"}, "number"),
        ({"number": ""}, "number"),
        ({"number": "A" * 26}, "number"),
        ({"theft_date": TODAY + timedelta(1)}, "theft_date"),
        ({"issue_date": TODAY + timedelta(1)}, "issue_date"),
        ({"theft_date": date(2019, 12, 31), "issue_date": date(2020, 1, 1)}, "theft_date"),
        ({"issue_date": date(2020, 1, 1), "expiry_date": date(2020, 1, 1)}, "expiry_date"),
        ({"batch": "LOT 7"}, "batch"),
        ({"number_last": "L898902C9"}, "number_last"),
        ({"reason": Reason.STOLEN_BLANK, "number_last": "L898902C3"}, "number_last"),
        ({"reason": Reason.STOLEN_BLANK, "number_last": "L898902C2"}, "number_last"),
        ({"reason": Reason.STOLEN_BLANK, "number_last": "M898902C4"}, "number_last"),
        ({"reason": Reason.STOLEN_BLANK, **BIG}, "number_last"),
    ],
)
def test_each_rule_names_the_field_that_breaks_it(changed: dict[str, Any], field: str) -> None:
    assert [each.field for each in rules.broken(replace(PASSPORT, **changed), TODAY)] == [field]


@pytest.mark.parametrize(
    ("document_type", "reason", "years"),
    [
        ("PAS", Reason.STOLEN, 5),
        ("PAS", Reason.LOST, 5),
        ("IDC", Reason.REVOKED, 5),
        ("VSA", Reason.INVALID, 5),
        ("PAS", Reason.STOLEN_BLANK, 30),
        ("VRD", Reason.STOLEN, 10),
        ("SCC", Reason.LOST, 10),
        ("VRD", Reason.STOLEN_BLANK, 30),
    ],
)
def test_how_long_records_are_kept(document_type: str, reason: Reason, years: int) -> None:
    assert rules.latest_retention(document_type, reason, TODAY) == date(2026 + years, 3, 1)


def test_five_years_from_a_leap_day_end_the_day_before() -> None:
    assert rules.latest_retention("PAS", Reason.LOST, date(2028, 2, 29)) == date(2033, 2, 28)


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (TODAY, False),
        (TODAY + timedelta(1), True),
        (date(2031, 3, 1), True),
        (date(2031, 3, 2), False),
    ],
)
def test_retention_ends_in_the_future_and_within_its_period(wanted: date, fits: bool) -> None:
    assert (rules.broken_by_retention(PASSPORT, wanted, TODAY) == []) is fits


def test_another_end_of_retention_needs_its_reason() -> None:
    present, wanted = date(2028, 1, 1), date(2029, 1, 1)
    reason = RetentionReason.PURPOSE_NOT_ACHIEVED
    assert rules.broken_by_change_of_retention(PASSPORT, present, present, None, TODAY) == []
    assert rules.broken_by_change_of_retention(PASSPORT, present, wanted, reason, TODAY) == []
    assert rules.broken_by_change_of_retention(PASSPORT, present, wanted, None, TODAY) == [
        Broken("retention_reason", "says why retention_date differs: purpose_not_achieved")
    ]
    too_late = rules.broken_by_change_of_retention(PASSPORT, present, date(2040, 1, 1), reason, TODAY)
    assert [each.field for each in too_late] == ["retention_date"]


@given(
    st.sampled_from(["PAS", "VRD", "IDC"]),
    st.sampled_from(list(Reason)),
    st.dates(date(2000, 1, 1), date(2100, 12, 31)),
)
def test_the_default_retention_always_keeps_the_rule(document_type: str, reason: Reason, today: date) -> None:
    document = replace(PASSPORT, type=document_type, reason=reason)
    latest = rules.latest_retention(document_type, reason, today)
    assert rules.broken_by_retention(document, latest, today) == []
    assert rules.broken_by_retention(document, latest + timedelta(1), today) != []


@given(st.dates(), st.dates(), st.dates(), st.text(max_size=30))
def test_the_rules_judge_anything_without_failing(theft: date, issue: date, expiry: date, number: str) -> None:
    document = replace(BLANKS, number=number, theft_date=theft, issue_date=issue, expiry_date=expiry)
    assert all(each.message for each in rules.broken(document, TODAY))
