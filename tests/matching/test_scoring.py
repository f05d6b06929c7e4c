"""A traveller against one nominal: what agrees, what weighs, who ranks before whom. All persons are made up."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.dates import BirthDate, PartialDate, YearRange, parse_birth_date
from screening.matching import (
    Candidate,
    Evidence,
    Field,
    ListedName,
    NameKind,
    Nominal,
    Sex,
    State,
    Traveller,
    compare,
    profile,
    scoring,
)

BORN = PartialDate(1974, 8, 12)


def listed(name: str, *dates: BirthDate, kind: NameKind = NameKind.PRIMARY) -> Nominal:
    return Nominal("n", (ListedName(full_name=name, kind=kind),), dates)


def named(name: str, born: PartialDate | None = None) -> Traveller:
    return Traveller(full_name=name, date_of_birth=born)


def score(traveller: str, nominal: str) -> float:
    """Compare by name only."""
    return compare(named(traveller), listed(nominal)).score


def part(candidate: Candidate, field: Field) -> Evidence:
    return next(evidence for evidence in candidate.parts if evidence.field is field)


@pytest.mark.parametrize(
    ("traveller", "nominal"),
    [
        ("ZBIGNIEW MUELLER", "Zbigniew Müller"),
        ("ZBIGNIEW MUXXLLER", "Zbigniew Müller"),
        ("ZBIGNIEW MULLER", "MUELLER, ZBIGNIEW"),
        ("RODRIGO PENXXALVER", "Rodrigo Peñalver"),
        ("PENALVER RODRIGO", "Rodrigo Peñalver"),
        ("DARTAGNAN CHARLEMONT", "Charlemont d'Artagnan"),
        ("ABERNATHY-WORTHINGTON QUENTIN", "QUENTIN ABERNATHY WORTHINGTON"),
        ("JEANCLAUDE VERMEERSCH", "Jean-Claude Vermeersch"),
        ("WILHELMINA VANDERBERGEN", "Wilhelmina van der Bergen"),
        ("ESPERANZA DELACRUZADA", "Esperanza de la Cruzada"),
        ("DR QUENTIN ABERNATHY", "Quentin Abernathy"),
        ("QUENTIN ABERNATHY", "General Quentin Abernathy"),
        ("HRYHORII HONCHARUK", "Григорий Гончарук"),
        ("GRIGORII GONCHARUK", "Григорий Гончарук"),
        ("GRIGORY GONCHARUK", "Григорий Гончарук"),
        ("ALEXIS PAPATHANASOPOULOS", "Αλέξης Παπαθανασόπουλος"),
        ("ERIK550N RAGNH1LD", "ERIKSSON RAGNHILD"),
        ("BUMSIDE RAGNHILD", "BURNSIDE RAGNHILD"),
    ],
)
def test_one_name_in_two_legal_or_usual_forms_is_possible_by_name_alone(traveller: str, nominal: str) -> None:
    assert score(traveller, nominal) >= profile.SECOND_LINE


@pytest.mark.parametrize(
    ("traveller", "nominal"),
    [
        ("ABDELRAHMAN TANTAWY", "Abd el Rahman Tantawi"),
        ("ABDURRAHMAN TANTAWI", "Abdul-Rahman Tantawy"),
        ("ABDALLAH TANTAWI", "Abd Allah Tantawi"),
        ("NOORUDDIN QALANDARI", "Noor ud Din Qalandari"),
        ("MOHD TANTAWI BIN RASHDAN", "Muhammad Tantawi Rashdan"),
        ("SIARHEI HARBACHOU", "Sergei Garbachov"),
        ("MAHMOUD HUSSEIN AL TANTAWI", "محمود حسين الطنطاوي"),
        ("MXHMWD XHSYN ALXTTNXTTAWY", "Mahmoud Hussein al-Tantawi"),
        ("MAHMOUD HUSSEIN ALTANTAWI", "MXHMWD XHSYN ALXTTNXTTAWY"),
        ("RAHMATULLAH QALANDARI", "رحمت الله قلندري"),
        ("XIAOMING OUYANG", "欧阳小明"),
        ("MINSU HWANGBO", "황보민수"),
        ("SCHMIDTKE H", "Hildegunde Schmidtke"),
    ],
)
def test_one_name_in_two_spellings_is_a_hit_with_the_birth_date(traveller: str, nominal: str) -> None:
    found = compare(named(traveller, BORN), listed(nominal, BORN))
    assert found.score >= profile.FIRST_LINE
    assert found.corroborated


def test_the_original_name_of_a_traveller_is_compared_too() -> None:
    traveller = Traveller(surname="X", name_original="Григорій Гончарук")
    assert compare(traveller, listed("Hryhorii Honcharuk")).score >= profile.SECOND_LINE


@pytest.mark.parametrize(
    ("surname", "given_names"),
    [("PAPATHANASOP", "ALEXANDROS K"), ("PAPATHANASOPOULOS", "ALEX"), ("PAPA", "ALEXANDRO")],
)
def test_a_cut_name_agrees_by_the_beginning_of_each_word(surname: str, given_names: str) -> None:
    record = Nominal("n", (ListedName("Papathanasopoulos", "Alexandros Konstantinos"),), (BORN,))
    whole = Traveller(surname, given_names, date_of_birth=BORN)
    cut = replace(whole, surname_truncated=True, given_names_truncated=True)
    assert compare(cut, record).score >= profile.FIRST_LINE
    assert compare(cut, record).score >= compare(whole, record).score


RANKED = [
    # The traveller, the nominal he is more like, the one he is less like.
    ("RAGNHILD ERIKSSON", "Ragnhild Eriksson", "Ragnhild Erikson"),
    ("RAGNHILD ERIKSSON", "Ragnhild Eriksson", "Ragnhild Halvorsen"),
    ("RAGNHILD ERIKSSON", "Ragnhild Karin Eriksson", "Karin Eriksson"),
    ("JOHN SMITH", "J. Smith", "James Smith"),
    ("JOHN ABERNATHY", "J. Abernathy", "K. Abernathy"),
    ("SALMAN BIN MUHAMMAD", "Salman bin Muhammad", "Muhammad bin Salman"),
    ("SALMAN BIN MUHAMMAD", "Salman Muhammad", "Muhammad bin Salman"),
    ("TANTAWI", "Tantawi", "Rashdan Tantawi"),
    ("MOHAMMED TANTAWI", "Karim Tantawi", "Mohammed Karim"),
    ("QUENTIN ABERNATHY", "Quentin Abernethy", "Quentin Haverford"),
]


@pytest.mark.parametrize(("traveller", "nearer", "farther"), RANKED)
def test_the_nearer_name_ranks_first(traveller: str, nearer: str, farther: str) -> None:
    first, second = (compare(named(traveller, BORN), listed(name, BORN)) for name in (nearer, farther))
    assert (first.score, first.name_score) > (second.score, second.name_score)


def test_son_and_father_in_each_others_place_are_different_persons() -> None:
    reversed_ = compare(named("SALMAN BIN MUHAMMAD", BORN), listed("Muhammad bin Salman", BORN))
    assert reversed_.score < profile.FIRST_LINE
    assert "father and child have changed places" in part(reversed_, Field.NAME).text


def test_a_shared_rare_surname_weighs_more_than_shared_common_names() -> None:
    rare, common = compare(named("ABERNATHY"), listed("Abernathy")), compare(named("KIM"), listed("Kim"))
    assert part(rare, Field.NAME).weight > 1.9 * part(common, Field.NAME).weight


def test_an_exact_name_with_an_exact_birth_date_is_beyond_doubt() -> None:
    for name in ("Zbigniew Abernathy", "Mohammed Ali", "Kim Min Su"):
        assert compare(named(name.upper(), BORN), listed(name, BORN)).score > 0.99


def test_a_rare_name_alone_is_possible_and_never_corroborated() -> None:
    alone = compare(named("ZBIGNIEW ABERNATHY"), listed("Zbigniew Abernathy"))
    assert profile.SECOND_LINE <= alone.score < profile.FIRST_LINE
    assert not alone.corroborated


def test_a_common_name_alone_is_less_than_possible_and_low_with_another_birth_date() -> None:
    alone = compare(named("MOHAMMED ALI"), listed("Mohammed Ali"))
    apart = compare(named("MOHAMMED ALI", BORN), listed("Mohammed Ali", PartialDate(1950, 3, 1)))
    assert apart.score < 0.01 < alone.score < profile.SECOND_LINE


def test_another_given_name_with_the_same_birth_date_stays_below_the_first_line() -> None:
    found = compare(named("QUENTIN ABERNATHY", BORN), listed("Reginald Abernathy", BORN))
    assert found.score < profile.FIRST_LINE


def test_initials_alone_and_no_name_at_all_score_nothing() -> None:
    for name in ("J S", "", "---", "123"):
        assert compare(named(name, BORN), listed("John Smith", BORN)).score == 0


def test_a_low_quality_alias_weighs_less() -> None:
    good, low = (
        compare(named("ABU TANTAWI"), listed("Abu Tantawi", kind=kind))
        for kind in (NameKind.ALIAS, NameKind.LOW_QUALITY_ALIAS)
    )
    assert low.score < good.score


def test_the_best_of_several_names_counts_and_is_named() -> None:
    names = (ListedName(full_name="Reginald Haverford"), ListedName(full_name="Quentin Abernathy", kind=NameKind.ALIAS))
    found = compare(named("QUENTIN ABERNATHY"), Nominal("n", names))
    assert found.matched_name == names[1]


@pytest.mark.parametrize(
    ("date", "corroborates"),
    [("1974-08-12", True), ("1974", True), ("1975-08-12", True), ("1972~", True), ("1975", False), ("1950", False)],
)
def test_a_birth_date_corroborates_from_a_year_in_common_on(date: str, corroborates: bool) -> None:
    found = compare(named("QUENTIN ABERNATHY", BORN), listed("Quentin Abernathy", parse_birth_date(date)))
    assert found.corroborated is corroborates


def test_nationality_and_place_corroborate_and_sex_does_not() -> None:
    record = replace(
        listed("Quentin Abernathy"), nationalities=frozenset({"UTO"}), sex=Sex.MALE, places_of_birth=("Port Utopia",)
    )
    name = named("QUENTIN ABERNATHY")
    assert compare(replace(name, nationalities=frozenset({"UTO", "XXA"})), record).corroborated
    assert compare(replace(name, place_of_birth="UTOPIA"), record).corroborated
    assert not compare(replace(name, sex=Sex.MALE), record).corroborated


def test_a_contradicting_birth_date_takes_the_support_of_a_nationality_away() -> None:
    record = replace(listed("Quentin Abernathy", PartialDate(1950)), nationalities=frozenset({"UTO"}))
    traveller = replace(named("QUENTIN ABERNATHY", BORN), nationalities=frozenset({"UTO"}))
    assert not compare(traveller, record).corroborated


def test_forty_years_score_far_below_one_year() -> None:
    scores = [
        compare(named("QUENTIN ABERNATHY", BORN), listed("Quentin Abernathy", PartialDate(year, 8, 12))).score
        for year in (1973, 1934)
    ]
    assert scores[0] > profile.FIRST_LINE
    assert scores[1] < 0.01


def test_the_words_of_evidence_are_those_an_officer_would_use() -> None:
    record = Nominal(
        "n", (ListedName("Eriksson", "Anna Karina"),), (BORN,), frozenset({"UTO"}), Sex.FEMALE, ("Zenith",)
    )
    traveller = Traveller(
        "ERIKSON", "ANNA KARIN", date_of_birth=PartialDate(1934, 8, 12), nationalities=frozenset({"XXA"}),
        sex=Sex.MALE, place_of_birth="ZENITH",
    )  # fmt: skip
    parts = compare(traveller, record).parts
    assert [(one.field, one.state, one.text, one.submitted, one.recorded) for one in parts] == [
        ("surname", "agrees", "surname ERIKSON is one letter from ERIKSSON", "ERIKSON", "ERIKSSON"),
        ("name", "agrees", "name ANNA in both; KARIN is one letter from KARINA", "ANNA KARIN", "ANNA KARINA"),
        ("birth_date", "contradicts", "year of birth 40 years apart", "1934-08-12", "1974-08-12"),
        ("nationality", "contradicts", "nationality XXA, on the record UTO", "XXA", "UTO"),
        ("sex", "contradicts", "male, on the record female", "M", "F"),
        ("place_of_birth", "agrees", "born in ZENITH in both", "ZENITH", "Zenith"),
    ]  # fmt: skip


WORDS = ("ANNA", "MARIA", "ERIKSSON", "ABERNATHY", "MOHAMMED", "ALI", "TANTAWI", "KIM", "AL", "BIN", "J", "DR", "VAN")
names = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
dates = st.one_of(
    st.none(),
    st.builds(PartialDate, st.integers(1940, 2005), st.integers(1, 12), st.integers(1, 28)),
    st.builds(PartialDate, st.integers(1940, 2005)),
)
sets = st.frozensets(st.sampled_from(("UTO", "XXA", "XPO")), max_size=2)
sexes = st.sampled_from((None, *Sex))
places = st.sampled_from((None, "ZENITH", "PORT UTOPIA", "NADIR"))
travellers = st.builds(
    Traveller, surname=names, given_names=names, date_of_birth=dates, nationalities=sets, sex=sexes,
    place_of_birth=places, surname_truncated=st.booleans(),
)  # fmt: skip
nominals = st.builds(
    Nominal, id=st.just("n"),
    names=st.lists(st.builds(ListedName, names, names), min_size=1, max_size=2).map(tuple),
    birth_dates=dates.map(lambda date: (date,) if date else ()), nationalities=sets, sex=sexes,
    places_of_birth=places.map(lambda place: (place,) if place else ()),
)  # fmt: skip


@given(travellers, nominals)
def test_a_score_is_the_logistic_of_its_parts(traveller: Traveller, nominal: Nominal) -> None:
    found = compare(traveller, nominal)
    total = profile.PRIOR + sum(one.weight for one in found.parts)
    assert found.score == 0 or math.isclose(found.score, scoring.logistic(total))
    assert 0 <= found.name_score <= 1
    assert (found.score == 0) is (found.matched_name is None)


@given(travellers, nominals)
def test_only_a_contradiction_weighs_below_zero_and_absence_weighs_nothing(
    traveller: Traveller, nominal: Nominal
) -> None:
    for one in compare(traveller, nominal).parts:
        assert (one.weight < 0) is (one.state is State.CONTRADICTS)
        assert one.state is not State.ABSENT or one.weight == 0
        assert one.text


@given(travellers, nominals)
def test_agreeing_evidence_never_lowers_a_score(traveller: Traveller, nominal: Nominal) -> None:
    bare = replace(traveller, date_of_birth=None, nationalities=frozenset(), sex=None, place_of_birth=None)
    for one in compare(traveller, nominal).parts:
        if one.state not in {State.AGREES, State.COMPATIBLE}:
            continue
        match one.field:
            case Field.BIRTH_DATE:
                richer = replace(bare, date_of_birth=traveller.date_of_birth)
            case Field.NATIONALITY:
                richer = replace(bare, nationalities=traveller.nationalities)
            case Field.SEX:
                richer = replace(bare, sex=traveller.sex)
            case Field.PLACE_OF_BIRTH:
                richer = replace(bare, place_of_birth=traveller.place_of_birth)
            case _:
                continue
        assert compare(richer, nominal).score >= compare(bare, nominal).score


@given(travellers, nominals)
def test_a_contradicting_field_always_lowers_a_score(traveller: Traveller, nominal: Nominal) -> None:
    found = compare(traveller, nominal)
    fields = {one.field for one in found.parts if one.state is State.CONTRADICTS}
    if Field.SEX in fields and found.score:
        assert found.score < compare(replace(traveller, sex=None), nominal).score
    if Field.BIRTH_DATE in fields and found.score:
        assert found.score < compare(replace(traveller, date_of_birth=None), nominal).score


@given(st.permutations(("QUENTIN", "ABERNATHY", "HAVERFORD")), st.integers(1, 2))
def test_another_word_of_the_record_never_lowers_a_score(words: list[str], count: int) -> None:
    record = listed("Quentin Abernathy Haverford", BORN)
    fewer, more = " ".join(words[:count]), " ".join(words[: count + 1])
    assert compare(named(more), record).score >= compare(named(fewer), record).score


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_names_can_be_compared(one: str, other: str) -> None:
    found = compare(Traveller(surname=one, name_original=other), listed(other, YearRange(1950, 1960)))
    assert 0 <= found.score < 1
