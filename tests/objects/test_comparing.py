"""What an object presented and a record come to, told case by case."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.objects import comparing, presenting, ship_names, traits
from screening.objects.comparing import Judged
from screening.objects.presenting import Ask, Presented
from screening.objects.vocabulary import Agreement, Comparison, ObjectKind

EXACT, STRONG, POSSIBLE = Agreement.EXACT, Agreement.STRONG, Agreement.POSSIBLE

CAR = {
    "vin": "WVWZZZ1JZ3W386752",
    "plate": "AB123CD",
    "plate_country": "UTO",
    "engine_number": "AXR123456",
    "make": "Volkswagen",
    "model": "Golf",
    "colour": "blue",
    "year": 2003,
}
SHIP = {
    "imo": "9074729",
    "mmsi": "230123450",
    "name": "Ocean Star",
    "former_names": ["Northern Light"],
    "flag": "FIN",
    "former_flags": ["PAN"],
    "call_sign": "OJQM",
    "type": "cargo ship",
}
PISTOL = {"serial": "A123456", "make": "Pietro Beretta", "model": "92 FS", "calibre": "9 mm Parabellum"}


def asks_that_find(presented: Presented, recorded: traits.Traits) -> list[Ask]:
    """Ask the marks of one record as the database would."""
    marks = set(presenting.marks(presented.kind, recorded))
    return [
        ask
        for ask in presented.asks
        if any(mark == ask.mark and ask.lowest <= value <= ask.highest and like(value, ask) for mark, value in marks)
    ]


def like(value: str, ask: Ask) -> bool:
    if not ask.partial:
        return value == ask.pattern
    begin, *rest = ask.pattern.split("%", 1)
    fits = all(sign in (other, "_") for sign, other in zip(begin, value, strict=False))
    return fits and (len(value) >= len(begin) if rest else len(value) == len(begin))


def judge(kind: ObjectKind, sent: dict[str, Any], on_record: dict[str, Any]) -> Judged | None:
    presented, recorded = presenting.present(kind, 0, sent), traits.of(kind, on_record)
    asks = asks_that_find(presented, recorded)
    return comparing.judge(presented, asks, recorded) if asks else None


def agreement(kind: ObjectKind, sent: dict[str, Any], on_record: dict[str, Any]) -> Agreement | None:
    judged = judge(kind, sent, on_record)
    return judged.agreement if judged else None


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"vin": "wvwzzz1jz3w386752"}, EXACT),
        ({"vin": "WVWZZZ1JZ3W386725"}, None),
        ({"vin": "WVWZZZIJZ3W386752"}, STRONG),  # no VIN holds an I
        ({"vin": "WVWZZZ1JZ3W3867S2"}, POSSIBLE),
        ({"vin": "WVWZZZ1JZ3W3867S2", "make": "VW"}, POSSIBLE),
        ({"vin": "WVWZZZ1JZ3W336752"}, None),  # 3 for 8 in what the maker counts: another car
        ({"vin": "WVWZZZ1JZ3W336752", "colour": "dark blue"}, POSSIBLE),
        ({"vin": "WVWZZZ1JZ8W386752", "year": 2003}, None),
        ({"vin": "WWWZZZ1JZ3W386752"}, POSSIBLE),  # the maker is no count
        ({"vin": "WVWZZZ1JZ3W3867S2", "colour": "red"}, None),
        ({"vin": "WVWZZZ1JZ3W3867S2", "colour": "rouge"}, POSSIBLE),  # no colour that others can be told from
        ({"vin": "WVWZZZ1JZ3W386752", "make": "Renault", "colour": "red"}, EXACT),
        ({"plate": "\u0410\u0412 123 CD", "plate_country": "UTO"}, EXACT),
        ({"plate": "AB 123 CD"}, POSSIBLE),
        ({"plate": "AB 123 CD", "plate_country": "SWE"}, None),
        ({"plate": "AB 123 CD", "plate_country": "UTO", "vin": "1M8GDM9AXKP042788"}, STRONG),
        ({"plate": "A8 123 CD", "plate_country": "UTO"}, None),
        ({"plate": "A8 123 CD", "plate_country": "UTO", "model": "Golf"}, POSSIBLE),
        ({"plate": "A8 123 CD", "plate_country": "UTO", "model": "Golf", "colour": "red"}, None),
        ({"plate": "AB?23CD", "plate_country": "UTO"}, POSSIBLE),
        ({"plate": "AB12*"}, POSSIBLE),
        ({"plate": "??123CD"}, POSSIBLE),
        ({"plate": "AB?23CD", "plate_country": "SWE"}, None),
        ({"plate": "A?1?3?D"}, None),
        ({"plate": "A*"}, None),
        ({"engine_number": "AXR 123456"}, POSSIBLE),
        ({"engine_number": "AXR 123456", "make": "Volkswagen"}, STRONG),
        ({"engine_number": "AXR 123456", "make": "Renault"}, POSSIBLE),
        ({"make": "Volkswagen", "model": "Golf", "colour": "blue"}, None),
    ],
)
def test_a_vehicle_is_the_one_on_record_as_firmly_as_its_traits_say(
    sent: dict[str, Any], expected: Agreement | None
) -> None:
    assert agreement(ObjectKind.VEHICLE, sent, CAR) is expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"imo": "IMO 9074729"}, EXACT),
        ({"imo": "9O74729"}, STRONG),
        ({"imo": "9074724"}, POSSIBLE),  # fails its check digit; this is what mends it
        ({"imo": "7625811"}, None),
        ({"mmsi": "230123450"}, STRONG),
        ({"name": "OCEAN STAR"}, POSSIBLE),
        ({"name": "M/V Ocean Star", "flag": "FIN"}, STRONG),
        ({"name": "Northern Light", "flag": "PAN"}, STRONG),
        ({"name": "Ocean Star", "flag": "LBR"}, POSSIBLE),
        ({"name": "Ocean Stor", "flag": "FIN"}, POSSIBLE),
        ({"name": "Ocean Stor"}, None),
        ({"name": "Ocean Star", "flag": "FIN", "imo": "7625811"}, None),
        ({"name": "Ocean Star", "flag": "FIN", "imo": "7625812"}, STRONG),  # a wrong number refutes nothing
        ({"name": "Okean Star", "type": "Cargo Ship"}, POSSIBLE),
        ({"name": "Southern Cross", "flag": "FIN"}, None),
        ({"call_sign": "OJQM"}, POSSIBLE),
        ({"call_sign": "OJQM", "flag": "FIN"}, STRONG),
    ],
)
def test_a_vessel_is_the_one_on_record_as_firmly_as_its_traits_say(
    sent: dict[str, Any], expected: Agreement | None
) -> None:
    assert agreement(ObjectKind.VESSEL, sent, SHIP) is expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"serial": "A-123 456"}, POSSIBLE),
        ({"serial": "A123456", "make": "Beretta"}, EXACT),
        ({"serial": "A123456", "make": "Fabbrica d'Armi Pietro Beretta S.p.A."}, POSSIBLE),
        ({"serial": "A123456", "calibre": "9x19"}, STRONG),
        ({"serial": "A123456", "make": "Beretta", "calibre": "9 mm"}, EXACT),
        ({"serial": "A123456", "make": "Beretta", "calibre": ".45 ACP"}, STRONG),
        ({"serial": "A123456", "make": "Glock"}, POSSIBLE),
        ({"serial": "AI23456", "make": "Beretta"}, POSSIBLE),
        ({"serial": "AI23456"}, None),
        ({"serial": "B123456", "make": "Beretta"}, None),
    ],
)
def test_a_firearm_is_the_one_on_record_as_firmly_as_its_traits_say(
    sent: dict[str, Any], expected: Agreement | None
) -> None:
    assert agreement(ObjectKind.FIREARM, sent, PISTOL) is expected


def test_a_misread_names_the_character() -> None:
    judged = judge(ObjectKind.VEHICLE, {"vin": "WVWZZZ1JZ3W3867S2", "year": 2003}, CAR)
    assert judged is not None
    assert [(each.trait, each.comparison, each.text) for each in judged.compared] == [
        ("vin", Comparison.COMPATIBLE, "VIN is on record with 5 where S was read, character 16: possibly misread."),
        ("year", Comparison.AGREES, "Year agrees."),
    ]


def test_a_character_that_cannot_stand_is_named() -> None:
    judged = judge(ObjectKind.VEHICLE, {"vin": "WVWZZZIJZ3W386752"}, CAR)
    assert judged is not None
    assert judged.compared[0].text == "VIN agrees. I cannot stand there: read as 1, character 7."


def test_every_character_that_cannot_stand_is_named() -> None:
    judged = judge(ObjectKind.VESSEL, {"imo": "IMO 9O747Z9"}, SHIP)
    assert judged is not None
    assert judged.compared[0].text == (
        "IMO number agrees. O cannot stand there: read as 0, character 2. Z cannot stand there: read as 2, character 6."
    )


def test_what_a_plate_was_read_of_is_shown() -> None:
    judged = judge(ObjectKind.VEHICLE, {"plate": "??123-CD"}, CAR)
    assert judged is not None
    assert (judged.compared[0].presented, judged.compared[0].recorded) == ("??123CD", "AB123CD")


@pytest.mark.parametrize(
    ("kind", "sent", "unreadable"),
    [
        (ObjectKind.VEHICLE, {"vin": "?"}, ("vin",)),
        (ObjectKind.VEHICLE, {"plate": "A*"}, ("plate",)),
        (ObjectKind.VEHICLE, {"plate": "\u0416 123"}, ("plate",)),
        (ObjectKind.VEHICLE, CAR, ()),
        (ObjectKind.VESSEL, {"name": "\u041e\u043a\u0435\u0430\u043d", "flag": "RUS"}, ()),
        (ObjectKind.VESSEL, {"name": "-"}, ("name",)),
        (ObjectKind.FIREARM, {"serial": "...", "make": "Beretta"}, ("serial",)),
    ],
)
def test_what_cannot_be_asked_for_is_named(kind: ObjectKind, sent: dict[str, Any], unreadable: tuple[str, ...]) -> None:
    assert presenting.present(kind, 0, sent).unreadable == unreadable


FIELDS = {"vin", "plate", "plate_country", "engine_number", "make", "imo", "hin", "mmsi", "name", "flag", "serial"}
ANYTHING = st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=20))


@given(st.sampled_from(ObjectKind), ANYTHING, ANYTHING)
def test_anything_can_be_presented_and_compared(kind: ObjectKind, sent: dict[str, str], other: dict[str, str]) -> None:
    presented = presenting.present(kind, 0, sent)
    comparing.judge(presented, presented.asks, traits.of(kind, other))


@given(st.sampled_from(ObjectKind), ANYTHING)
def test_normal_forms_are_their_own(kind: ObjectKind, sent: dict[str, str]) -> None:
    known = traits.of(kind, sent)
    assert traits.of(kind, {name: list(values) for name, values in known.items()}) == known


@given(st.text())
def test_a_ship_has_one_normal_name(name: str) -> None:
    assert ship_names.normalise(ship_names.normalise(name)) == ship_names.normalise(name)


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("M.V. Ocean Star", "OCEANSTAR", True),
        ("\u041e\u043a\u0435\u0430\u043d", "Okean", True),
        ("Okean", "Ocean", True),
        ("Sea Star 7", "Sea Star 8", False),
        ("Northern Light", "Southern Light", False),
    ],
)
def test_ships_names_are_similar_across_spellings_and_not_across_numbers(one: str, other: str, similar: bool) -> None:
    first, second = ship_names.normalise(one), ship_names.normalise(other)
    meet = bool({*ship_names.keys(first)} & {*ship_names.keys(second)})
    assert (meet and ship_names.similarity(first, second) >= ship_names.SIMILAR) is similar
