# ruff: noqa: RUF001 - letters of other scripts that look like Latin ones.
"""From any script to A-Z."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.matching import scripts


def read(text: str) -> list[str]:
    return [" ".join(word.letters for words in reading for word in words) for reading in scripts.readings(text)]


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("Müller", "MUELLER"),
        ("Åse Sørensen", "AASE SOERENSEN"),
        ("Łukasz Żółć", "LUKASZ ZOLC"),
        ("Þór Straße", "THOR STRASSE"),
        ("Iğdır ışık İnan", "IGDIR ISIK INAN"),
        ("Nguyễn Văn Đức", "NGUYEN VAN DUC"),
        ("d'Artagnan", "DARTAGNAN"),
        ("O’Neil-Jones", "ONEIL JONES"),
        ("J.R. Okonjo", "J R OKONJO"),
        ("ERIK550N", "ERIKSSON"),
        ("Παπαδόπουλος Μπάμπης", "PAPADOPOULOS BABIS"),
        ("王小明", "WANG XIAO MING"),
        ("김민수", "KIM MIN SU"),
        ("राम कुमार", "RAM KUMAR"),
    ],
)
def test_a_name_is_read_into_capital_latin_letters(text: str, latin: str) -> None:
    assert read(text)[0] == latin


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Гончар", "GONCHAR"),
        ("Гончар", "HONCHAR"),
        ("Григорій", "HRYHORII"),
        ("Юлія Єременко", "YULIIA YEREMENKO"),
        ("Щербак", "SHCHERBAK"),
        ("Щербак", "SHTERBAK"),
        ("Милошевић", "MILOSEVIC"),
        ("Хаўрошка", "KHAUROSHKA"),
    ],
)
def test_cyrillic_is_read_as_each_language_that_it_may_be_reads_it(text: str, reading: str) -> None:
    assert reading in read(text)


def test_letters_of_one_language_leave_no_other_reading() -> None:
    assert read("Гончаренко Їжак") == ["HONCHARENKO YIZHAK"]


@pytest.mark.parametrize(
    ("arabic", "escaped", "plain"),
    [
        ("محمود", "MXHMWD", "MHMWD"),
        ("حسين", "XHSYN", "HSYN"),
        ("خالد", "XKHALD", "KHALD"),
        ("فاطمة", "FAXTTMXAH", "FATM"),
    ],
)
def test_arabic_and_its_mrz_escapes_are_read_into_the_same_consonants(arabic: str, escaped: str, plain: str) -> None:
    assert read(arabic) == [plain]
    assert read(escaped)[-1] == plain


def test_the_arabic_article_and_servant_of_stand_apart() -> None:
    assert read("عبدالرحمن العزاوي") == ["ABD AL RHMN AL AZAWY"]
    assert read("عبدالله علوش") == ["ABDALLH ALWSH"]


def test_a_latin_name_with_an_x_is_not_taken_for_escaped_arabic() -> None:
    assert read("ALEXANDER XHAKA") == ["ALEXANDER XHAKA"]


@pytest.mark.parametrize("text", ["", "   ", "---", "12345", "…", "'"])
def test_a_text_without_a_letter_holds_no_word(text: str) -> None:
    assert all(not any(reading) for reading in scripts.readings(text))


@given(st.text(max_size=600))
def test_any_text_is_read_into_bounded_words_of_a_to_z(text: str) -> None:
    readings = scripts.readings(text)
    assert 1 <= len(readings) <= 5
    for (words,) in readings:
        assert len(words) <= scripts.MOST_WORDS
        assert all(word.letters.isalpha() and word.letters.isascii() and word.letters.isupper() for word in words)
        assert all(len(word.letters) <= 8 * scripts.LONGEST_WORD for word in words)


@given(st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWYZ", min_size=1, max_size=12), max_size=5))
def test_a_name_in_capital_letters_is_read_as_it_stands(words: list[str]) -> None:
    assert read(" ".join(words))[0] == " ".join(words)
