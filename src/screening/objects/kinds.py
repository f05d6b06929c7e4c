"""What differs between kinds of object: their schemas, what makes one of them unique, what may not be replaced."""

from dataclasses import dataclass

from pydantic import BaseModel

from screening.identifiers.crime_areas import CrimeArea
from screening.journal.changes import RecordKind
from screening.objects import schemas
from screening.objects.schemas import Circumstances, Kept, Report
from screening.objects.traits import Traits
from screening.objects.vocabulary import ObjectKind

YEARS = 5
"""How long a record is kept at most, from when its owner last decided on that: a first period is normally not above
five years (INTERPOL, Rules on the Processing of Data; DOMAIN.md 3.2.3)."""


@dataclass(frozen=True, slots=True)
class Described:
    """One kind of object."""

    kind: ObjectKind
    record_kind: RecordKind
    plural: str
    report: type[Report]
    record: type[Kept]
    records: type[BaseModel]
    patch: type[Circumstances]
    identities: tuple[tuple[str, ...], ...]
    """Traits that together are one object: the first of these that are all known make it unique for its owner."""
    fixed: tuple[str, ...]
    """Fields that may be added and never replaced: to correct one, the record is withdrawn and entered again."""
    crime_area: CrimeArea

    def identity(self, known: Traits) -> str:
        """Give what makes an object unique among those of its kind and owner."""
        names = next(names for names in self.identities if all(known.get(name) for name in names))
        return "|".join(f"{name}={known[name][0]}" for name in names)


VEHICLE = Described(
    ObjectKind.VEHICLE,
    RecordKind.VEHICLE,
    "vehicles",
    schemas.VehicleIn,
    schemas.VehicleRecord,
    schemas.VehicleRecords,
    schemas.VehiclePatch,
    identities=(("vin",), ("plate_country", "plate"), ("make", "engine_number")),
    fixed=("vin", "plate", "plate_country"),
    crime_area=CrimeArea.VEHICLES,
)
VESSEL = Described(
    ObjectKind.VESSEL,
    RecordKind.VESSEL,
    "vessels",
    schemas.VesselIn,
    schemas.VesselRecord,
    schemas.VesselRecords,
    schemas.VesselPatch,
    identities=(("imo",), ("hin",), ("mmsi",), ("call_sign",), ("flag", "name")),
    fixed=("imo", "hin"),
    crime_area=CrimeArea.VESSELS,
)
FIREARM = Described(
    ObjectKind.FIREARM,
    RecordKind.FIREARM,
    "firearms",
    schemas.FirearmIn,
    schemas.FirearmRecord,
    schemas.FirearmRecords,
    schemas.FirearmPatch,
    identities=(("serial", "make", "calibre"), ("serial", "make")),
    fixed=("serial", "make"),
    crime_area=CrimeArea.FIREARMS,
)
CONTAINER = Described(
    ObjectKind.CONTAINER,
    RecordKind.CONTAINER,
    "containers",
    schemas.ContainerIn,
    schemas.ContainerRecord,
    schemas.ContainerRecords,
    schemas.ContainerPatch,
    identities=(("number",),),
    fixed=("number",),
    crime_area=CrimeArea.OTHER,
)
AIRCRAFT = Described(
    ObjectKind.AIRCRAFT,
    RecordKind.AIRCRAFT,
    "aircraft",
    schemas.AircraftIn,
    schemas.AircraftRecord,
    schemas.AircraftRecords,
    schemas.AircraftPatch,
    identities=(("registration",), ("make", "serial")),
    fixed=("registration", "serial"),
    crime_area=CrimeArea.OTHER,
)
KINDS = (VEHICLE, VESSEL, FIREARM, CONTAINER, AIRCRAFT)
OF_KIND = {each.kind: each for each in KINDS}
