# ruff: noqa: RUF001 - letters of other scripts that look like Latin ones.
"""From any script to A-Z."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.matching import ListedName, han, names, scripts


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
        ("محمود", "MXHMWD", "MAHMUD"),
        ("محمد", "MXHMD", "MUHAMMAD"),
        ("حسين", "XHSYN", "HUSAYN"),
        ("خالد", "XKHALD", "KHALID"),
        ("درويش", "DRWYXSH", "DRWYSH"),
        ("فاطمة", "FAXTTMXAH", "FATM"),
    ],
)
def test_arabic_and_its_mrz_escapes_are_read_into_the_same_consonants(arabic: str, escaped: str, plain: str) -> None:
    assert read(arabic) == [plain]
    assert read(escaped)[-1] == plain


def test_the_arabic_article_and_servant_of_stand_apart() -> None:
    assert read("عبدالرحمن العزاوي") == ["ABD AL RAHMAN AL AZAWY"]
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张国荣", ["ZHANG GUO RONG", "CHANG KUO JUNG", "CHEUNG KWOK WING"]),
        ("曾小平", ["ZENG XIAO PING", "TSENG HSIAO PING", "TSANG SIU PING"]),
        ("이영희", ["LEE YEONG HUI", "LEE YOUNG HEE", "YI YONG HUI"]),
        ("박철수", ["PARK CHEOL SU", "PARK CHUL SOO", "PAK CHOL SU"]),
        ("सिंह चौधरी", ["SINGH CHAUDHARI"]),
        ("लक्ष्मी", ["LAKSHMI"]),
        ("ਸਿੰਘ", ["SINGH"]),
        ("মুহাম্মদ", ["MUHAMMAD"]),
        ("สมชาย ศรีสุข", ["SMCHAY SRISUK"]),
        ("สมพร", ["SMPHN", "SMPRN"]),
        ("เพชร", ["PHET", "PET"]),
        ("สุวรรณ", ["SUWAN"]),
        ("พงศ์", ["PHNG", "PNG"]),
        ("יוסף שפירא", ["YWSF SHFYRA", "YWSF SHPYRA"]),
    ],
)
def test_a_name_is_read_as_its_script_is_read_and_as_people_spell_it(text: str, expected: list[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("pinyin", "wade_giles"),
    [
        ("ZHANG", "CHANG"), ("XIE", "HSIEH"), ("GUO", "KUO"), ("JIAN", "CHIEN"), ("ZHI", "CHIH"), ("SI", "SZU"),
        ("REN", "JEN"), ("RONG", "JUNG"), ("QIANG", "CHIANG"), ("DE", "TE"), ("BO", "PO"), ("YE", "YEH"),
        ("CAI", "TSAI"),
        ("LUO", "LO"), ("HUI", "HUI"), ("XU", "HSU"), ("YUAN", "YUAN"), ("WANG", "WANG"),
        ("SHUI", "SHUI"), ("TIAN", "TIEN"),
    ],
)  # fmt: skip
def test_wade_giles_follows_from_pinyin(pinyin: str, wade_giles: str) -> None:
    assert han.wade_giles(pinyin) == wade_giles


def test_two_arabic_letters_do_not_become_one_sound() -> None:
    assert read("سهراب") == ["SAHRAB"]


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("JALALUDDIN", ["JALAL", "AL", "DIN"]),
        ("NOUREDDINE", ["NOUR", "AL", "DIN"]),
        ("SAIFALDIN", ["SAIF", "AL", "DIN"]),
        ("EDDINE", ["AL", "DIN"]),
        ("RAHMATULLAH", ["RAHMAT", "ULLAH"]),
        ("HABIBULLA", ["HABIB", "ULLAH"]),
        ("ABDULLAH", ["ABDULLAH"]),
        ("GERALDINE", ["GERALDINE"]),
        ("BOUDIN", ["BOUDIN"]),
        ("PRISCILLA", ["PRISCILLA"]),
    ],
)
def test_names_of_the_faith_and_of_god_come_apart(compound: str, parts: list[str]) -> None:
    assert [token.text for token in names.of_listed(ListedName(full_name=compound))[0].tokens] == parts
