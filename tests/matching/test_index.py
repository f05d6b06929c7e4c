"""The index answers what comparing with every nominal would, and follows changes. All persons are made up."""

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.dates import PartialDate
from screening.matching import Candidate, Found, Index, ListedName, NameKind, Nominal, Sex, Traveller, profile
from screening.matching.compiled import layout

BORN = PartialDate(1974, 8, 12)
ABERNATHY = Nominal("abernathy", (ListedName("Abernathy", "Quentin"),), (BORN,), frozenset({"UTO"}))
HAVERFORD = Nominal("haverford", (ListedName("Haverford", "Quentin"),), (PartialDate(1960),))
TANTAWI = Nominal("tantawi", (ListedName(full_name="محمود الطنطاوي", kind=NameKind.ORIGINAL_SCRIPT),))


def search(built: Index, name: str, born: PartialDate | None = None) -> list[str]:
    found = built.search(Traveller(full_name=name, date_of_birth=born), threshold=0.1, limit=10)
    return [candidate.nominal_id for candidate in found.candidates]


def test_a_listed_person_is_found_by_name() -> None:
    built = Index.build([ABERNATHY, HAVERFORD, TANTAWI])
    assert len(built) == 3
    assert search(built, "ABERNATHY QUENTIN") == ["abernathy"]
    assert search(built, "MAHMOUD ALTANTAWI") == ["tantawi"]


def test_a_birth_date_lets_a_looser_name_in() -> None:
    built = Index.build([ABERNATHY, HAVERFORD])
    assert search(built, "KWENTIN ABERNETTY") == []
    assert search(built, "KWENTIN ABERNETTY", BORN) == ["abernathy"]


def test_a_removed_nominal_is_found_no_more_and_a_replaced_one_by_its_new_name() -> None:
    built = Index.build([ABERNATHY, HAVERFORD])
    built.remove("abernathy")
    built.remove("never there")
    assert (len(built), search(built, "QUENTIN ABERNATHY", BORN)) == (1, [])
    built.put(Nominal("haverford", (ListedName("Abernathy", "Quentin"),)))
    assert (len(built), search(built, "QUENTIN ABERNATHY")) == (1, ["haverford"])
    assert search(built, "QUENTIN HAVERFORD") == []


def test_a_name_that_holds_a_word_twice_can_be_taken_out() -> None:
    built = Index.build([Nominal("n", (ListedName(full_name="Kim Kim Abernathy"),))])
    built.remove("n")
    assert search(built, "KIM KIM ABERNATHY") == []


@pytest.mark.parametrize("name", ["", " ", "---", "12", "J S", "MOHAMMED"])
def test_too_little_of_a_name_finds_nobody(name: str) -> None:
    built = Index.build(Nominal(f"n{at}", (ListedName("Ali", "Mohammed"),)) for at in range(50))
    assert built.search(Traveller(full_name=name), threshold=profile.SECOND_LINE, limit=10) == Found()


def test_an_answer_beyond_the_limit_says_so() -> None:
    built = Index.build(Nominal(f"n{at}", (ListedName("Abernathy", "Quentin"),)) for at in range(12))
    found = built.search(Traveller("ABERNATHY", "QUENTIN"), threshold=0.2, limit=10)
    assert (len(found.candidates), found.truncated) == (10, True)
    assert not built.search(Traveller("ABERNATHY", "QUENTIN"), threshold=0.2, limit=12).truncated


def test_more_work_than_the_cap_allows_is_marked_truncated() -> None:
    many = layout.MOST_HELD + 5
    built = Index.build(Nominal(f"n{at}", (ListedName("Abernathy", "Quentin"),), (BORN,)) for at in range(many))
    traveller = Traveller("ABERNATHY", "QUENTIN", date_of_birth=BORN)
    found = built.search(traveller, threshold=0.2, limit=many)
    assert (len(found.candidates), found.truncated) == (layout.MOST_HELD, True)


@pytest.mark.parametrize(
    "name",
    [
        "MOHAMMED",
        "MOHAMMED " * 200,
        "A " * 200,
        "X" * 39,
        "KIM " * 16,
        " ".join(f"{first}{second}{first}" for first in "BCDFGHKLMN" for second in "AEIOU" * 4),
        "AL EL BIN VAN DER",
        "\u0430" * 400,
        "\u4e00" * 400,
    ],
)
def test_a_hostile_name_is_answered_in_bounded_time(name: str) -> None:
    words = ("MOHAMMED", "AHMED", "ALI", "KIM", "BAB", "CEC", "AL MASRI")
    records = (
        Nominal(f"{one}{two}{at}", (ListedName(one, two),)) for one in words for two in words for at in range(40)
    )
    built = Index.build(records)
    start = time.perf_counter()
    built.search(Traveller(full_name=name, date_of_birth=BORN), threshold=0.05, limit=20)
    assert time.perf_counter() - start < 3, "generous, for slow machines: 0.2 s is usual"


def test_searches_and_changes_may_come_from_several_threads() -> None:
    built = Index.build([ABERNATHY])
    failures: list[BaseException] = []

    def change() -> None:
        try:
            for at in range(300):
                built.put(Nominal(f"other {at % 20}", (ListedName(f"Haverford{'abcdefgh'[at % 8]}", "Quentin"),)))
                built.put(ABERNATHY)
        except BaseException as failure:  # noqa: BLE001 - the test reports whatever a thread raised
            failures.append(failure)

    changing = threading.Thread(target=change)
    changing.start()
    while changing.is_alive():
        assert search(built, "QUENTIN ABERNATHY") == ["abernathy"]
    changing.join()
    assert not failures


SURNAMES = (
    "MUELLER", "MULLER", "ERIKSSON", "ERIKSON", "AL MASRI", "ALMASRI", "VAN DER BERG", "VANDERBERG", "KIM", "LEE",
    "ABD EL RAHMAN", "ABDURRAHMAN", "محمود", "MXHMWD", "Гончар", "O", "J", "BURNS", "BUMS", "QADIR", "SHEIKH",
)  # fmt: skip
GIVEN = (
    "ANNA", "ANA", "MOHAMMED", "MOHD", "MIN SU", "MINSU", "JOHN", "J", "SALMAN BIN ALI", "ALI BIN SALMAN", "DR ALI",
    "حسين", "HUSSEIN", "ANNA ANNA", "KHAIR ULLAH", "KHAIRULLAH", "خير الله", "",
)  # fmt: skip
surnames, given_names = st.sampled_from(SURNAMES), st.sampled_from(GIVEN)
dates = st.one_of(
    st.none(),
    st.builds(PartialDate, st.integers(1973, 1976), st.integers(1, 12), st.integers(1, 28)),
    st.builds(PartialDate, st.integers(1970, 1980), approximate=st.booleans()),
    st.builds(PartialDate, st.integers(1974, 1975), st.integers(1, 12)),
    st.sampled_from((PartialDate(2517, 8, 12), PartialDate(1353, 5, 21), PartialDate(1394, 7, 23), PartialDate(1353))),
)
kinds = st.sampled_from(NameKind)
listed = st.one_of(
    st.builds(ListedName, surnames, given_names, kind=kinds),
    st.builds(lambda one, two, kind: ListedName(full_name=f"{one} {two}", kind=kind), surnames, given_names, kinds),
)
codes = st.frozensets(st.sampled_from(("UTO", "AFG")), max_size=1)
sexes = st.sampled_from((None, *Sex))
places = st.sampled_from((None, "ZENITH", "NADIR"))
lists = st.lists(
    st.builds(
        Nominal, id=st.sampled_from("abcdefghijklmnop"), names=st.lists(listed, min_size=1, max_size=2).map(tuple),
        birth_dates=dates.map(lambda date: (date,) if date else ()), nationalities=codes, sex=sexes,
        places_of_birth=places.map(lambda place: (place,) if place else ()),
    ),
    max_size=14,
)  # fmt: skip
travellers = st.builds(
    Traveller, surname=surnames, given_names=given_names, full_name=st.sampled_from((None, "ANNA MUELLER")),
    name_original=st.sampled_from((None, "محمود خير الله", "Ганна Гончар")), date_of_birth=dates, nationalities=codes,
    sex=sexes, place_of_birth=places, surname_truncated=st.booleans(), given_names_truncated=st.booleans(),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(lists, travellers, st.sampled_from((0.0, 0.01, 0.2, 0.6, 0.95)), st.integers(0, 3))
def test_a_search_finds_what_comparing_with_every_nominal_finds(
    nominals: list[Nominal], traveller: Traveller, threshold: float, removed: int
) -> None:
    built = Index.build(nominals)
    kept = {nominal.id: nominal for nominal in nominals}
    for nominal_id in list(kept)[:removed]:
        built.remove(nominal_id)
        del kept[nominal_id]
    compared = [built.compare(traveller, nominal) for nominal in kept.values()]
    expected = [found for found in compared if found.score >= threshold and found.score > 0]
    assert built.search(traveller, threshold=threshold, limit=100) == Found(tuple(sorted(expected, key=_rank)))


@settings(deadline=None)
@given(lists, lists, travellers)
def test_an_index_that_followed_changes_answers_like_one_built_anew(
    before: list[Nominal], after: list[Nominal], traveller: Traveller
) -> None:
    followed = Index.build(before)
    for nominal in after:
        followed.put(nominal)
    gone = {nominal.id for nominal in before} - {nominal.id for nominal in after}
    for nominal_id in gone:
        followed.remove(nominal_id)
    answers = [built.search(traveller, threshold=0.01, limit=100) for built in (followed, Index.build(after))]
    assert answers[0] == answers[1]


def _rank(candidate: Candidate) -> tuple[float, float, str]:
    return (-candidate.score, -candidate.name_score, candidate.nominal_id)
