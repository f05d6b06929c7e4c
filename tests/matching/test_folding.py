"""Words folded to what spellings share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.matching import folding, scripts
from screening.matching.folding import Token
from screening.matching.scripts import Word


def token(text: str) -> Token:
    return folding.token(scripts.readings(text)[0][0][0])


@pytest.mark.parametrize(
    "forms",
    [
        ("Müller", "MUELLER", "MUXXLLER", "MULLER"),
        ("Ñandú", "NANDU", "NXXANDU"),
        ("Åse", "AASE", "ASE"),
        ("Jäger", "JAEGER", "JAGER"),
        ("Öztürk", "OEZTUERK", "OZTURK", "OZTUXXRK"),
        ("Straße", "STRASSE"),
        ("Sørensen", "SOERENSEN"),
    ],
)
def test_all_legal_icao_forms_of_a_word_have_one_key(forms: tuple[str, ...]) -> None:
    assert len({token(form).key for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SHCHERBAK", "SCHERBAK"),
        ("CHAIKOVSKY", "CHAYKOVSKII"),
        ("YULIYA", "IULIIA"),
        ("KOWALSKI", "KOVALSKY"),
        ("NOOR", "NOUR"),
        ("MEIER", "MAYER"),
        ("PHILIPPA", "FILIPA"),
        ("YELTSIN", "ELTSIN"),
        ("FATIMAH", "FATIMA"),
        ("QASIM", "KASSEEM"),
    ],
)
def test_spellings_of_one_sound_have_one_fine_form(one: str, other: str) -> None:
    assert token(one).fine == token(other).fine


@pytest.mark.parametrize(
    ("latin", "original"),
    [
        ("MAHMOUD", "محمود"),
        ("WALID", "وليد"),
        ("OUALID", "وليد"),
        ("IBRAHIM", "إبراهيم"),
        ("YOUSSEF", "يوسف"),
        ("REZA", "رضا"),
        ("OSMAN", "عثمان"),
        ("PARVEEN", "پروین"),
        ("LEVI", "לוי"),
        ("DAVID", "דוד"),
    ],
)
def test_a_latin_word_and_its_original_without_vowels_have_one_skeleton(latin: str, original: str) -> None:
    assert token(latin).skeleton == token(original).skeleton


def test_an_article_written_as_part_of_the_word_is_known_inside_it() -> None:
    assert token("ALAZZAWI").inner == token("AZZAWI").skeleton
    assert token("ESSAADI").inner == token("SAADI").skeleton


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=40), st.booleans())
def test_folding_is_total_and_gives_capital_letters(letters: str, bare: bool) -> None:
    folded = folding.token(Word(letters, bare))
    assert folded.text == letters
    for fold in (folded.key, folded.fine, folded.coarse, folded.skeleton):
        assert not fold or (fold.isalpha() and fold.isascii() and fold.isupper())


@given(st.text("ABCDEFGHIKLMNOPQRSTUVWYZ", min_size=1, max_size=20))
def test_equal_sound_means_equal_consonants(letters: str) -> None:
    folded = folding.token(Word(letters))
    assert folded.coarse == folding.consonants(folded.fine)
