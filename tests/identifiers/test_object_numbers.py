"""Published examples of identifiers of objects, what their standards promise, and an independent reading of them."""

from collections.abc import Callable
from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import imo as stdnum_imo
from stdnum import iso6346 as stdnum_iso6346

from screening.identifiers import aircraft, containers, firearms, letters, national_numbers, plates, ships, states, vin
from screening.identifiers.maritime_digits import MARITIME_DIGITS

ALPHANUMERIC = ascii_uppercase + digits
COUNTRIES = [*plates.SHAPES, None, "UTO", "nowhere"]

NORMALISERS: list[Callable[[str], str]] = [
    letters.latin,
    letters.clean,
    vin.clean,
    vin.normalise,
    ships.normalise_imo,
    ships.normalise_mmsi,
    ships.normalise_call_sign,
    ships.normalise_hull,
    containers.normalise,
    aircraft.normalise,
    firearms.normalise_serial,
    firearms.normalise_make,
    firearms.normalise_model,
    firearms.normalise_calibre,
    national_numbers.normalise,
]
WORDS = st.sampled_from(
    ["CAL", ".45", "9", "mm", "x", "19", "AUTO", "REMINGT", "ON", "H&K", "GMBH", "SA", " ", "-", "IMO"]
)
TEXTS = st.text() | st.text(ALPHANUMERIC + " -<.", max_size=20) | st.lists(WORDS, max_size=6).map("".join)


@pytest.mark.parametrize("normalise", NORMALISERS, ids=lambda each: f"{each.__module__}.{each.__name__}")
def test_every_text_has_one_normal_form(normalise: Callable[[str], str]) -> None:
    @given(TEXTS)
    def check(text: str) -> None:
        assert normalise(normalise(text)) == normalise(text)

    check()


@pytest.mark.parametrize(
    "judge",
    [vin.is_vin, vin.is_sound, vin.check_digit, ships.is_ship_number, ships.is_company_number, ships.flag_of_mmsi,
     ships.is_call_sign, ships.is_hull_number, containers.is_container, containers.check_digit, aircraft.state_of],
    ids=lambda each: f"{each.__module__}.{each.__name__}",
)  # fmt: skip
def test_any_text_is_judged(judge: Callable[[str], object]) -> None:
    @given(TEXTS)
    def check(text: str) -> None:
        judged = judge(text)
        assert judged in {None, True, False, *ALPHANUMERIC} or states.normalise(str(judged)) == judged

    check()


@given(TEXTS, st.sampled_from([*national_numbers.RULES, "UTO", ""]))
def test_any_text_is_judged_as_a_national_number(text: str, state: str) -> None:
    assert national_numbers.is_sound(text, state) in {True, False, None}


@given(TEXTS, st.sampled_from(COUNTRIES))
def test_every_plate_has_one_normal_form(text: str, country: str | None) -> None:
    plate = plates.normalise(text, country)
    assert plates.normalise(plate, country) == plate


@pytest.mark.parametrize(
    "look_alikes",
    [vin.look_alikes, ships.look_alike_imos, ships.look_alike_hulls, containers.look_alikes, firearms.look_alikes,
     plates.look_alikes, aircraft.look_alikes],
    ids=lambda each: f"{each.__module__}.{each.__name__}",
)  # fmt: skip
def test_a_look_alike_differs_in_the_one_character_that_it_names(look_alikes: Callable[[str], list[object]]) -> None:
    @given(st.text(ALPHANUMERIC, max_size=17) | st.text(ALPHANUMERIC.translate({73: None, 79: None}), min_size=17))
    def check(number: str) -> None:
        for alike in look_alikes(number):
            place = alike.position - 1  # type: ignore[attr-defined]
            assert number[place] == alike.read  # type: ignore[attr-defined]
            assert number[:place] + alike.meant + number[place + 1 :] == alike.number  # type: ignore[attr-defined]

    check()


@pytest.mark.parametrize("typed", ["\u0410123\u0412\u0421", "\u0391123\u0392C", "a 123-bc", "\uff21123BC"])
def test_letters_that_look_latin_are_read_as_latin(typed: str) -> None:
    assert letters.clean(typed) == "A123BC"


@pytest.mark.parametrize(
    ("number", "sound"),
    [
        ("11111111111111111", True),  # the best known example of 49 CFR 565.15
        ("1M8GDM9AXKP042788", True),
        ("1M8GDM9AXKP042789", False),
        ("5GZCZ43D13S812715", True),
        ("LJCPCBLCX11000237", True),
        ("WVWZZZ1JZ3W386752", True),  # Europe: the ninth character is a filler
        ("1M8GDM9AXKP04278", False),
        ("IM8GDM9AXKP042788", False),
        ("", False),
    ],
)
def test_a_vin_is_judged_by_the_rules_of_its_region(number: str, sound: bool) -> None:
    assert vin.is_sound(number) is sound


def test_a_vin_never_holds_i_o_or_q() -> None:
    assert vin.normalise("IM8GDM9A XKP O42788") == vin.normalise("1M8GDM9AXKPQ42788") == "1M8GDM9AXKP042788"


def test_the_check_digit_leaves_the_one_reading_that_mends_the_number() -> None:
    meant = "1M8GDM9AXKP042788"
    alike = vin.look_alikes(meant.replace("8GDM", "BGDM"))
    assert [(each.number, each.position, each.read, each.meant) for each in alike if each.number == meant] == [
        (meant, 3, "B", "8")
    ]
    assert all(vin.is_sound(each.number) for each in alike)


@pytest.mark.parametrize(
    ("typed", "country", "read"),
    [
        ("\u041e123\u0410\u0410 77", "RUS", "O123AA77"),
        ("0123AA77", "RUS", "O123AA77"),
        ("AB-123-C0", "FRA", "AB123CO"),
        ("ABC 12E", "SWE", "ABC12E"),
        ("ABC I23", "SWE", "ABC123"),
        ("B-MW 1234", "DEU", "BMW1234"),
        ("AB 12 0", None, "AB120"),
        ("?", "FRA", ""),
    ],
)
def test_a_plate_is_read_by_the_shape_of_its_country(typed: str, country: str | None, read: str) -> None:
    assert plates.normalise(typed, country) == read


@given(st.text(digits, min_size=6, max_size=6))
def test_ship_and_company_numbers_agree_with_an_independent_reading(six: str) -> None:
    sound = [six + last for last in digits if ships.is_ship_number(six + last)]
    assert sound == [six + last for last in digits if stdnum_imo.is_valid(six + last)]
    assert sum(ships.is_company_number(six + last) for last in digits) == 1


@pytest.mark.parametrize("number", ["9074729", "7625811", "9319466"])
def test_published_ship_numbers_have_their_check_digit(number: str) -> None:
    assert ships.is_ship_number(number)


def test_a_published_company_number_has_its_check_digit_and_is_no_ship() -> None:
    assert ships.is_company_number("2041999")
    assert not ships.is_ship_number("2041999")


def test_an_imo_number_is_read_as_digits() -> None:
    assert ships.normalise_imo(" imo 9O74729 ") == "9074729"
    assert "9074729" in {each.number for each in ships.look_alike_imos("9074724")}


@pytest.mark.parametrize(
    ("mmsi", "flag"),
    [("230123450", "FIN"), ("636012345", "LBR"), ("273000001", "RUS"), ("002301234", None), ("111232001", None),
     ("299000000", None), ("23012345", None), ("\u0662\u0663\u0660123450", None), ("", None)],
)  # fmt: skip
def test_an_mmsi_tells_the_flag_of_a_ship_and_of_nothing_else(mmsi: str, flag: str | None) -> None:
    assert ships.flag_of_mmsi(mmsi) == flag


def test_every_state_in_a_table_is_one() -> None:
    named = {*MARITIME_DIGITS.values(), *aircraft.MARKS.values(), *plates.SHAPES, *national_numbers.RULES}
    assert {state for state in named if states.normalise(state) != state} == set()
    assert {digits_ for digits_ in MARITIME_DIGITS if not 201 <= digits_ <= 775} == set()


@pytest.mark.parametrize(
    ("typed", "number", "sound"),
    [
        ("GB-ABC00042-A3-99", "GBABC00042A399", True),
        ("NL-HXAF6B30H908", "NLHXAF6B30H908", True),
        ("GB-ABCO0042-A3-99", "GBABC00042A399", True),
        ("ABC12345D404", "ABC12345D404", True),
        ("QQABC00042A399", "QQABC00042A399", False),
        ("GBABC00042Z399", "GBABC00042Z399", False),
    ],
)
def test_a_hull_number_has_the_form_of_its_standard(typed: str, number: str, sound: bool) -> None:
    assert (ships.normalise_hull(typed), ships.is_hull_number(number)) == (number, sound)


@pytest.mark.parametrize(("sign", "sound"), [("OJQM", True), ("9V7514", True), ("OJ", False), ("123456", False)])
def test_a_call_sign_has_a_form_that_a_ship_may_bear(sign: str, sound: bool) -> None:
    assert ships.is_call_sign(sign) is sound


@given(
    st.text(ascii_uppercase, min_size=3, max_size=3), st.sampled_from("UJZ"), st.text(digits, min_size=7, max_size=7)
)
def test_containers_agree_with_an_independent_reading(owner: str, category: str, number: str) -> None:
    container = owner + category + number
    assert containers.is_container(container) is stdnum_iso6346.is_valid(container)


def test_a_published_container_is_read_through_its_misreads() -> None:
    assert containers.normalise("C5QU-3O5438-3") == "CSQU3054383"
    assert containers.is_container("CSQU3054383")
    assert "CSQU3054383" in {each.number for each in containers.look_alikes("CSQU3054883")}


@pytest.mark.parametrize(
    ("registration", "state"),
    [("OHLVB", "FIN"), ("N747BA", "USA"), ("A9CBAH", "BHR"), ("A6EDA", "ARE"), ("ZSABC", "ZAF"), ("ZABC", "ALB"),
     ("Z", None), ("0ABC", None), ("", None)],
)  # fmt: skip
def test_an_aircraft_bears_the_mark_of_its_state(registration: str, state: str | None) -> None:
    assert aircraft.state_of(registration) == state


@pytest.mark.parametrize(
    ("one", "other"),
    [("9 mm Parabellum", "9x19"), ("9 mm Luger", "9X19mm"), (".45 ACP", "45 Auto"), ("7,62 x 39", "7.62\u00d739 mm"),
     (".308 Winchester", "7.62x51 NATO"), ("cal. .22 LR", "22 Long Rifle"), ("5.56x45mm NATO", ".223 Rem")],
)  # fmt: skip
def test_a_calibre_has_one_name(one: str, other: str) -> None:
    assert firearms.normalise_calibre(one) == firearms.normalise_calibre(other)


def test_a_bore_alone_may_be_any_cartridge_of_it() -> None:
    bore = firearms.normalise_calibre("9 mm")
    assert firearms.may_be_same_calibre(bore, "9X19")
    assert firearms.may_be_same_calibre("9X18", bore)
    assert not firearms.may_be_same_calibre("9X18", "9X19")


@pytest.mark.parametrize(("one", "other"), [("Fabbrica d'Armi Pietro Beretta", "x"), ("SIG Sauer", "sig-sauer GmbH")])
def test_a_maker_keeps_a_name(one: str, other: str) -> None:
    assert firearms.normalise_make(one)
    assert other == "x" or firearms.normalise_make(one) == firearms.normalise_make(other)
