"""The individuals of the UN Security Council Consolidated List, as the file published has them."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse  # type: ignore[import-untyped]  # it has no types

from screening.dates import BirthDate, PartialDate, YearRange
from screening.matching import ListedName, NameKind, Nominal

_ALIASES = re.compile(r";|\(.*?\)|\b[a-z]\)|\bborn\b.*")
"""What parts the aliases of one entry, and the remarks among them."""

PATH = Path(__file__).resolve().parents[3] / "shared" / "data" / "un_consolidated.xml"


def read(path: Path = PATH) -> list[Nominal]:
    """Read the individuals; none where the file is missing."""
    if not path.exists():
        return []
    return [_nominal(individual) for individual in parse(path).getroot().iterfind("INDIVIDUALS/INDIVIDUAL")]


def for_tuning(nominal_id: str) -> bool:
    """Whether a person belongs to the half that weights are tuned on; the other half is reported."""
    return hashlib.sha256(nominal_id.encode()).digest()[0] < 128


def _nominal(individual: Element) -> Nominal:
    return Nominal(
        id=_text(individual, "DATAID"),
        names=tuple(_names(individual)),
        birth_dates=tuple(_birth_dates(individual)),
        nationalities=frozenset(_texts(individual, "NATIONALITY/VALUE")),
        places_of_birth=tuple(_texts(individual, "INDIVIDUAL_PLACE_OF_BIRTH/CITY")),
    )


def _text(element: Element, path: str) -> str:
    return " ".join((element.findtext(path) or "").split())


def _texts(element: Element, path: str) -> list[str]:
    return [" ".join(found.text.split()) for found in element.iterfind(path) if found.text and found.text.strip()]


def _names(individual: Element) -> Iterator[ListedName]:
    parts = [_text(individual, f"{which}_NAME") for which in ("FIRST", "SECOND", "THIRD", "FOURTH")]
    yield ListedName(full_name=" ".join(part for part in parts if part))
    if original := _text(individual, "NAME_ORIGINAL_SCRIPT"):
        yield ListedName(full_name=original, kind=NameKind.ORIGINAL_SCRIPT)
    for alias in individual.iterfind("INDIVIDUAL_ALIAS"):
        kind = NameKind.LOW_QUALITY_ALIAS if _text(alias, "QUALITY") == "Low" else NameKind.ALIAS
        for name in _ALIASES.split(_text(alias, "ALIAS_NAME")):
            if name.strip(" ,."):
                yield ListedName(full_name=name.strip(" ,."), kind=kind)


def _birth_dates(individual: Element) -> Iterator[BirthDate]:
    for stated in individual.iterfind("INDIVIDUAL_DATE_OF_BIRTH"):
        first, last = _text(stated, "FROM_YEAR"), _text(stated, "TO_YEAR")
        day, year = _text(stated, "DATE"), _text(stated, "YEAR")
        about = "~" if _text(stated, "TYPE_OF_DATE") == "APPROXIMATELY" else ""
        if first and last:
            yield YearRange(int(first), int(last))
        elif day or year:
            yield PartialDate.parse((day or year) + about)
