"""What differs between kinds of object: their schemas, what makes one of them unique, what may not be replaced."""

from collections.abc import Callable
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


# FastAPI learns what a body holds from the signature of a function: one for each kind, and the routes are written once.
def _vehicle(sent: schemas.VehicleIn) -> Report:
    return sent


def _vessel(sent: schemas.VesselIn) -> Report:
    return sent


def _firearm(sent: schemas.FirearmIn) -> Report:
    return sent


def _container(sent: schemas.ContainerIn) -> Report:
    return sent


def _aircraft(sent: schemas.AircraftIn) -> Report:
    return sent


def _vehicle_changes(sent: schemas.VehiclePatch) -> Circumstances:
    return sent


def _vessel_changes(sent: schemas.VesselPatch) -> Circumstances:
    return sent


def _firearm_changes(sent: schemas.FirearmPatch) -> Circumstances:
    return sent


def _container_changes(sent: schemas.ContainerPatch) -> Circumstances:
    return sent


def _aircraft_changes(sent: schemas.AircraftPatch) -> Circumstances:
    return sent


@dataclass(frozen=True, slots=True)
class Described:
    """One kind of object."""

    kind: ObjectKind
    record_kind: RecordKind
    plural: str
    report: type[Report]
    record: type[Kept]
    records: type[BaseModel]
    sent: Callable[..., Report]
    """Takes a report out of a request."""
    changes: Callable[..., Circumstances]
    """Takes changes out of a request."""
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
    _vehicle,
    _vehicle_changes,
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
    _vessel,
    _vessel_changes,
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
    _firearm,
    _firearm_changes,
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
    _container,
    _container_changes,
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
    _aircraft,
    _aircraft_changes,
    identities=(("registration",), ("make", "serial")),
    fixed=("registration", "serial"),
    crime_area=CrimeArea.OTHER,
)
KINDS = (VEHICLE, VESSEL, FIREARM, CONTAINER, AIRCRAFT)
OF_KIND = {each.kind: each for each in KINDS}
