"""What is known of an object, described trait by trait: its normal form, what it finds, what its agreement is worth.

One description serves the marks that are stored, the questions of a screening and the comparison with a record. Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from screening.identifiers import aircraft, containers, firearms, letters, plates, ships, states, vin
from screening.identifiers.document_numbers import LookAlike
from screening.objects import colours, ship_names
from screening.objects.vocabulary import Agreement, ObjectKind

Values = Mapping[str, object]
"""An object as it was sent: by field, text, numbers and lists of text."""

Traits = dict[str, tuple[str, ...]]
"""An object in normal form: by trait, without those that nothing is known of."""


def _no_look_alikes(_value: str, _country: str | None) -> tuple[LookAlike, ...]:
    return ()


def _equal_only(_one: str, _other: str) -> bool:
    return False


def _sound(_value: str) -> bool:
    return True


def _always(_alike: LookAlike) -> bool:
    return True


def _itself(value: str) -> tuple[str, ...]:
    return (value,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """One thing that is known of an object."""

    name: str
    label: str
    normalise: Callable[[str, str | None], str]
    """From text and, for a plate, its country."""
    fields: tuple[str, ...] = ()
    """The fields that hold its values, where they are others than the one of its name."""
    alone: Agreement | None = None
    """What its agreement is worth by itself; None for what finds no record and only supports or refutes."""
    backing: Mapping[str, Agreement] = field(default_factory=dict)
    """What its agreement is worth when another trait agrees too; one of these that contradicts weakens it."""
    refuted_by: tuple[str, ...] = ()
    """Traits whose contradiction makes its agreement worth nothing."""
    doubted_by: tuple[str, ...] = ()
    """Traits whose contradiction makes a look-alike of it worth nothing."""
    supports: tuple[str, ...] = ()
    """Traits of which one must agree for a look-alike that may well be another object, or a similar name, to count."""
    is_neighbour: Callable[[LookAlike], bool] = _always
    """Whether a look-alike may well be another object that exists."""
    names_one: bool = False
    """Whether it is given to one object of the world: then its contradiction weakens all other agreement."""
    look_alikes: Callable[[str, str | None], tuple[LookAlike, ...]] = _no_look_alikes
    keys: Callable[[str], tuple[str, ...]] = _itself
    """What its value is stored and asked for under."""
    resembles: Callable[[str, str], bool] = _equal_only
    """Whether two values that differ may be one."""
    is_sound: Callable[[str], bool] = _sound
    """Whether a value is right in itself, as by its check digit: one that is not contradicts nothing."""

    @property
    def finds(self) -> bool:
        """Whether records are found by it."""
        return self.alone is not None

    def values(self, sent: Values, country: str | None) -> tuple[str, ...]:
        """Give what an object says of it, in normal form, each value once."""
        found = (self.normalise(text, country) for name in self.fields or (self.name,) for text in texts(sent, name))
        return tuple(dict.fromkeys(filter(None, found)))


def texts(sent: Values, name: str) -> list[str]:
    """Give the texts of a field, which may hold none, one or a list."""
    value = sent.get(name)
    several = value if isinstance(value, list) else [value]
    return [str(each) for each in several if each is not None]


def plate_country(sent: Values) -> str | None:
    """Give the State of a plate, by its code of three letters."""
    return next((states.normalise(text) for text in texts(sent, "plate_country")), None)


def of(kind: ObjectKind, sent: Values) -> Traits:
    """Give the traits of an object."""
    country = plate_country(sent)
    return {trait.name: values for trait in TRAITS[kind] if (values := trait.values(sent, country))}


def _plain(normalise: Callable[[str], str]) -> Callable[[str, str | None], str]:
    return lambda text, _country: normalise(text)


def _alike(look_alikes: Callable[[str], tuple[LookAlike, ...]]) -> Callable[[str, str | None], tuple[LookAlike, ...]]:
    return lambda value, _country: look_alikes(value)


def _state(text: str) -> str:
    return states.normalise(text) or ""


def _part_of(one: str, other: str) -> bool:
    """Tell whether one of two names is the beginning of the other: a 320 may be a 320D."""
    return one.startswith(other) or other.startswith(one)


def _names_are_similar(one: str, other: str) -> bool:
    return ship_names.similarity(one, other) >= ship_names.SIMILAR


_CLEAN = _plain(letters.clean)
_EXACT, _STRONG, _POSSIBLE = Agreement.EXACT, Agreement.STRONG, Agreement.POSSIBLE

VEHICLE = (
    Trait(
        name="vin",
        label="VIN",
        normalise=_plain(vin.normalise),
        alone=_EXACT,
        names_one=True,
        # Makers count their cars, so the VIN of a car that is not stolen may be a look-alike of one that is.
        doubted_by=("colour", "year"),
        supports=("plate", "colour", "engine_number", "gearbox_number"),
        is_neighbour=vin.is_neighbour,
        look_alikes=_alike(vin.look_alikes),
        is_sound=vin.is_sound,
    ),
    Trait(
        name="plate",
        label="Plate",
        normalise=plates.normalise,
        alone=_POSSIBLE,
        backing={"plate_country": _EXACT},
        refuted_by=("plate_country",),
        doubted_by=("make", "model", "colour", "vin"),
        supports=("make", "model", "colour", "vin"),
        look_alikes=plates.look_alikes,
    ),
    Trait(name="plate_country", label="Country of the plate", normalise=_plain(_state)),
    Trait(
        name="engine_number",
        label="Engine number",
        normalise=_CLEAN,
        alone=_POSSIBLE,
        backing={"make": _STRONG, "gearbox_number": _STRONG},
    ),
    Trait(
        name="gearbox_number",
        label="Gearbox number",
        normalise=_CLEAN,
        alone=_POSSIBLE,
        backing={"make": _STRONG, "engine_number": _STRONG},
    ),
    Trait(name="make", label="Make", normalise=_CLEAN, resembles=_part_of),
    Trait(name="model", label="Model", normalise=_CLEAN, resembles=_part_of),
    Trait(name="colour", label="Colour", normalise=_plain(colours.normalise), is_sound=colours.is_plain),
    Trait(name="year", label="Year", normalise=_CLEAN),
)

VESSEL = (
    Trait(
        name="imo",
        label="IMO number",
        normalise=_plain(ships.normalise_imo),
        alone=_EXACT,
        names_one=True,
        look_alikes=_alike(ships.look_alike_imos),
        is_sound=ships.is_ship_number,
    ),
    Trait(
        name="hin",
        label="Hull number",
        normalise=_plain(ships.normalise_hull),
        alone=_EXACT,
        names_one=True,
        look_alikes=_alike(ships.look_alike_hulls),
        is_sound=ships.is_hull_number,
    ),
    # A ship gets another MMSI and call sign with another flag, and a radio may be moved to another ship.
    Trait(name="mmsi", label="MMSI", normalise=_plain(ships.normalise_mmsi), alone=_STRONG),
    Trait(
        name="call_sign",
        label="Call sign",
        normalise=_plain(ships.normalise_call_sign),
        alone=_POSSIBLE,
        backing={"name": _STRONG, "flag": _STRONG},
    ),
    Trait(
        name="name",
        label="Name",
        normalise=_plain(ship_names.normalise),
        fields=("name", "former_names"),
        alone=_POSSIBLE,
        backing={"flag": _STRONG, "type": _STRONG},
        refuted_by=("imo", "hin"),
        supports=("flag", "type"),
        keys=ship_names.keys,
        resembles=_names_are_similar,
    ),
    Trait(
        name="engine_numbers",
        label="Engine number",
        normalise=_CLEAN,
        alone=_POSSIBLE,
        backing={"name": _STRONG, "flag": _STRONG},
    ),
    Trait(name="flag", label="Flag", normalise=_plain(_state), fields=("flag", "former_flags")),
    Trait(name="type", label="Type", normalise=_CLEAN),
)

FIREARM = (
    # Makers number their weapons as they like, so that one serial is on many weapons.
    Trait(
        name="serial",
        label="Serial number",
        normalise=_plain(firearms.normalise_serial),
        alone=_POSSIBLE,
        backing={"make": _EXACT, "model": _STRONG, "calibre": _STRONG},
        supports=("make", "model", "calibre"),
        look_alikes=_alike(firearms.look_alikes),
    ),
    Trait(name="make", label="Make", normalise=_plain(firearms.normalise_make), resembles=_part_of),
    Trait(name="model", label="Model", normalise=_plain(firearms.normalise_model), resembles=_part_of),
    Trait(
        name="calibre",
        label="Calibre",
        normalise=_plain(firearms.normalise_calibre),
        resembles=firearms.may_be_same_calibre,
    ),
    Trait(name="type", label="Type", normalise=_CLEAN),
)

CONTAINER = (
    Trait(
        name="number",
        label="Container number",
        normalise=_plain(containers.normalise),
        alone=_EXACT,
        names_one=True,
        look_alikes=_alike(containers.look_alikes),
        is_sound=containers.is_container,
    ),
    Trait(name="type", label="Type", normalise=_CLEAN),
)

AIRCRAFT = (
    # States register one after the other, so a look-alike may well be another aircraft that flies.
    Trait(
        name="registration",
        label="Registration",
        normalise=_plain(aircraft.normalise),
        alone=_EXACT,
        doubted_by=("serial", "make", "model"),
        supports=("serial", "make", "model"),
        look_alikes=_alike(aircraft.look_alikes),
        is_sound=lambda value: aircraft.state_of(value) is not None,
    ),
    Trait(name="serial", label="Serial number", normalise=_CLEAN, alone=_POSSIBLE, backing={"make": _EXACT}),
    Trait(name="make", label="Make", normalise=_CLEAN, resembles=_part_of),
    Trait(name="model", label="Model", normalise=_CLEAN, resembles=_part_of),
)

TRAITS: dict[ObjectKind, tuple[Trait, ...]] = {
    ObjectKind.VEHICLE: VEHICLE,
    ObjectKind.VESSEL: VESSEL,
    ObjectKind.FIREARM: FIREARM,
    ObjectKind.CONTAINER: CONTAINER,
    ObjectKind.AIRCRAFT: AIRCRAFT,
}
