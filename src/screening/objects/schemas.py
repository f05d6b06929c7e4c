"""What travels: an object as its owner reports it, and the record that we make of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from screening.identifiers import containers, firearms, letters, plates, ships, vin
from screening.identifiers.crime_areas import CrimeArea
from screening.journal import fields
from screening.journal.fields import Day, Ending, Reference, Remark, StateCode, printable
from screening.journal.retention import RecordStatus, RetentionReason
from screening.objects.vocabulary import Reason

SHORTEST, LONGEST = 3, 30
"""Letters and digits of a number that tells objects apart; a shorter one would agree with too much. Plates and serials,
which need a country or make beside them, may be as short as one."""

EARLIEST_YEAR, LATEST_YEAR = 1880, 2100


def _number(normalise: Callable[[str], str], shortest: int = SHORTEST) -> Callable[[str], str]:
    def validated(text: str) -> str:
        number = normalise(text)
        if letters.loses_characters(text) or not shortest <= len(number) <= LONGEST:
            raise ValueError(f"a number has {shortest} to {LONGEST} letters A-Z and digits")
        return number

    return validated


def _imo(text: str) -> str:
    number = ships.normalise_imo(text)
    if not ships.is_ship_number(number):
        raise ValueError("an IMO ship number has seven digits, of which the last checks the others")
    return number


def _container(text: str) -> str:
    number = containers.normalise(text)
    if not containers.is_container(number):
        raise ValueError("a container number has three letters, U, J or Z, and seven digits, the last a check digit")
    return number


def _mmsi(text: str) -> str:
    number = ships.normalise_mmsi(text)
    if len(number) != ships.MMSI_LENGTH or not number.isdigit():
        raise ValueError("an MMSI has nine digits")
    return number


def _each_once(codes: list[str]) -> list[str] | None:
    """Give the States in one order, so that the same ones are the same record, and no State as nothing."""
    return sorted(set(codes)) or None


def _listed(value: object) -> object:
    """Take a text as a list whose parts are divided by a bar: CSV knows no lists."""
    return [part.strip() for part in value.split("|")] if isinstance(value, str) else value


Vin = Annotated[str, StringConstraints(max_length=64), AfterValidator(_number(vin.normalise))]
Mark = Annotated[str, StringConstraints(max_length=64), AfterValidator(_number(letters.clean))]
Plate = Annotated[str, StringConstraints(max_length=64), AfterValidator(_number(letters.clean, 1))]
Hull = Annotated[str, StringConstraints(max_length=64), AfterValidator(_number(ships.normalise_hull))]
Imo = Annotated[str, StringConstraints(max_length=20), AfterValidator(_imo)]
Mmsi = Annotated[str, StringConstraints(max_length=20), AfterValidator(_mmsi)]
ContainerNumber = Annotated[str, StringConstraints(max_length=20), AfterValidator(_container)]
Serial = Annotated[str, StringConstraints(max_length=64), AfterValidator(_number(firearms.normalise_serial, 1))]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), AfterValidator(printable)]
Words = Annotated[list[Word], Field(max_length=10), BeforeValidator(_listed)]
Marks = Annotated[list[Mark], Field(max_length=10), BeforeValidator(_listed)]
States = Annotated[list[StateCode], Field(max_length=10), BeforeValidator(_listed)]
HiddenFrom = Annotated[fields.States, AfterValidator(_each_once)]
Areas = Annotated[list[CrimeArea], Field(max_length=len(CrimeArea)), BeforeValidator(_listed)]


class Circumstances(BaseModel):
    """What an owner tells of an object beside what it is, and may change."""

    model_config = ConfigDict(extra="forbid")

    theft_date: Day | None = Field(default=None, description="When it was stolen, lost or not given back.")
    theft_country: StateCode | None = Field(default=None, description="Where that was.")
    crime_areas: Areas | None = Field(
        default=None, description="What operations it concerns; by default the area of its kind."
    )
    national_reference: Reference | None = None
    bureau_reference: Reference | None = None
    additional_information: Remark | None = Field(default=None, description="Never personal data.")
    hidden_from: HiddenFrom | None = Field(
        default=None, description="States that must not find the record; in CSV with blanks between them."
    )
    retention_date: Day | None = Field(
        default=None, description="The last day on which it matches. By default, and at most: 5 years from now."
    )
    retention_reason: RetentionReason | None = Field(
        default=None, description="Goes with a retention_date that differs from the one on record."
    )


class Vehicle(BaseModel):
    """What is known of a vehicle; never personal data."""

    vin: Vin | None = Field(default=None, description="Or the chassis number of a vehicle made before 1981.")
    plate: Plate | None = None
    plate_country: StateCode | None = None
    engine_number: Mark | None = None
    gearbox_number: Mark | None = None
    make: Word | None = None
    model: Word | None = None
    colour: Word | None = None
    year: Annotated[int, Field(ge=EARLIEST_YEAR, le=LATEST_YEAR)] | None = Field(
        default=None, description="Of first registration."
    )


class Vessel(BaseModel):
    """What is known of a vessel."""

    imo: Imo | None = None
    mmsi: Mmsi | None = None
    hin: Hull | None = Field(default=None, description="Hull identification number (ISO 10087).")
    call_sign: Mark | None = None
    name: Word | None = None
    former_names: Words | None = Field(default=None, description="In CSV divided by |.")
    flag: StateCode | None = None
    former_flags: States | None = None
    type: Word | None = None
    engine_numbers: Marks | None = None


class Firearm(BaseModel):
    """What is known of a firearm."""

    serial: Serial | None = None
    make: Word | None = None
    model: Word | None = None
    calibre: Word | None = None
    type: Word | None = None


class Container(BaseModel):
    """What is known of a freight container."""

    number: ContainerNumber | None = None
    type: Word | None = None


class Aircraft(BaseModel):
    """What is known of an aircraft."""

    registration: Mark | None = None
    serial: Mark | None = Field(default=None, description="The maker's serial number.")
    make: Word | None = None
    model: Word | None = None


class Report(Circumstances):
    """What every report of an object says."""

    reason: Reason


VEHICLE: dict[str, Any] = {
    "vin": "1M8GDM9AXKP042788",
    "plate": "UT-AB 123",
    "plate_country": "UTO",
    "make": "MCI",
    "model": "MC-9",
    "colour": "white",
    "year": 1989,
    "reason": "stolen",
    "theft_date": "2026-02-11",
    "theft_country": "UTO",
    "national_reference": "UT-2026-V-0042",
}
VESSEL: dict[str, Any] = {
    "imo": "9074729",
    "mmsi": "230123450",
    "name": "Ocean Star",
    "former_names": ["Northern Star"],
    "flag": "FIN",
    "type": "cargo ship",
    "reason": "misappropriated",
    "theft_country": "UTO",
}
FIREARM: dict[str, Any] = {
    "serial": "A123456",
    "make": "Beretta",
    "model": "92 FS",
    "calibre": "9 mm Parabellum",
    "type": "pistol",
    "reason": "stolen",
    "theft_country": "UTO",
}


CONTAINER: dict[str, Any] = {
    "number": "CSQU3054383",
    "type": "dry, 20 feet",
    "reason": "stolen",
    "theft_date": "2026-02-02",
    "theft_country": "UTO",
}
AIRCRAFT: dict[str, Any] = {
    "registration": "OH-LVB",
    "serial": "172S8042",
    "make": "Cessna",
    "model": "172S",
    "reason": "misappropriated",
    "theft_country": "FIN",
}


class VehicleIn(Vehicle, Report):
    """A vehicle that is looked for: its VIN, or its plate with country, or its engine number with make."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [VEHICLE]})

    @model_validator(mode="after")
    def _identified(self) -> Self:
        if not (self.vin or (self.plate and self.plate_country) or (self.engine_number and self.make)):
            raise ValueError("a vehicle has a vin, or a plate with plate_country, or an engine_number with make")
        if self.plate:
            self.plate = plates.normalise(self.plate, self.plate_country)
        return self


class VesselIn(Vessel, Report):
    """A vessel that is looked for: one of its numbers, or its name with flag."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [VESSEL]})

    @model_validator(mode="after")
    def _identified(self) -> Self:
        if not (self.imo or self.hin or self.mmsi or self.call_sign or (self.name and self.flag)):
            raise ValueError("a vessel has an imo, hin, mmsi or call_sign, or a name with flag")
        return self


class FirearmIn(Firearm, Report):
    """A firearm that is looked for. Makers number as they like, so a serial goes with its make."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [FIREARM]})

    serial: Serial
    make: Word


class ContainerIn(Container, Report):
    """A container that is looked for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [CONTAINER]})

    number: ContainerNumber


class AircraftIn(Aircraft, Report):
    """An aircraft that is looked for: its registration, or its serial number with make."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [AIRCRAFT]})

    @model_validator(mode="after")
    def _identified(self) -> Self:
        if not (self.registration or (self.serial and self.make)):
            raise ValueError("an aircraft has a registration, or a serial with make")
        return self


class VehiclePatch(Vehicle, Circumstances):
    """Fields to replace; null empties one. VIN and plate may be added, not replaced; the reason stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"colour": "blue"}]})


class VesselPatch(Vessel, Circumstances):
    """Fields to replace; null empties one. IMO and hull number may be added, not replaced; the reason stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"former_flags": ["UTO"]}]})


class FirearmPatch(Firearm, Circumstances):
    """Fields to replace; null empties one. Serial, make and reason stay."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"type": "semi-automatic pistol"}]})


class ContainerPatch(Container, Circumstances):
    """Fields to replace; null empties one. Number and reason stay."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"type": "refrigerated, 20 feet"}]})


class AircraftPatch(Aircraft, Circumstances):
    """Fields to replace; null empties one. Registration and serial may be added, not replaced; the reason stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"model": "172S Skyhawk"}]})


class ObjectWithdrawal(BaseModel):
    """The end of a record."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Found and returned to its owner."}]}
    )

    reason: Ending = Field(description="Never personal data.")


class ObjectOwner(BaseModel):
    """The organisation that answers for a record."""

    organisation_id: UUID
    country: str | None


class Kept(BaseModel):
    """What every record of an object has."""

    id: UUID
    owner: ObjectOwner
    version: int
    status: RecordStatus
    reason: Reason
    theft_date: Day | None
    theft_country: str | None
    crime_areas: list[CrimeArea]
    national_reference: str | None
    bureau_reference: str | None
    additional_information: str | None
    hidden_from: list[str]
    retention_date: Day
    created_at: datetime
    updated_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


class VehicleRecord(Vehicle, Kept):
    """The record of a vehicle."""


class VesselRecord(Vessel, Kept):
    """The record of a vessel."""


class FirearmRecord(Firearm, Kept):
    """The record of a firearm."""


class ContainerRecord(Container, Kept):
    """The record of a container."""


class AircraftRecord(Aircraft, Kept):
    """The record of an aircraft."""


class VehicleRecords(BaseModel):
    """A page of records."""

    items: list[VehicleRecord]
    next: UUID | None = Field(description="Send it as `after` for the next page; null at the end.")


class VesselRecords(BaseModel):
    """A page of records."""

    items: list[VesselRecord]
    next: UUID | None = Field(description="Send it as `after` for the next page; null at the end.")


class FirearmRecords(BaseModel):
    """A page of records."""

    items: list[FirearmRecord]
    next: UUID | None = Field(description="Send it as `after` for the next page; null at the end.")


class ContainerRecords(BaseModel):
    """A page of records."""

    items: list[ContainerRecord]
    next: UUID | None = Field(description="Send it as `after` for the next page; null at the end.")


class AircraftRecords(BaseModel):
    """A page of records."""

    items: list[AircraftRecord]
    next: UUID | None = Field(description="Send it as `after` for the next page; null at the end.")
