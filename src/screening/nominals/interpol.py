"""Notices in the form of INTERPOL's public web service (DOMAIN.md 2.3): details, or the entries of its lists.

The colour is not in the notice but in its address (`_links.self.href`: /notices/v1/red/1993-27493), so it comes from
there, and from the name of the import format where the address is missing. Codes of two letters become ICAO's of
three. Birth dates of a year only, or none, and nationalities that are null are ordinary (2.3.6).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from pydantic import ValidationError

from screening.dates import PartialDate
from screening.identifiers import states
from screening.journal.formats import Item, Reject
from screening.journal.readers import reason_of
from screening.nominals import json_objects
from screening.nominals.json_objects import Object
from screening.nominals.kinds import Colour, Kind
from screening.nominals.schemas import NoticeIn

_ADDRESS = re.compile(r"/notices/v\d+/(red|yellow|un|blue|green|orange)/(entities/)?")
_DATE = re.compile(r"(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?")

NO_COLOUR = (
    "does not tell its colour: it has no _links.self.href. "
    "Import the file as notices.interpol_red.json, notices.interpol_yellow.json or notices.interpol_un.json"
)


def reader(colour: Colour | None) -> Callable[[BinaryIO], Iterator[Item[NoticeIn] | Reject]]:
    """Give the reader of a file; `colour` counts where a notice does not state its own address."""

    def read(stream: BinaryIO) -> Iterator[Item[NoticeIn] | Reject]:
        for each in json_objects.read(stream):
            if isinstance(each, Reject):
                yield each
                continue
            for found in _unpacked(each.content):
                item = _item(each.line, each.raw, found, colour)
                if item is not None:
                    yield item

    return read


def _unpacked(content: Object) -> Sequence[Any]:
    """Give the notices of a list reply, or the one notice that an object is."""
    embedded = content.get("_embedded")
    if isinstance(embedded, Mapping):
        listed = embedded.get("notices")
        return listed if isinstance(listed, list) else []
    return [content]


def _item(line: int, raw: str, found: object, colour: Colour | None) -> Item[NoticeIn] | Reject | None:
    """Make one notice; None for an entity, which is not a traveller."""
    if not isinstance(found, dict):
        return Reject(line, raw, "is not a JSON object")
    address = _ADDRESS.search(_href(found))
    if address is not None and address[2]:
        return None
    colour = Colour(address[1]) if address else colour
    if colour is None:
        return Reject(line, raw, NO_COLOUR)
    try:
        return Item(line, raw, notice_of(found, colour))
    except ValidationError as error:
        return Reject(line, raw, reason_of(error))


def _href(found: Object) -> str:
    links = found.get("_links")
    own = links.get("self") if isinstance(links, Mapping) else None
    href = own.get("href") if isinstance(own, Mapping) else None
    return href if isinstance(href, str) else ""


def notice_of(found: Object, colour: Colour) -> NoticeIn:
    """Make a notice of a public one; raises pydantic.ValidationError where it lacks what a notice needs."""
    return NoticeIn.model_validate(
        {
            "kind": Kind.UN_SPECIAL if colour is Colour.UN else Kind.NOTICE,
            "colour": colour,
            "reference": found.get("entity_id"),
            "subject": _subject(found),
            "offences": [_offence(each) for each in _listed(found, "arrest_warrants") if isinstance(each, Mapping)],
        }
    )


def _subject(found: Object) -> dict[str, Any]:
    place = {"name": _text(found, "place_of_birth"), "country": _code(found.get("country_of_birth_id"))}
    date = _birth_date(found.get("date_of_birth"))
    return {
        "names": [{"surname": _text(found, "name"), "given_names": _text(found, "forename")}],
        "dates_of_birth": [date] if date else [],
        "sex": _text(found, "sex_id"),
        "nationalities": list(filter(None, map(_code, _listed(found, "nationalities")))),
        "places_of_birth": [place] if any(place.values()) else [],
        "languages": [each.lower() for each in _listed(found, "languages_spoken_ids") if isinstance(each, str)],
        "distinguishing_marks": _text(found, "distinguishing_marks"),
    }


def _offence(warrant: Mapping[str, Any]) -> dict[str, Any]:
    charges = [text for text in (_text(warrant, "charge"), _text(warrant, "charge_translation")) if text]
    return {"text": " / ".join(charges)[:4000] or None, "warrant_issued_by": _code(warrant.get("issuing_country_id"))}


def _birth_date(text: object) -> str | None:
    """Read `1980/02/29`, `1980/02` or `1980`; a date that no calendar has keeps its year."""
    found = _DATE.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    for known in ((month, day), (month, None), (None, None)):
        try:
            return str(PartialDate(year or 0, *known))
        except ValueError:
            continue
    return None


def _code(code: object) -> str | None:
    return states.normalise(code) if isinstance(code, str) else None


def _text(found: Mapping[str, Any], field: str) -> str | None:
    """Give a text in one line, or nothing for null and for blanks."""
    value = found.get(field)
    if not isinstance(value, str):
        return None
    return " ".join(value.split()) or None


def _listed(found: Mapping[str, Any], field: str) -> list[Any]:
    value = found.get(field)
    return value if isinstance(value, list) else []
