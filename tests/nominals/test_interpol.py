"""Reading INTERPOL's public notices in every shape that they come in."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.journal.formats import Item, Reject
from screening.nominals import interpol
from screening.nominals.kinds import Colour, Kind
from screening.nominals.schemas import NoticeIn

DETAIL: dict[str, Any] = {
    "entity_id": "1900/27493",
    "name": "VOORBEELD",
    "forename": "JAN PIET",
    "date_of_birth": "1974/08/12",
    "place_of_birth": "Zenith",
    "country_of_birth_id": "SE",
    "nationalities": ["SE", "DE"],
    "sex_id": "M",
    "height": 1.8,
    "weight": 0,
    "hairs_id": ["BLA"],
    "eyes_colors_id": None,
    "languages_spoken_ids": ["SWE"],
    "distinguishing_marks": "Tattoo\non the left arm",
    "arrest_warrants": [{"issuing_country_id": "NL", "charge": "Bedrog", "charge_translation": "Fraud"}],
    "_links": {"self": {"href": "https://example.org/notices/v1/red/1900-27493"}},
}


def detail(**fields: Any) -> dict[str, Any]:
    return DETAIL | fields


def linked(path: str, **fields: Any) -> dict[str, Any]:
    return detail(_links={"self": {"href": f"https://example.org/notices/v1/{path}/1900-27493"}}, **fields)


def read(content: bytes | str, colour: Colour | None = None) -> list[Item[NoticeIn] | Reject]:
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return list(interpol.reader(colour)(stream))


def notices(content: str, colour: Colour | None = None) -> list[NoticeIn]:
    found = read(content, colour)
    assert [each.reason for each in found if isinstance(each, Reject)] == []
    return [each.content for each in found if isinstance(each, Item)]


def references(content: str) -> list[str]:
    return [notice.reference for notice in notices(content)]


def test_a_detail_becomes_a_notice() -> None:
    (notice,) = notices(json.dumps(DETAIL))
    assert notice.model_dump(mode="json", exclude_defaults=True) == {
        "kind": "notice",
        "colour": "red",
        "reference": "1900/27493",
        "subject": {
            "names": [{"surname": "VOORBEELD", "given_names": "JAN PIET"}],
            "dates_of_birth": ["1974-08-12"],
            "sex": "M",
            "nationalities": ["SWE", "DEU"],
            "places_of_birth": [{"name": "Zenith", "country": "SWE"}],
            "languages": ["swe"],
            "distinguishing_marks": "Tattoo on the left arm",
        },
        "offences": [{"text": "Bedrog / Fraud", "warrant_issued_by": "NLD"}],
    }


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(DETAIL),
        json.dumps(DETAIL, indent=2),
        "\ufeff\n  " + json.dumps(DETAIL),
        json.dumps([DETAIL]),
        json.dumps([DETAIL], indent=2),
        json.dumps({"total": 1, "query": {}, "_embedded": {"notices": [DETAIL]}, "_links": {}}),
        json.dumps({"total": 1, "query": {}, "_embedded": {"notices": [DETAIL]}, "_links": {}}, indent=2),
        json.dumps(DETAIL) + "\n\n",
    ],
)
def test_one_notice_in_every_shape(content: str) -> None:
    assert references(content) == ["1900/27493"]


@pytest.mark.parametrize("size", [0, 1, 500])
def test_many_notices_in_every_shape(size: int) -> None:
    many = [detail(entity_id=f"1900/{number}") for number in range(size)]
    expected = [each["entity_id"] for each in many]
    pages = [{"_embedded": {"notices": many[:100]}}, {"_embedded": {"notices": many[100:]}}]
    assert references("\n".join(map(json.dumps, many))) == expected
    assert references(json.dumps(many)) == expected
    assert references(json.dumps(many, indent=1)) == expected
    assert references("\n".join(map(json.dumps, pages))) == expected
    assert references(json.dumps(pages)) == expected


@pytest.mark.parametrize(
    ("sent", "colour", "kind"),
    [
        (linked("red"), Colour.RED, Kind.NOTICE),
        (linked("yellow"), Colour.YELLOW, Kind.NOTICE),
        (linked("un/persons"), Colour.UN, Kind.UN_SPECIAL),
        (linked("un"), Colour.UN, Kind.UN_SPECIAL),
    ],
)
def test_the_colour_comes_from_the_address(sent: dict[str, Any], colour: Colour, kind: Kind) -> None:
    for assumed in (None, Colour.RED):
        (notice,) = notices(json.dumps(sent), assumed)
        assert (notice.colour, notice.kind) == (colour, kind)


def test_without_an_address_the_format_says_the_colour() -> None:
    (notice,) = notices(json.dumps(detail(_links=None)), Colour.YELLOW)
    assert notice.colour is Colour.YELLOW
    (refused,) = read(json.dumps(detail(_links=None)))
    assert isinstance(refused, Reject)
    assert "notices.interpol_red" in refused.reason


def test_an_entity_is_no_traveller() -> None:
    assert notices(json.dumps([linked("un/entities"), linked("un/persons")]))[0].colour is Colour.UN


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1974/08/12", ["1974-08-12"]),
        ("1974/08", ["1974-08"]),
        ("1974", ["1974"]),
        ("1974/00/00", ["1974"]),
        ("1974/00/12", ["1974"]),
        ("1974/8/2", ["1974-08-02"]),
        ("1974/02/30", ["1974-02"]),
        ("1974/13/01", ["1974"]),
        ("1974-08-12", ["1974-08-12"]),
        ("", []),
        ("unknown", []),
        ("0000", []),
        (None, []),
        (1974, []),
    ],
)
def test_birth_dates_may_be_partial_or_missing(written: object, expected: list[str]) -> None:
    (notice,) = notices(json.dumps(detail(date_of_birth=written)))
    assert notice.subject is not None
    assert notice.subject.dates_of_birth == expected


def test_what_is_often_null_may_be_null_or_missing() -> None:
    sparse = dict.fromkeys(DETAIL) | {key: DETAIL[key] for key in ("entity_id", "name", "_links")}
    bare = {key: DETAIL[key] for key in ("entity_id", "name", "_links")}
    first, second = notices(json.dumps([sparse, bare]))
    assert first == second
    assert first.subject is not None
    assert first.subject.nationalities == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (json.dumps(detail(entity_id=None)), "reference"),
        (json.dumps(detail(name=None, forename=None)), "a surname, given names or a full name"),
        (json.dumps(detail(sex_id="?")), "sex"),
        (json.dumps(DETAIL)[:-5], "is not JSON"),
        ('"text"', "is not a JSON object"),
        ("[1]", "is not a JSON object"),
        ("[{]", "damaged"),
        ("[" + json.dumps(DETAIL)[:-5], "damaged"),
        ("[" * 100_000, "damaged"),
        ('{"a":' * 100_000, "is not JSON"),
        ("{" + '"a": 1, ' * 600_000, "is longer than"),
    ],
)
def test_damage_is_a_reject_with_words_and_without_names(content: str, reason: str) -> None:
    *_, last = read(content)
    assert isinstance(last, Reject)
    assert reason in last.reason
    assert "VOORBEELD" not in last.reason


def test_a_damaged_line_spoils_itself_alone() -> None:
    good = json.dumps(DETAIL).encode()
    found = read(good + b"\n{broken\n" + b"\xff\xfe\n" + good)
    assert [(each.line, isinstance(each, Item)) for each in found] == [(1, True), (2, False), (3, False), (4, True)]


@pytest.mark.parametrize("content", [b"[\xff", b"[" + json.dumps(DETAIL).encode() + b",\xff]"])
def test_an_array_that_is_no_text_is_a_reject(content: bytes) -> None:
    *_, last = read(content)
    assert isinstance(last, Reject)
    assert "damaged" in last.reason


def test_an_array_cut_off_keeps_what_came_before() -> None:
    found = read(json.dumps([DETAIL, DETAIL, DETAIL])[:-30])
    assert [isinstance(each, Item) for each in found] == [True, True, False]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(content: bytes) -> None:
    for each in read(content, Colour.RED):
        assert each.line >= 1


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(DETAIL)), inner, max_size=9),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from([*DETAIL, "_embedded"]), JSON))
def test_any_json_in_any_field_is_read_without_an_error(content: dict[str, Any]) -> None:
    for each in read(json.dumps(DETAIL | content), Colour.RED):
        assert each.line == 1
