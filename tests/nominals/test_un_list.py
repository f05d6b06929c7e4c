"""Reading the Consolidated List of the UN Security Council: made-up persons in its form, and the list itself."""

import io
from pathlib import Path

import pytest

from screening.identifiers.crime_areas import CrimeArea
from screening.journal.formats import Item, Reject, UnreadableError
from screening.matching.model import NameKind
from screening.nominals import un_documents, un_list, un_names
from screening.nominals.kinds import Colour, Kind
from screening.nominals.schemas import NoticeIn, Subject

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "un_consolidated.xml"

PERSON = """
<INDIVIDUAL>
  <DATAID>1</DATAID><VERSIONNUM>1</VERSIONNUM>
  <FIRST_NAME>TESTER</FIRST_NAME><SECOND_NAME>OF
     ZENITH</SECOND_NAME><THIRD_NAME>MARK</THIRD_NAME><FOURTH_NAME>THREE</FOURTH_NAME>
  <UN_LIST_TYPE>Al-Qaida</UN_LIST_TYPE><REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER>
  <LISTED_ON>2012-12-31</LISTED_ON>
  <NAME_ORIGINAL_SCRIPT>Тестер Зенит</NAME_ORIGINAL_SCRIPT>
  <COMMENTS1>Gender: Female. A made-up person. INTERPOL-UN Security Council Special Notice web
    link:https://example.org/notice</COMMENTS1>
  <NATIONALITY><VALUE>Iran (Islamic Republic of)</VALUE>
    <VALUE>na</VALUE><VALUE>former Soviet Union</VALUE></NATIONALITY>
  <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Testa; Testo</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>The Vole</ALIAS_NAME><DATE_OF_BIRTH>1970-02-03</DATE_OF_BIRTH>
    <NOTE>original script: Полёвка</NOTE></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1970-02-01</DATE></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1969</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1965</FROM_YEAR><TO_YEAR>1970</TO_YEAR>
  </INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_PLACE_OF_BIRTH><CITY>Zenith</CITY><COUNTRY>Türkiye</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>
  <INDIVIDUAL_PLACE_OF_BIRTH><COUNTRY/></INDIVIDUAL_PLACE_OF_BIRTH>
  <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>Libyan passport No. 000111</NUMBER>
  </INDIVIDUAL_DOCUMENT>
  <INDIVIDUAL_DOCUMENT/>
  <SORT_KEY/><SORT_KEY_LAST_MOD/>
</INDIVIDUAL>
"""
NAMELESS = "<INDIVIDUAL><REFERENCE_NUMBER>XXi.002</REFERENCE_NUMBER><FIRST_NAME/></INDIVIDUAL>"
ENTITY = "<ENTITY><FIRST_NAME>A COMPANY</FIRST_NAME><REFERENCE_NUMBER>XXe.001</REFERENCE_NUMBER></ENTITY>"


def listed(individuals: str, entities: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST>'
        f"<INDIVIDUALS>{individuals}</INDIVIDUALS><ENTITIES>{entities}</ENTITIES></CONSOLIDATED_LIST>"
    ).encode()


def read(content: bytes) -> list[Item[NoticeIn] | Reject]:
    return list(un_list.read(io.BytesIO(content)))


def notices(content: bytes) -> list[NoticeIn]:
    return [each.content for each in read(content) if isinstance(each, Item)]


def subject_of(notice: NoticeIn) -> Subject:
    assert notice.subject is not None
    return notice.subject


def test_an_individual_becomes_a_special_notice() -> None:
    (notice,) = notices(listed(PERSON))
    assert (notice.kind, notice.colour, notice.reference) == (Kind.UN_SPECIAL, Colour.UN, "XXi.001")
    assert notice.valid_from is not None
    assert notice.valid_from.isoformat() == "2012-12-31T00:00:00+00:00"
    assert notice.valid_until is None
    assert notice.crime_areas == [CrimeArea.TERRORISM]
    assert notice.remarks == "Gender: Female. A made-up person"


def test_its_subject_keeps_every_name_date_and_document() -> None:
    (notice,) = notices(listed(PERSON))
    subject = subject_of(notice)
    assert [(str(name.kind), name.full_name) for name in subject.names] == [
        ("primary", "TESTER OF ZENITH MARK THREE"),
        ("original_script", "Тестер Зенит"),
        ("alias", "Testa"),
        ("alias", "Testo"),
        ("low_quality_alias", "The Vole"),
        ("low_quality_alias", "Полёвка"),
    ]
    assert subject.dates_of_birth == ["1970-02-01", "1969~", "1965/1970", "1970-02-03"]
    assert subject.sex == "F"
    assert subject.nationalities == ["IRN", "SUN"]
    assert [place.model_dump() for place in subject.places_of_birth] == [{"name": "Zenith", "country": "TUR"}]
    assert [document.model_dump() for document in subject.documents] == [
        {"number": "000111", "type": "PAS", "issuing_state": "LBY"}
    ]


def test_entities_are_passed_over_and_are_no_rejects() -> None:
    assert len(read(listed(PERSON, ENTITY * 3))) == 1


def test_a_person_without_a_name_is_rejected_alone() -> None:
    first, second = read(listed(NAMELESS + PERSON))
    assert isinstance(first, Reject)
    assert isinstance(second, Item)
    assert (first.line, second.line) == (1, 2)
    assert "full_name" in first.reason


def test_a_delisted_person_ends_with_the_delisting() -> None:
    (notice,) = notices(listed(PERSON.replace("<SORT_KEY/>", "<DELISTED_ON>2020-05-06</DELISTED_ON>")))
    assert notice.valid_until is not None
    assert notice.valid_until.isoformat() == "2020-05-06T00:00:00+00:00"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        listed("")[:60],
        b'{"kind": "notice"}',
        b"<html></html>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>',
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b"\xff\xfe\x00",
    ],
)
def test_what_is_not_the_list_is_refused_whole(content: bytes) -> None:
    with pytest.raises(UnreadableError, match="not the Consolidated List"):
        read(content)


def test_a_cut_file_gives_what_stands_before_the_cut_and_says_so() -> None:
    *before, last = read(listed(PERSON * 3)[:-300])
    assert all(isinstance(each, Item) for each in before)
    assert isinstance(last, Reject)
    assert "the rest of the file is lost" in last.reason


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1971</YEAR>", ["1971"]),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1964-01-01</DATE>", ["1964-01-01"]),
        ("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><DATE>1964-01-01</DATE>", ["1964-01-01~"]),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>Nov. 1973 </NOTE>", ["1973-11"]),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>August 1961</NOTE>", ["1961-08"]),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1958</YEAR><NOTE>Sep.</NOTE>", ["1958-09"]),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>Between Aug. and Sep. 1977</NOTE>", ["1977"]),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>01/01/1400 (Hijri Calendar)</NOTE>", ["1979/1980"]),
        ("<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1966</FROM_YEAR><TO_YEAR>1966</TO_YEAR>", ["1966"]),
        ("<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1966</FROM_YEAR><TO_YEAR/>", ["1966"]),
        ("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><NOTE>30-35 years old</NOTE>", []),
        ("<TYPE_OF_DATE/>", []),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1964-13-01</DATE>", []),
    ],
)
def test_birth_dates_in_all_the_ways_of_the_list(fields: str, expected: list[str]) -> None:
    date = f"<INDIVIDUAL_DATE_OF_BIRTH>{fields}</INDIVIDUAL_DATE_OF_BIRTH>"
    person = f"<INDIVIDUAL><FIRST_NAME>X Y</FIRST_NAME><REFERENCE_NUMBER>XXi.3</REFERENCE_NUMBER>{date}</INDIVIDUAL>"
    (notice,) = notices(listed(person))
    assert subject_of(notice).dates_of_birth == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jan Voorbeeld", ["Jan Voorbeeld"]),
        ("Jan  \n  Voorbeeld", ["Jan Voorbeeld"]),
        ("Jan; Johan; Jean", ["Jan", "Johan", "Jean"]),
        ("Jan Voorbeeld b) Johan Voorbeeld", ["Jan Voorbeeld", "Johan Voorbeeld"]),
        ("Jan Voorbeeld (birth name)", ["Jan Voorbeeld"]),
        ("(Sheikh) Jan Voorbeeld", ["Jan Voorbeeld"]),
        ("Jan Voorbeeld, born 1 Jan. 1953 (passport no. 00001, expiry 2024.)", ["Jan Voorbeeld"]),
        ("Jan Voorbeeld son of Piet (جان)", ["Jan Voorbeeld", "*جان"]),
        ("Ян (original script: Ян Пример)", ["*Ян", "*Ян Пример"]),
        ("جان (Jan; Johan)", ["*جان", "Jan", "Johan"]),
        ("جان (Jan Voorbeeld)", ["*جان", "Jan Voorbeeld"]),
        ('"VOORBEELD, Jan"', ["VOORBEELD, Jan"]),
        (") Jan Voorbeeld", ["Jan Voorbeeld"]),
        ("(", []),
        ("123", []),
        ("", []),
    ],
)
def test_names_come_out_of_the_remarks_around_them(text: str, expected: list[str]) -> None:
    found = un_names.names_of(text, NameKind.ALIAS)
    assert ["*" * (name.kind is NameKind.ORIGINAL_SCRIPT) + (name.full_name or "") for name in found] == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("previously listed as", []),
        ("original script: Ян Пример", ["Ян Пример"]),
        ("Previously listed as. In Arabic: جان", ["جان"]),
        ("Jan Voorbeeld; Johan Voorbeeld", ["Jan Voorbeeld", "Johan Voorbeeld"]),
        ("(Jan; Johan) prominently known by this", ["Jan", "Johan"]),
        ("Passport number: X0515260; DOB: 1948; POB: Zenith", []),
        ("born in 1973 in Zenith", []),
    ],
)
def test_notes_give_further_spellings_only(note: str, expected: list[str]) -> None:
    assert [name.full_name for name in un_names.names_in_note(note, NameKind.ALIAS)] == expected


PASSPORT, NATIONAL = "Passport", "National Identification Number"


def document(kind: str, number: str = "", **others: str) -> dict[str, str]:
    return {"TYPE_OF_DOCUMENT": kind, "NUMBER": number} | {name.upper(): text for name, text in others.items()}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (document(PASSPORT, "XY000901", issuing_country="Sweden"), ("XY000901", "PAS", "SWE")),
        (document(PASSPORT, "XY 0000318"), ("XY 0000318", "PAS", None)),
        (document(PASSPORT, "CAR diplomatic passport no. D00000001"), ("D00000001", "DIP", "CAF")),
        (document(PASSPORT, "Libyan passport No. 000519"), ("000519", "PAS", "LBY")),
        (document(PASSPORT, "Libya B/000210"), ("B/000210", "PAS", "LBY")),
        (document(PASSPORT, "No11111/222"), ("11111/222", "PAS", None)),
        (document(PASSPORT, "111110042 (Expired 25 Jan. 2016)"), ("111110042", "PAS", None)),
        (document(PASSPORT, "A-1234567, issued on 3 May 2001"), ("A-1234567", "PAS", None)),
        (document(PASSPORT, "111162567 (US)"), ("111162567", "PAS", "USA")),
        (document(PASSPORT, "R00011198, South Sudan"), ("R00011198", "PAS", "SSD")),
        (document(PASSPORT, "Diplomatic Passport: Z11111794"), ("Z11111794", "DIP", None)),
        (document(PASSPORT, "Russian passport number 1108 No. 111627"), ("1108 111627", "PAS", "RUS")),
        (document(PASSPORT, "German travel document (“Reiseausweis”) A 0111143"), ("A 0111143", "TLP", "DEU")),
        (document(PASSPORT, "G11FYPRL"), ("G11FYPRL", "PAS", None)),
        (document("Numéro de passeport", "111120754"), ("111120754", "PAS", None)),
        (document(PASSPORT, note="Tunisian passport number L 111609 issued on 1 May 1996"), ("L 111609", "PAS", "TUN")),
        (document(NATIONAL, "M1100002111743", note="Personal number on passport"), ("M1100002111743", "NID", None)),
        (document(NATIONAL, note="01110002 issued on 1 May 1999"), ("01110002", "NID", None)),
        (
            document(NATIONAL, type_of_document2="Afghan national identification card (tazkira) number 111167"),
            ("111167", "IDC", None),
        ),
        (
            document(NATIONAL, "111-00651129-22", type_of_document2="identity card no.", country_of_issue="Chad"),
            ("111-00651129-22", "IDC", "TCD"),
        ),
        (document(NATIONAL, "A1111694", type_of_document2="national passport"), ("A1111694", "PAS", None)),
        (document(NATIONAL, "111124B", type_of_document2="Driver's Permit"), ("111124B", "DRV", None)),
        (document(PASSPORT, issuing_country="Egypt", note="issued in 1993, under another name"), None),
        (document(PASSPORT), None),
        ({}, None),
    ],
)
def test_documents_come_out_of_the_words_around_them(
    fields: dict[str, str], expected: tuple[str, str, str | None] | None
) -> None:
    found = un_documents.read(fields)
    assert (found and (found.number, found.type, found.issuing_state)) == expected


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published list is not here")
def test_the_published_list_reads_without_a_reject() -> None:
    with PUBLISHED.open("rb") as stream:
        found = list(un_list.read(stream))
    assert [each.reason for each in found if isinstance(each, Reject)] == []
    assert len({each.content.reference for each in found if isinstance(each, Item)}) == 730
