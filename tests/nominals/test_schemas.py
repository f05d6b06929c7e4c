"""What a notice may hold."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from screening.identifiers.crime_areas import CrimeArea
from screening.journal.readers import reason_of
from screening.nominals import records
from screening.nominals.kinds import NEEDS_SUBJECT, Colour, areas_of
from screening.nominals.schemas import EXAMPLE, NoticeIn, Subject


def changed(**fields: Any) -> dict[str, Any]:
    return copy.deepcopy(EXAMPLE) | fields


def with_subject(**fields: Any) -> dict[str, Any]:
    return changed(subject=copy.deepcopy(EXAMPLE["subject"]) | fields)


def subject_with(**fields: Any) -> Subject:
    subject = NoticeIn.model_validate(with_subject(**fields)).subject
    assert subject is not None
    return subject


def test_the_example_is_a_notice() -> None:
    assert NoticeIn.model_validate(EXAMPLE).colour is Colour.RED


def test_what_is_stored_reads_back_the_same() -> None:
    notice = NoticeIn.model_validate(EXAMPLE)
    stored = records.body(notice)
    assert NoticeIn.model_validate(json.loads(json.dumps(stored))) == notice
    assert records.digest(NoticeIn.model_validate(stored)) == records.digest(notice)


def test_leaving_out_and_stating_a_default_is_the_same_content() -> None:
    shorter = {name: value for name, value in EXAMPLE.items() if name != "discreet"}
    assert records.digest(NoticeIn.model_validate(shorter)) == records.digest(NoticeIn.model_validate(EXAMPLE))


@pytest.mark.parametrize("written", ["1980", "1980-02", "1980-02-29", "1980~", "1980-02~", "1975/1980"])
def test_birth_dates_may_be_partial_about_and_between(written: str) -> None:
    assert subject_with(dates_of_birth=[written]).dates_of_birth == [written]


def test_codes_of_states_become_three_letters() -> None:
    assert subject_with(nationalities=["D", "se", "SUN"]).nationalities == ["DEU", "SWE", "SUN"]


def test_an_unknown_sex_is_none() -> None:
    assert subject_with(sex="U").sex is None


def test_instants_are_kept_in_utc() -> None:
    notice = NoticeIn.model_validate(changed(valid_from="2026-03-01T10:00:00+02:00"))
    assert notice.valid_from is not None
    assert notice.valid_from.isoformat() == "2026-03-01T08:00:00+00:00"


@pytest.mark.parametrize(
    ("notice", "where"),
    [
        (changed(kind="un_special"), "un_special notices have the colour un"),
        (changed(colour="un"), "un_special notices have the colour un"),
        (changed(colour="pink"), "colour"),
        (changed(reference="../../x"), "reference"),
        (changed(reference=""), "reference"),
        (changed(unheard="x"), "unheard"),
        (changed(purpose="a\x00b"), "purpose"),
        (changed(purpose="\ud800"), "purpose"),
        (changed(purpose="x" * 4001), "purpose"),
        (changed(crime_areas=["jaywalking"]), "crime_areas.0"),
        (changed(offences=[{"code": "p"}]), "offences.0.code"),
        (changed(valid_from="2026-03-01T10:00:00"), "valid_from"),
        (changed(valid_from="2026-03-01T10:00:00Z", valid_until="2026-03-01T10:00:00Z"), "valid_until lies behind"),
        (with_subject(names=[]), "subject.names"),
        (with_subject(names=[{"kind": "alias"}]), "a surname, given names or a full name"),
        (with_subject(names=[{"surname": "12345"}]), "at least one letter"),
        (with_subject(names=[{"surname": "A" * 201}]), "subject.names.0.surname"),
        (with_subject(dates_of_birth=["31.12.1980"]), "subject.dates_of_birth.0"),
        (with_subject(dates_of_birth=["1980-02-30"]), "subject.dates_of_birth.0"),
        (with_subject(nationalities=["QQQ"]), "subject.nationalities.0"),
        (with_subject(sex="male"), "subject.sex"),
        (with_subject(documents=[{"number": "--1-"}]), "subject.documents.0.number"),
        (with_subject(documents=[{"number": "1234567", "type": "passport"}]), "subject.documents.0.type"),
    ],
)
def test_what_does_not_fit_is_refused_without_repeating_it(notice: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError) as caught:
        NoticeIn.model_validate(notice)
    reason = reason_of(caught.value)
    assert where in reason
    assert "ERIKSSON" not in reason
    assert "31.12.1980" not in reason


@pytest.mark.parametrize("colour", Colour)
def test_colours_that_are_about_persons_need_one(colour: Colour) -> None:
    notice = changed(colour=colour, kind="un_special" if colour is Colour.UN else "notice", subject=None)
    if colour in NEEDS_SUBJECT:
        with pytest.raises(ValidationError, match="needs a subject"):
            NoticeIn.model_validate(notice)
    else:
        assert NoticeIn.model_validate(notice).subject is None


@pytest.mark.parametrize(
    ("code", "areas"),
    [
        ("ITA", (CrimeArea.TERRORISM,)),
        ("ITB1", (CrimeArea.TERRORISM, CrimeArea.CBRNE)),
        ("IIX", (CrimeArea.TRAFFICKING_IN_PERSONS, CrimeArea.MIGRANT_SMUGGLING)),
        ("PCT", (CrimeArea.TRAVEL_DOCUMENT_CRIME,)),
        ("PEC", (CrimeArea.CBRNE,)),
        ("PWF", (CrimeArea.FIREARMS,)),
        ("PD", (CrimeArea.DRUGS,)),
        ("IO", (CrimeArea.ORGANISED_CRIME,)),
        ("IK", (CrimeArea.KIDNAPPING,)),
        ("IM", (CrimeArea.MISSING_PERSONS,)),
        ("ZZ", ()),
        ("", ()),
    ],
)
def test_offence_codes_give_crime_areas(code: str, areas: tuple[CrimeArea, ...]) -> None:
    assert areas_of(code) == areas


def test_areas_are_those_stated_and_those_of_the_offences() -> None:
    notice = NoticeIn.model_validate(changed(crime_areas=["drugs"], offences=[{"code": "PCT"}, {"code": "PD"}]))
    assert records.areas(notice) == [CrimeArea.DRUGS, CrimeArea.TRAVEL_DOCUMENT_CRIME]


@given(st.text(max_size=30))
def test_any_reference_is_taken_or_refused(text: str) -> None:
    try:
        notice = NoticeIn.model_validate(changed(reference=text))
    except ValidationError:
        return
    assert records.digest(notice)
