"""A report as it travels, from its figures."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from screening.access.schemas import Mode
from screening.hits.vocabulary import Firearm, Goods, Unit, Vehicle
from screening.identifiers.crime_areas import CrimeArea
from screening.reports.figures import OF_CASES, OF_PERSONS, Figures, Place, Row
from screening.reports.schemas import (
    AnswerTimes,
    Counts,
    Duration,
    Hour,
    OfArea,
    OfCountry,
    OfLabel,
    OfMode,
    OfPost,
    OfSource,
    Outcomes,
    Persons,
    Response,
    Searches,
    SeizedFirearms,
    SeizedGoods,
    SeizedVehicles,
    Seizures,
    Total,
)

BUSIEST = 5


def counts(figures: Figures, crime_areas: Collection[str]) -> Counts:
    """Give all figures of an operation that is about some areas of crime."""
    median, p90 = figures.times
    return Counts(
        searches=Searches(**_whole(figures.lines["searches", ""]), took=AnswerTimes(median_ms=median, p90_ms=p90)),
        hits=Total(**_whole(figures.lines["hits", ""])),
        potential_threats=_int(figures.lines["threats", ""]["records"]),
        outcomes=_outcomes(figures),
        seizures=_seizures(figures),
        response=Response(**{key: _duration(row) for key, row in figures.table("answer").items()}),
        busiest_hours=_busiest(figures),
        by_country=[OfCountry(country=key or None, **_whole(row)) for key, row in figures.table("country").items()],
        by_mode=[OfMode(mode=Mode(key) if key else None, **_whole(row)) for key, row in figures.table("mode").items()],
        by_post=[_post(figures.places[key], row) for key, row in figures.table("post").items()],
        by_source=[OfSource(source=key, **_whole(row)) for key, row in figures.table("source").items()],
        by_label=[_label(key, row) for key, row in figures.table("label").items()],
        by_crime_area=[
            OfArea(crime_area=CrimeArea(key), of_operation=key in crime_areas, **_whole(row))
            for key, row in figures.table("area").items()
        ],
        by_hour=[_hour(key, row) for key, row in figures.table("hour").items()],
    )


def _busiest(figures: Figures) -> list[Hour]:
    """Give the hours of most searches, the earlier first among equals; one that is not told is none of them."""
    told = [(key, row, row["searches"]) for key, row in figures.table("hour").items()]
    ranked = sorted((-searches, key, row) for key, row, searches in told if searches is not None)
    return [_hour(key, row) for _, key, row in ranked[:BUSIEST]]


def _int(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount)


def _whole(row: Row) -> dict[str, Any]:
    return {name: _int(amount) for name, amount in row.items()}


def _hour(key: str, row: Row) -> Hour:
    return Hour(hour=datetime.fromisoformat(key), **_whole(row))


def _post(place: Place, row: Row) -> OfPost:
    return OfPost(
        post=place.post,
        code=place.code,
        organisation=place.organisation,
        country=place.country,
        mode=Mode(place.mode) if place.mode else None,
        **_whole(row),
    )


def _label(key: str, row: Row) -> OfLabel:
    source, _, label = key.partition("/")
    return OfLabel(source=source, label=label, **_whole(row))


def _outcomes(figures: Figures) -> Outcomes:
    persons = {word: Persons(**_whole(figures.lines["persons", word])) for word in OF_PERSONS}
    cases = {word: _int(figures.lines["cases", word]["cases"]) for word in OF_CASES}
    return Outcomes.model_validate(persons | cases)


def _seizures(figures: Figures) -> Seizures:
    return Seizures(
        documents=_int(figures.lines["documents", ""]["pieces"]),
        goods=[_goods(key, row) for key, row in figures.table("goods").items()],
        vehicles=[SeizedVehicles(kind=Vehicle(kind), **_whole(row)) for kind, row in figures.table("vehicles").items()],
        firearms=[SeizedFirearms(kind=Firearm(kind), **_whole(row)) for kind, row in figures.table("firearms").items()],
    )


def _goods(key: str, row: Row) -> SeizedGoods:
    kind, _, unit = key.partition("/")
    return SeizedGoods(kind=Goods(kind), unit=Unit(unit), seizures=_int(row["cases"]), amount=_float(row["amount"]))


def _float(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _duration(row: Row) -> Duration:
    return Duration(cases=_int(row["cases"]), median_seconds=_float(row["median"]), p90_seconds=_float(row["p90"]))
