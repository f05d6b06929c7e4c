"""How alike two words are, and in what way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.matching import folding, profile, scripts, similarity
from screening.matching.folding import Token
from screening.matching.scripts import Word
from screening.matching.similarity import Way


def token(text: str) -> Token:
    return folding.token(scripts.readings(text)[0][0][0])


@pytest.mark.parametrize(
    ("one", "other", "way"),
    [
        ("MUELLER", "MUXXLLER", Way.SAME),
        ("ERIKSSON", "ERIKSON", Way.SOUND),
        ("YUSUF", "YOUSSEF", Way.VARIANT),
        ("MOHD", "MUHAMMAD", Way.VARIANT),
        ("SERGEI", "SIARHEI", Way.VARIANT),
        ("BURNS", "BUMS", Way.MISREAD),
        ("KARLSEN", "KARISEN", Way.MISREAD),
        ("DARWISH", "درويش", Way.SCRIPT),
        ("KATARZYNA", "KATARZYMA", Way.SIMILAR),
        ("JENNIFER", "JENIFFRE", Way.SIMILAR),
        ("KIM", "KIN", Way.SLIP),
        ("LI", "LU", Way.SLIP),
        ("MUSA", "MUA", Way.SLIP),
        ("QADIR", "KADER", Way.SIMILAR),
    ],
)
def test_words_agree_in_a_named_way(one: str, other: str, way: Way) -> None:
    alike = similarity.likeness(token(one), token(other))
    assert alike is not None
    assert alike.way is way


@pytest.mark.parametrize("family", [("HAROUN", "HARUN", "HAROON"), ("BELKACEM", "BELKASSEM"), ("LIUBOV", "LYUBOV")])
def test_a_family_in_no_table_is_brought_together_by_sound(family: tuple[str, ...]) -> None:
    first = token(family[0])
    degrees = [similarity.likeness(first, token(other)) for other in family[1:]]
    assert all(alike is not None and alike.degree > 0.85 for alike in degrees)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ALI", "OLI"), ("KHAN", "CHEN"), ("JOHN", "JAMES"), ("LI", "LAO"), ("HASSAN", "SALMAN"), ("KIM", "KUMAR")],
)
def test_different_words_do_not_agree(one: str, other: str) -> None:
    assert similarity.likeness(token(one), token(other)) is None


words = st.builds(Word, st.text("ABDEHIKLMNORSUXYZ", min_size=1, max_size=9), st.booleans()).map(folding.token)


@given(words, words)
def test_likeness_does_not_depend_on_the_order(one: Token, other: Token) -> None:
    assert similarity.likeness(one, other) == similarity.likeness(other, one)


@given(words)
def test_a_word_is_wholly_like_itself(one: Token) -> None:
    assert similarity.likeness(one, one) == similarity.SAME


@given(words, words)
def test_a_degree_lies_between_the_floor_and_one(one: Token, other: Token) -> None:
    alike = similarity.likeness(one, other)
    assert alike is None or profile.SIMILARITY_FLOOR < alike.degree <= 1
