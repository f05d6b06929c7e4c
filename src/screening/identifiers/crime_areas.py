"""The areas of crime that operations are run in."""

from enum import StrEnum


class CrimeArea(StrEnum):
    """What a record is about, by the areas that operations are run in."""

    TERRORISM = "terrorism"
    FOREIGN_TERRORIST_FIGHTERS = "foreign_terrorist_fighters"
    TRAFFICKING_IN_PERSONS = "trafficking_in_persons"
    MIGRANT_SMUGGLING = "migrant_smuggling"
    TRAVEL_DOCUMENT_CRIME = "travel_document_crime"
    DRUGS = "drugs"
    FIREARMS = "firearms"
    CBRNE = "cbrne"
    ILLICIT_GOODS = "illicit_goods"
    VEHICLES = "vehicles"
    VESSELS = "vessels"
    ORGANISED_CRIME = "organised_crime"
    KIDNAPPING = "kidnapping"
    MISSING_PERSONS = "missing_persons"
    FINANCIAL_CRIME = "financial_crime"
    MARITIME_CRIME = "maritime_crime"
    CYBERCRIME = "cybercrime"
    OTHER = "other"
