"""The subject of a notice as names are matched, and as documents are looked up."""

from uuid import UUID

import pytest

from screening.dates import PartialDate, YearRange
from screening.identifiers.iso_3166 import COUNTRIES
from screening.matching import ListedName, NameKind, Nominal, Sex
from screening.nominals import countries, subjects
from screening.nominals.schemas import Subject
from screening.nominals.subjects import DocumentKey

ID = UUID("0199d2c4-5a70-7cc1-a1de-3a7f4f8d2f11")


def test_a_subject_becomes_a_nominal() -> None:
    subject = Subject.model_validate(
        {
            "names": [
                {"surname": "VOORBEELD", "given_names": "JAN"},
                {"kind": "low_quality_alias", "full_name": "De Vos"},
            ],
            "dates_of_birth": ["1980-02~", "1975/1980"],
            "sex": "X",
            "nationalities": ["CSK", "GBD"],
            "places_of_birth": [{"name": "Zenith", "country": "SWE"}, {"country": "SWE"}],
        }
    )
    assert subjects.read_nominal(ID, subject.model_dump_json()) == Nominal(
        id=str(ID),
        names=(
            ListedName(surname="VOORBEELD", given_names="JAN"),
            ListedName(full_name="De Vos", kind=NameKind.LOW_QUALITY_ALIAS),
        ),
        birth_dates=(PartialDate(1980, 2, approximate=True), YearRange(1975, 1980)),
        nationalities=frozenset({"CSK", "CZE", "SVK", "GBD", "GBR"}),
        sex=Sex.UNSPECIFIED,
        places_of_birth=("Zenith", "Sweden"),
    )


def test_documents_are_cleaned_and_told_once() -> None:
    subject = Subject.model_validate(
        {
            "names": [{"full_name": "Jan"}],
            "documents": [
                {"number": "ab-12 345<", "type": "DIP", "issuing_state": "D"},
                {"number": "AB12345", "type": "DIP", "issuing_state": "DEU"},
                {"number": "AB12345"},
                {"number": "AB12345", "type": "QQQ"},
            ],
        }
    )
    assert subjects.documents(subject) == [
        DocumentKey("AB12345", "DIP", "passport", "DEU"),
        DocumentKey("AB12345", None, None, None),
        DocumentKey("AB12345", "QQQ", None, None),
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Iran (Islamic Republic of)", "IRN"),
        ("Democratic People's Republic of Korea", "PRK"),
        ("Democratic People\N{RIGHT SINGLE QUOTATION MARK}s Republic of Korea", "PRK"),
        ("TÜRKIYE", "TUR"),
        ("turkey", "TUR"),
        (" State of  Palestine ", "PSE"),
        ("Congo", "COG"),
        ("former Soviet Union", "SUN"),
        ("Côte d'Ivoire", "CIV"),
        ("Cote d\N{RIGHT SINGLE QUOTATION MARK}Ivoire", "CIV"),
        ("na", None),
        ("", None),
        ("Atlantis", None),
    ],
)
def test_names_of_countries_become_codes(name: str, code: str | None) -> None:
    assert countries.code_of(name) == code


def test_every_short_name_has_its_code() -> None:
    assert {code: countries.code_of(name) for code, (_, name) in COUNTRIES.items()} == {
        code: code for code in COUNTRIES
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Libyan passport No.", "LBY"),
        ("South Sudan", "SSD"),
        ("issued in the Democratic Republic of the Congo", "COD"),
        ("Nigeria", "NGA"),
        ("an omanite", None),
        ("", None),
    ],
)
def test_a_text_mentions_a_country(text: str, code: str | None) -> None:
    assert countries.mentioned(text) == code
    assert countries.leading(f"from {text}") is None
