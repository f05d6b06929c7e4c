"""PAXLST messages: what they say, and what damage costs."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydifact.control.characters import Characters

from screening.manifests import edifact, paxlst
from screening.manifests.lists import Damaged, Leg, Listed, PassengerList, UnreadableListError, Voyage
from screening.manifests.vocabulary import Action, PersonKind
from screening.screenings.schemas import Document, Traveller
from screening.screenings.vocabulary import Mode, Sex
from tests.manifests.messages import HEADER, message, person, trailer

TODAY = date(2031, 5, 1)


def parse(text: str) -> PassengerList:
    return paxlst.parse(text, today=TODAY)


def test_a_message_is_read_whole() -> None:
    assert parse(message(person("1A"))) == PassengerList(
        action=Action.LIST,
        voyage=Voyage("UT", "UT123", Mode.AIR, (Leg("UTP", "UTQ", "2031-05-01T10:20", "2031-05-01T12:05"),)),
        persons=(
            Listed(
                position="segment 12",
                kind=PersonKind.PASSENGER,
                traveller=Traveller(
                    surname="LINDQVIST",
                    given_names="KARIN MARIA",
                    date_of_birth="1974-08-12",
                    sex=Sex.F,
                    nationality="SWE",
                ),
                documents=(Document(type="P", number="AB1234567", issuing_state="SWE", expiry_date="2033-04-15"),),
                reference="1A",
                booking="BOOK1",
            ),
        ),
        sender="UTAIR",
        transaction="TX4711",
    )


def test_separators_are_those_that_una_declares() -> None:
    standard = message(person("1A"), person("2B", name="O?'NEIL:SEAN"))
    other = standard.replace("?'", "\x00").translate(str.maketrans(":+'", "|*~"))
    declared = "UNA|*.? ~" + other.replace("\x00", "'")
    assert parse(declared) == parse(standard)
    assert parse("UNA:+.?*'\r\n" + standard.replace("'NAD", "'\r\nNAD")) == parse(standard)


@pytest.mark.parametrize(
    ("bgm", "action"),
    [
        ("BGM+745", Action.LIST),
        ("BGM+250", Action.LIST),
        ("BGM+745+CP", Action.CHANGE),
        ("BGM+745+XR", Action.CANCEL),
        ("BGM+745+RP", Action.CANCEL),
        ("BGM+266+CL", Action.CLOSE),
        ("BGM+266+CLNB", Action.NOT_ON_BOARD),
        ("BGM+266+CLOB", Action.CHANGE),
    ],
)
def test_each_message_says_what_it_does(bgm: str, action: Action) -> None:
    assert parse(message(person("1A"), header=HEADER.replace("BGM+745", bgm))).action is action


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("FL", PersonKind.PASSENGER),
        ("FM", PersonKind.CREW),
        ("DDU", PersonKind.TRANSIT_PASSENGER),
        ("DDT", PersonKind.TRANSIT_CREW),
    ],
)
def test_passengers_crew_and_transit_are_told_apart(code: str, kind: PersonKind) -> None:
    (found,) = parse(message(person("1A", kind=code))).persons
    assert isinstance(found, Listed)
    assert found.kind is kind


def test_a_voyage_of_several_legs_keeps_each() -> None:
    legs = "LOC+125+UTP'DTM+189:3105010600:201'LOC+92+UTR'DTM+232:3105010700:201'DTM+189:3105010800:201'LOC+130+UTQ'"
    header = HEADER[: HEADER.index("LOC+125")] + legs
    assert parse(message(person("1A"), header=header)).voyage.legs == (
        Leg("UTP", "UTR", "2031-05-01T06:00", "2031-05-01T07:00"),
        Leg("UTR", "UTQ", "2031-05-01T08:00", None),
    )


def test_several_documents_keep_their_own_dates_and_states() -> None:
    text = person("1A") + "DOC+V:110:111+V998'DTM+36:20311231:102'LOC+91+SWE'"
    (found,) = parse(message(text)).persons
    assert isinstance(found, Listed)
    assert found.documents == (
        Document(type="P", number="AB1234567", issuing_state="SWE", expiry_date="2033-04-15"),
        Document(type="V", number="V998", issuing_state="SWE", expiry_date="2031-12-31"),
    )


def test_several_messages_of_one_interchange_are_one_list() -> None:
    second = "UNH+2+PAXLST:D:02B:UN:IATA'" + HEADER[HEADER.index("BGM") :]
    text = HEADER + person("1A") + "CNT+42:1'UNT+20+1'" + second + person("2B") + trailer(1)
    found = parse(text)
    assert [person.reference for person in found.persons] == ["1A", "2B"]
    assert found.voyage.legs == (Leg("UTP", "UTQ", "2031-05-01T10:20", "2031-05-01T12:05"),)
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (("DTM+329:740812'", "DTM+329:741399'"), "segment 25 holds no date as YYMMDD or CCYYMMDD"),
        (("DTM+329:740812'", "DTM+329:19741399:102'"), "segment 25 holds a date that no calendar has"),
        (("ATT+2++F'", "ATT+2++Q'"), "segment 24: sex is M, F, X or U"),
        (("DOC+P:110:111+ZZ7654321'", "DOC+P:110:111'"), "segment 31: the document has no number"),
        (("DOC+P", "D0C+P"), "segment 31 is none that a person has"),
        (("LOC+178+UTP'", "l?c+178+UTP'"), "segment 26 is no EDIFACT segment"),
        (("LOC+178+UTP'", "LOC+178+\ufffd'"), "segment 26 holds characters that cannot be decoded"),
        (("NAD+FL+++ASPLUND:NILS'", "NAD+FL'"), "segment 23 names nobody"),
    ],
)
def test_damage_loses_its_person_and_no_other(damage: tuple[str, str], reason: str) -> None:
    middle = person("2B", name="ASPLUND:NILS", number="ZZ7654321")
    assert damage[0] in middle
    found = parse(message(person("1A"), middle.replace(*damage), person("3C")))
    whole = parse(message(person("1A"), middle, person("3C")))
    assert found.persons == (
        whole.persons[0],
        Damaged("segment 23", reason, reference="2B", booking="BOOK1"),
        whole.persons[2],
    )
    assert found.remarks == ()


def test_an_unreadable_name_segment_does_not_spoil_the_person_before() -> None:
    broken = person("2B").replace("NAD+FL", "n?d+FL", 1)
    found = parse(message(person("1A"), broken, person("3C")))
    whole = parse(message(person("1A"), person("2B"), person("3C")))
    assert found.persons == (
        whole.persons[0],
        Damaged("segment 23", "segment 23 is no EDIFACT segment", reference="2B", booking="BOOK1"),
        whole.persons[2],
    )


def test_data_of_a_person_whose_name_is_lost_never_become_those_of_another() -> None:
    nameless = person("2B").split("'", 1)[1]
    found = parse(message(person("1A"), nameless, person("3C")))
    damaged, other = found.persons
    assert isinstance(damaged, Damaged)
    assert damaged.reason == "segment 23 says again what a person has once: a NAD before it is lost"
    assert other.reference == "3C"


def test_a_list_that_breaks_off_says_so_and_its_last_person_is_damaged() -> None:
    whole = message(person("1A"), person("2B"))
    found = parse(whole[: whole.rindex("DTM+36") + 9])
    assert isinstance(found.persons[0], Listed)
    assert isinstance(found.persons[1], Damaged)
    assert found.remarks == ("the message has no end (UNT): persons behind the break are missing",)


def test_a_count_that_does_not_fit_is_remarked() -> None:
    text = HEADER + person("1A") + trailer(3)
    assert parse(text).remarks == ("the sender counted 3 persons (CNT+42), the list holds 1",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "UNA:+",
        "UNA::::::UNB+UNOA:4'",
        HEADER.replace("PAXLST", "CUSRES"),
        HEADER.replace("BGM+745", "BGM+999"),
    ],
)
def test_what_is_no_list_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(UnreadableListError):
        parse(text)


@given(st.text() | st.text(alphabet="UNABHPXLST+:'?DMFL0189 \n").map(lambda noise: HEADER + noise))
def test_any_text_is_a_list_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except UnreadableListError:
        return
    assert isinstance(found, PassengerList)


@given(st.data())
def test_a_flipped_character_never_changes_another_person(data: st.DataObject) -> None:
    people = [person("1A"), person("2B", name="ASPLUND:NILS", number="ZZ7654321"), person("3C")]
    at = data.draw(st.integers(0, len(people[1]) - 1))
    sign = data.draw(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="+:?'"))
    flipped = people[1][:at] + sign + people[1][at + 1 :]
    whole = parse(message(*people))
    found = parse(message(people[0], flipped, people[2]))
    names = [each.traveller for each in found.persons if isinstance(each, Listed)]
    untouched = [each.traveller for each in (whole.persons[0], whole.persons[2]) if isinstance(each, Listed)]
    assert found.persons[-1].reference == "3C"
    assert untouched[1] in names
    assert found.persons[0] == whole.persons[0] or isinstance(found.persons[0], Damaged)


@given(st.text(alphabet="AB1:+ .-*\u00e9\n"), st.sampled_from(["DTM", "NAD+", "NAD+FL+++", ":", ""]))
def test_a_segment_without_release_is_divided_as_the_library_does(text: str, tag: str) -> None:
    standard = Characters.from_str(edifact.STANDARD)
    raw = f"{tag}{text}'"
    assert edifact._elements(raw, standard) == edifact._released(raw, standard)


def test_a_blank_in_the_place_of_the_release_character_releases_nothing() -> None:
    text = "UNA:+.  '" + message(person("1A", name="VAN DYCK:JAN PIET"))
    (found,) = parse(text).persons
    assert isinstance(found, Listed)
    assert (found.traveller.surname, found.traveller.given_names) == ("VAN DYCK", "JAN PIET")


@given(st.binary(max_size=400))
def test_any_bytes_are_decoded(body: bytes) -> None:
    assert isinstance(edifact.decode(body), str)
