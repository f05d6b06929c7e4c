"""Passenger lists as UN/EDIFACT PAXLST (D.02B and D.05B): segments to persons.

Codes are those of the WCO/IATA/ICAO guide as DOMAIN.md 5.1 lists them. A damaged segment loses the person in whose
group it stands, and only that one; a damaged header is a remark, and the persons are read all the same.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from itertools import pairwise
from typing import assert_never

from pydantic import ValidationError

from screening.dates import PartialDate
from screening.journal.readers import reason_of
from screening.manifests import edifact, lists
from screening.manifests.edifact import Segment, Unreadable
from screening.manifests.lists import Damaged, Leg, Listed, PassengerList, UnreadableListError, Voyage
from screening.manifests.vocabulary import Action, PersonKind
from screening.mrz import centuries
from screening.screenings.schemas import Document, Traveller
from screening.screenings.vocabulary import Mode

KINDS = {
    "FL": PersonKind.PASSENGER,
    "FM": PersonKind.CREW,
    "DDU": PersonKind.TRANSIT_PASSENGER,
    "DDT": PersonKind.TRANSIT_CREW,
}
ACTIONS = {
    ("745", ""): Action.LIST,
    ("250", ""): Action.LIST,
    ("336", ""): Action.LIST,
    ("655", ""): Action.LIST,
    ("745", "CP"): Action.CHANGE,
    ("745", "XR"): Action.CANCEL,
    ("745", "RP"): Action.CANCEL,
    ("250", "CP"): Action.CHANGE,
    ("250", "XR"): Action.CANCEL,
    ("266", "CL"): Action.CLOSE,
    ("266", "CLNB"): Action.NOT_ON_BOARD,
    ("266", "CLOB"): Action.CHANGE,
}
"""BGM document name and function. Who is on board (CLOB) is screened again: late boarders were never listed."""

MODES = {"1": Mode.SEA, "2": Mode.LAND, "3": Mode.LAND, "4": Mode.AIR}
"""TDT 8067 (UN/ECE Recommendation 19): maritime, rail, road, air."""

AFTER_PERSONS = frozenset({"CNT", "UNT", "UNE", "UNZ", "UNH"})
OF_PERSON = frozenset(
    {"NAD", "ATT", "DTM", "GEI", "FTX", "LOC", "COM", "EMP", "NAT", "RFF", "DOC", "TDT", "MEA", "CTA"}
)
"""Segments that a person's group may hold; any other is a damaged one, and what it said would be missing."""
SEX = {"M": "M", "F": "F", "X": "X", "U": None, "": None}
ONCE = frozenset({("ATT", "2"), ("DTM", "329")})
"""What a person has once: a second one shows that the NAD of another person is lost."""

MOST_DOCUMENTS = 8
LOCAL_TIME = "%y%m%d%H%M"
"""DTM 2379, code 201."""
COUNTED = {"42": {PersonKind.PASSENGER, PersonKind.TRANSIT_PASSENGER}, "41": {PersonKind.CREW, PersonKind.TRANSIT_CREW}}
"""CNT 6069: what the sender says that the list holds."""

Part = Segment | Unreadable
_Century = Callable[[str, date], centuries.DateReading]


class _DamageError(Exception):
    """Something in a person's group cannot be read."""


class _Place(Enum):
    """What a piece of an interchange belongs to."""

    HEADER = auto()
    PERSON = auto()
    TRAILER = auto()


@dataclass(slots=True)
class _Around:
    """The segments that belong to no person."""

    header: list[Part] = field(default_factory=list)
    trailer: list[Part] = field(default_factory=list)


def parse(text: str, *, today: date) -> PassengerList:
    """Read an interchange; several messages of one voyage are one list.

    Raises UnreadableListError when it holds no PAXLST message, messages that ask for different things, or too many
    persons.
    """
    around = _Around()
    persons = lists.limited(_persons(edifact.segments(text), around, today))
    header = [part for part in around.header if isinstance(part, Segment)]
    _require_paxlst(header)
    return PassengerList(
        action=_action(header),
        voyage=_voyage(header),
        persons=persons,
        remarks=tuple(_remarks(around, persons)),
        sender=next((part.component(1) for part in header if part.tag == "UNB"), None) or None,
        transaction=next((part.component(0, 1) for part in header if _is(part, "RFF", "TN")), None) or None,
    )


def _require_paxlst(header: Iterable[Segment]) -> None:
    if {part.component(1) for part in header if part.tag == "UNH"} != {"PAXLST"}:
        raise UnreadableListError("The interchange holds no PAXLST message, or messages of other kinds beside it.")


def _is(part: Part, tag: str, *qualifiers: str) -> bool:
    return isinstance(part, Segment) and part.tag == tag and part.component(0) in qualifiers


def _persons(parts: Iterable[Part], around: _Around, today: date) -> Iterator[Listed | Damaged]:
    """Read the persons as their segments come, and put aside what belongs to none."""
    for place, piece in _pieces(parts):
        match place:
            case _Place.HEADER:
                around.header += piece
            case _Place.PERSON:
                yield from (_person(group, today) for group in _untangled(piece))
            case _Place.TRAILER:
                around.trailer += piece
            case _:
                assert_never(place)


def _pieces(parts: Iterable[Part]) -> Iterator[tuple[_Place, list[Part]]]:
    """Cut an interchange: what comes before the first person of a message, each person's own, what comes after."""
    place, piece = _Place.HEADER, list[Part]()
    for part in parts:
        begins = _begins(part)
        if begins is not None:
            yield place, piece
            place, piece = begins, []
        piece.append(part)
    yield place, piece


def _begins(part: Part) -> _Place | None:
    if _is(part, "NAD", *KINDS):
        return _Place.PERSON
    if isinstance(part, Segment) and part.tag in AFTER_PERSONS:
        return _Place.HEADER if part.tag == "UNH" else _Place.TRAILER
    return None


def _untangled(group: list[Part]) -> Iterator[list[Part]]:
    """Split a group at a damaged segment that was another person's NAD: what a person has once comes again."""
    for at, part in enumerate(group):
        if _is_strange(part) and _once(group[:at]) & _once(group[at:]):
            yield group[:at]
            yield group[at:]
            return
    yield group


def _is_strange(part: Part) -> bool:
    return isinstance(part, Unreadable) or part.tag not in OF_PERSON


def _once(parts: Iterable[Part]) -> set[tuple[str, str]]:
    return {key for part in parts if isinstance(part, Segment) and (key := (part.tag, part.component(0))) in ONCE}


def _person(group: Sequence[Part], today: date) -> Listed | Damaged:
    position = f"segment {group[0].position}"
    readable = [part for part in group if isinstance(part, Segment)]
    references = {part.component(0): part.component(0, 1)[:64] for part in readable if part.tag == "RFF"}
    reference, booking = references.get("ABO") or None, references.get("AVF") or None
    try:
        _require_whole(group)
        traveller = _traveller(readable, today)
        documents = tuple(_documents(readable, today))
    except _DamageError as damage:
        return Damaged(position, str(damage), reference, booking)
    except ValidationError as error:
        return Damaged(position, reason_of(error), reference, booking)
    return Listed(position, KINDS[readable[0].component(0)], traveller, documents, reference, booking)


def _require_whole(group: Sequence[Part]) -> None:
    seen: set[tuple[str, str]] = set()
    for part in group:
        if isinstance(part, Unreadable):
            raise _DamageError(f"segment {part.position} {part.reason}")
        if part.tag not in OF_PERSON:
            raise _DamageError(f"segment {part.position} is none that a person has")
        key = (part.tag, part.component(0))
        if key in ONCE and key in seen:
            raise _DamageError(f"segment {part.position} says again what a person has once: a NAD before it is lost")
        seen.add(key)


def _traveller(group: Sequence[Segment], today: date) -> Traveller:
    name = group[0]
    given = " ".join(filter(None, (name.component(3, 1), name.component(3, 2))))
    if not name.component(3) and not given:
        raise _DamageError(f"segment {name.position} names nobody")
    fields = {"surname": name.component(3) or None, "given_names": given or None}
    for part in group:
        match part.tag, part.component(0):
            case "ATT", "2":
                fields["sex"] = _sex(part)
            case "DTM", "329":
                fields["date_of_birth"] = _birth_date(part, today)
            case "NAT", "2":
                fields["nationality"] = part.component(1) or None
            case "LOC", "180":
                fields["place_of_birth"] = part.component(1, 3) or None
    return Traveller.model_validate(fields)


def _sex(part: Segment) -> str | None:
    code = part.component(2)
    if code not in SEX:
        raise _DamageError(f"segment {part.position}: sex is M, F, X or U")
    return SEX[code]


def _documents(group: Sequence[Segment], today: date) -> Iterator[Document]:
    """Read each document with the expiry date and the State that follow it."""
    at = [place for place, part in enumerate(group) if part.tag == "DOC"]
    if len(at) > MOST_DOCUMENTS:
        raise _DamageError(f"segment {group[at[MOST_DOCUMENTS]].position}: more than {MOST_DOCUMENTS} documents")
    for place, following in pairwise([*at, len(group)]):
        yield _document(group[place], group[place + 1 : following], today)


def _document(doc: Segment, details: Iterable[Segment], today: date) -> Document:
    fields: dict[str, str | None] = {"number": doc.component(1) or None, "type": doc.component(0) or None}
    if fields["number"] is None:
        raise _DamageError(f"segment {doc.position}: the document has no number")
    for part in details:
        match part.tag, part.component(0):
            case "DTM", "36":
                fields["expiry_date"] = _expiry_date(part, today)
            case "LOC", "91":
                fields["issuing_state"] = part.component(1) or None
    return Document.model_validate(fields)


def _birth_date(part: Segment, today: date) -> str | None:
    return _date_text(part, centuries.birth_date, today)


def _expiry_date(part: Segment, today: date) -> str | None:
    return _date_text(part, centuries.expiry_date, today)


def _date_text(part: Segment, two_digits: _Century, today: date) -> str | None:
    """Read YYMMDD by the century rule of MRZs, or CCYYMMDD; unknown parts are zeros."""
    text = part.component(0, 1)
    if len(text) == len("CCYYMMDD") and text.isdecimal():
        return _eight_digits(text, part)
    found, _ = two_digits(text, today)
    if found is None:
        raise _DamageError(f"segment {part.position} holds no date as YYMMDD or CCYYMMDD")
    return str(found)


def _eight_digits(text: str, part: Segment) -> str:
    month, day = int(text[4:6]) or None, int(text[6:]) or None
    try:
        return str(PartialDate(int(text[:4]), month, day if month else None))
    except ValueError:
        raise _DamageError(f"segment {part.position} holds a date that no calendar has") from None


def _action(header: Iterable[Segment]) -> Action:
    asked = {(part.component(0), part.component(1)) for part in header if part.tag == "BGM"}
    if not asked <= ACTIONS.keys():
        raise UnreadableListError("BGM names no list of passengers or crew, and no change or cancellation of one.")
    actions = {ACTIONS[each] for each in asked} or {Action.LIST}
    if len(actions) > 1:
        raise UnreadableListError("The messages of one interchange ask for different things; send each by itself.")
    return actions.pop()


def _voyage(header: Sequence[Segment]) -> Voyage:
    legs = tuple(dict.fromkeys(_legs(header)))
    for part in header:
        if _is(part, "TDT", "20"):
            journey = part.component(1)
            carrier = part.component(4) or "".join(sign for sign in journey[:2] if sign.isalnum())
            return Voyage(carrier[:64] or None, journey[:64] or None, MODES.get(part.component(2)), legs)
    return Voyage(None, None, None, legs)


def _legs(header: Sequence[Segment]) -> Iterator[Leg]:
    """Read where each leg goes: each arrival, or place of both, ends one."""
    departure, departure_at = None, None
    at = [place for place, part in enumerate(header) if _is(part, "LOC", "125", "87", "92", "130")]
    for place, following in pairwise([*at, len(header)]):
        code = header[place].component(1) or None
        times = _times(header[place:following])
        if header[place].component(0) != "125" and departure is not None:
            yield Leg(departure, code, departure_at, times.get("232"))
        departure, departure_at = code, times.get("189")


def _times(parts: Iterable[Segment]) -> dict[str, str]:
    """Read the local times of a place; one that cannot be read is left out, since nothing is decided by it."""
    found = {}
    for part in parts:
        text = part.component(0, 1)
        if part.tag == "DTM" and part.component(0) in {"189", "232"} and len(text) == len("YYMMDDHHMM"):
            try:
                found[part.component(0)] = f"{datetime.strptime(text, LOCAL_TIME):%Y-%m-%dT%H:%M}"  # noqa: DTZ007
            except ValueError:
                continue
    return found


def _remarks(found: _Around, persons: Sequence[Listed | Damaged]) -> Iterator[str]:
    for part in (*found.header, *found.trailer):
        if isinstance(part, Unreadable):
            yield f"segment {part.position} {part.reason}"
    ends = {part.tag for part in found.trailer if isinstance(part, Segment)}
    if "UNT" not in ends:
        yield "the message has no end (UNT): persons behind the break are missing"
    yield from _counts(found.trailer, persons)


def _counts(trailer: Iterable[Part], persons: Sequence[Listed | Damaged]) -> Iterator[str]:
    """Compare what the sender counted with what is there, where a damaged person does not hide it."""
    readable = [part for part in trailer if isinstance(part, Segment)]
    for qualifier, kinds in COUNTED.items():
        stated = [part.component(0, 1) for part in readable if part.tag == "CNT" and part.component(0) == qualifier]
        counted = sum(isinstance(person, Listed) and person.kind in kinds for person in persons)
        damaged = sum(isinstance(person, Damaged) for person in persons)
        if stated and all(text.isdecimal() for text in stated):
            expected = sum(map(int, stated))
            if not counted <= expected <= counted + damaged:
                yield f"the sender counted {expected} persons (CNT+{qualifier}), the list holds {counted}"
