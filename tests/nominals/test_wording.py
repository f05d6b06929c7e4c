"""What officers read, for every colour."""

import pytest

from screening.nominals.kinds import NEVER_A_TRAVELLER, Colour, Kind, fits
from screening.nominals.wording import ActionCode, action_for


def text_of(colour: Colour, kind: Kind = Kind.NOTICE) -> str:
    action = action_for(colour, kind)
    assert action is not None
    return action.text


TABLE: dict[Colour, tuple[ActionCode, str] | None] = {
    Colour.RED: (
        ActionCode.CHECK_PROVISIONAL_ARREST,
        "Request for provisional arrest: check national law and call your bureau.",
    ),
    Colour.BLUE: (ActionCode.LOCATE_AND_COLLECT, "Locate and collect:"),
    Colour.GREEN: (ActionCode.WARN, "Warning:"),
    Colour.YELLOW: (ActionCode.PROTECT, "Protect:"),
    Colour.ORANGE: (ActionCode.GUARD_AGAINST_THREAT, "Threat:"),
    Colour.UN: (ActionCode.CHECK_TRAVEL_BAN, "Travel ban check:"),
    Colour.BLACK: None,
    Colour.PURPLE: None,
    Colour.SILVER: None,
}


@pytest.mark.parametrize("colour", Colour)
@pytest.mark.parametrize("kind", Kind)
def test_every_colour_and_kind_has_its_words(colour: Colour, kind: Kind) -> None:
    expected, action = TABLE[colour], action_for(colour, kind)
    assert (action is None) == (expected is None) == (colour in NEVER_A_TRAVELLER)
    if action is not None and expected is not None:
        assert action.code is expected[0]
        assert action.text.startswith(expected[1])


@pytest.mark.parametrize("colour", sorted(set(Colour) - {Colour.RED} - NEVER_A_TRAVELLER))
def test_only_a_red_notice_speaks_of_arrest(colour: Colour) -> None:
    assert "arrest" not in text_of(colour).lower()


def test_no_text_tells_an_officer_to_arrest() -> None:
    text = text_of(Colour.RED).lower()
    assert text.count("arrest") == 1
    assert "request for provisional arrest" in text
    assert "national law" in text


def test_a_missing_person_is_never_spoken_of_as_wanted() -> None:
    text = text_of(Colour.YELLOW).lower()
    assert not any(word in text for word in ("wanted", "suspect", "arrest", "hold"))


def test_a_diffusion_reminds_that_it_may_not_be_published() -> None:
    assert "diffusion" in text_of(Colour.RED, Kind.DIFFUSION)
    assert "diffusion" not in text_of(Colour.RED)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("colour", Colour)
def test_only_un_special_notices_have_the_un_colour(kind: Kind, colour: Colour) -> None:
    assert fits(kind, colour) == ((kind is Kind.UN_SPECIAL) == (colour is Colour.UN))
