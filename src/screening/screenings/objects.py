"""Objects of a submission: what is asked for, and what is odd about their numbers. Pure.

A finding asks for a look; it never refuses anybody.
"""

from collections.abc import Iterator
from itertools import chain

from screening.identifiers import aircraft, containers, ships, states, vin
from screening.objects import presenting
from screening.objects.presenting import Presented
from screening.objects.vocabulary import ObjectKind
from screening.screenings.findings import Finding
from screening.screenings.schemas import (
    PresentedAircraft,
    PresentedContainer,
    PresentedVehicle,
    PresentedVessel,
    Submission,
)
from screening.screenings.vocabulary import FindingCode, Severity, Source

SOURCES = {
    ObjectKind.VEHICLE: Source.VEHICLES,
    ObjectKind.VESSEL: Source.VESSELS,
    ObjectKind.FIREARM: Source.FIREARMS,
    ObjectKind.CONTAINER: Source.CONTAINERS,
    ObjectKind.AIRCRAFT: Source.AIRCRAFT,
}
"""Where objects of each kind are looked for; a submission lists them under the same word."""

STANDARD_YEAR = 1981
"""Vehicles of this year and later have a VIN of 17 characters."""


def present(submission: Submission) -> tuple[Presented, ...]:
    """Read the objects of a submission in the form that they are asked for."""
    objects = (
        (kind, place, sent)
        for kind, source in SOURCES.items()
        for place, sent in enumerate(getattr(submission, source.value))
    )
    return tuple(presenting.present(kind, place, sent.model_dump(exclude_none=True)) for kind, place, sent in objects)


def judge(submission: Submission, presented: tuple[Presented, ...]) -> Iterator[Finding]:
    """Name what is odd about the objects of a submission."""
    for each in presented:
        for field in each.unreadable:
            text = "This says nothing that could be asked for: read it again from the object."
            at = f"{SOURCES[each.kind]}.{each.place}.{field}"
            yield Finding(FindingCode.NUMBER_UNREADABLE, at, Severity.REFER, text)
    for place, vehicle in enumerate(submission.vehicles):
        at = f"vehicles.{place}"
        yield from chain(_about_vin(at, vehicle), _about_state(f"{at}.plate_country", vehicle.plate_country))
    for place, vessel in enumerate(submission.vessels):
        at = f"vessels.{place}"
        yield from chain(
            _about_imo(at, vessel),
            _about_mmsi(at, vessel),
            _about_call_sign(at, vessel),
            _about_hull(at, vessel),
            _about_state(f"{at}.flag", vessel.flag),
        )
    for place, container in enumerate(submission.containers):
        yield from _about_container(f"containers.{place}", container)
    for place, craft in enumerate(submission.aircraft):
        yield from _about_registration(f"aircraft.{place}", craft)


def _about_vin(at: str, vehicle: PresentedVehicle) -> Iterator[Finding]:
    number = vin.normalise(vehicle.vin or "")
    if vin.is_vin(number) and not vin.is_sound(number):
        text = "The check digit of the VIN is wrong: read it again, from the frame and not from the papers."
        yield Finding(FindingCode.VIN_CHECK_DIGIT_FAILED, f"{at}.vin", Severity.REFER, text)
    elif number and not vin.is_vin(number):
        modern = vehicle.year is not None and vehicle.year >= STANDARD_YEAR
        severity = Severity.REFER if modern else Severity.INFO
        text = "This is no VIN of 17 characters; only vehicles made before 1981 have other numbers."
        yield Finding(FindingCode.UNEXPECTED_VIN, f"{at}.vin", severity, text)
    elif number != vin.clean(vehicle.vin or ""):
        text = "No VIN holds I, O or Q: they were read as 1 and 0."
        yield Finding(FindingCode.UNEXPECTED_VIN, f"{at}.vin", Severity.INFO, text)


def _about_imo(at: str, vessel: PresentedVessel) -> Iterator[Finding]:
    number = ships.normalise_imo(vessel.imo or "")
    if number and not ships.is_ship_number(number):
        company = ships.is_company_number(number)
        text = "This is the IMO number of a company." if company else "The check digit of the IMO number is wrong."
        yield Finding(FindingCode.IMO_CHECK_DIGIT_FAILED, f"{at}.imo", Severity.REFER, text)


def _about_mmsi(at: str, vessel: PresentedVessel) -> Iterator[Finding]:
    if not vessel.mmsi:
        return
    given = ships.flag_of_mmsi(ships.normalise_mmsi(vessel.mmsi))
    stated = states.normalise(vessel.flag or "")
    if given is None:
        text = "This is no MMSI of a ship: nine digits, of which the first three were given to a State."
        yield Finding(FindingCode.UNEXPECTED_MMSI, f"{at}.mmsi", Severity.REFER, text)
    elif stated is not None and states.owner_of(given) != states.owner_of(stated):
        text = f"The MMSI was given out by {states.name(given)}, which is not the flag that was stated."
        yield Finding(FindingCode.MMSI_FLAG_MISMATCH, f"{at}.mmsi", Severity.REFER, text)


def _about_call_sign(at: str, vessel: PresentedVessel) -> Iterator[Finding]:
    sign = ships.normalise_call_sign(vessel.call_sign or "")
    if sign and not ships.is_call_sign(sign):
        text = "No ship has a call sign of this form: three to seven letters and digits."
        yield Finding(FindingCode.UNEXPECTED_CALL_SIGN, f"{at}.call_sign", Severity.INFO, text)


def _about_hull(at: str, vessel: PresentedVessel) -> Iterator[Finding]:
    number = ships.normalise_hull(vessel.hin or "")
    if number and not ships.is_hull_number(number):
        text = "This has not the form of a hull identification number (ISO 10087)."
        yield Finding(FindingCode.UNEXPECTED_HULL_NUMBER, f"{at}.hin", Severity.INFO, text)


def _about_container(at: str, container: PresentedContainer) -> Iterator[Finding]:
    number = containers.normalise(container.number)
    if containers.check_digit(number) is None:
        text = "This has not the form of a container number (ISO 6346): three letters, U, J or Z, seven digits."
        yield Finding(FindingCode.UNEXPECTED_CONTAINER_NUMBER, f"{at}.number", Severity.INFO, text)
    elif not containers.is_container(number):
        text = "The check digit of the container number is wrong: read it again, from another side of the container."
        yield Finding(FindingCode.CONTAINER_CHECK_DIGIT_FAILED, f"{at}.number", Severity.REFER, text)


def _about_registration(at: str, craft: PresentedAircraft) -> Iterator[Finding]:
    registration = aircraft.normalise(craft.registration or "")
    if registration and aircraft.state_of(registration) is None:
        text = "No State registers aircraft under such a mark."
        yield Finding(FindingCode.UNEXPECTED_REGISTRATION, f"{at}.registration", Severity.REFER, text)


def _about_state(at: str, code: str | None) -> Iterator[Finding]:
    if code is not None and states.normalise(code) is None:
        yield Finding(FindingCode.UNKNOWN_STATE, at, Severity.REFER, "This is no code of a State.")


def unreadable(presented: tuple[Presented, ...], kind: ObjectKind) -> bool:
    """Tell whether something that identifies an object of a kind could not be asked for."""
    return any(each.unreadable or not each.asks for each in presented if each.kind is kind)


def kinds_in(presented: tuple[Presented, ...]) -> list[ObjectKind]:
    """Name the kinds of object that were submitted, in the order in which answers list them."""
    return [kind for kind in SOURCES if any(each.kind is kind for each in presented)]
