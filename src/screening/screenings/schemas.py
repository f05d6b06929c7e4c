"""What travels in a screening. Names and shapes are the contract with border software: extend, do not rename."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from screening.audit.schemas import ReceiptOut
from screening.dates import PartialDate
from screening.screenings.vocabulary import (
    ActionCode,
    BoardingVerdict,
    CoverageStatus,
    Decision,
    Desk,
    Direction,
    FindingCode,
    HitKind,
    Mode,
    Purpose,
    Severity,
    Sex,
    Source,
    Strength,
    Verdict,
)

Line = Annotated[str, StringConstraints(max_length=200)]
NameText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, min_length=1, max_length=3)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Reference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
OperationCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{2,20}$")]
DateText = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]

NOT_PROOF = "No hit is not proof that a document is genuine or that a person is who they say."
"""Said in every answer: not all thefts are reported, and no list is complete (DOMAIN.md 1.2.3)."""

SPECIMEN_MRZ = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
"""The specimen passport of ICAO Doc 9303-4."""


def _is_calendar_date(text: str | None) -> str | None:
    if text is not None:
        PartialDate.parse(text)
    return text


class Person(BaseModel):
    """Who a document or an officer says the traveller is."""

    model_config = ConfigDict(extra="forbid")

    surname: NameText | None = None
    given_names: NameText | None = None
    date_of_birth: DateText | None = Field(default=None, description="`1980`, `1980-02` or `1980-02-29`.")
    sex: Sex | None = None
    nationality: Code | None = Field(default=None, description="ICAO three-letter code; `D` is taken for `DEU`.")

    _calendar = field_validator("date_of_birth")(_is_calendar_date)


class Traveller(Person):
    """The traveller, as an officer or a form gives them. Whatever is left out is taken from the MRZ."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "surname": "Eriksson",
                    "given_names": "Anna Maria",
                    "date_of_birth": "1974-08-12",
                    "sex": "F",
                    "nationality": "UTO",
                }
            ]
        },
    )

    full_name: NameText | None = Field(default=None, description="The whole name, where its parts are not known.")
    name_original: NameText | None = Field(default=None, description="The name in its original script.")
    place_of_birth: NameText | None = None

    @property
    def is_named(self) -> bool:
        """Tell whether there is a name to search by."""
        return bool(self.surname or self.given_names or self.full_name or self.name_original)


class DocumentPage(Person):
    """The data of a document as they stand somewhere else than in its MRZ: printed on the page, or in the chip."""

    number: Number | None = None
    issuing_state: Code | None = None
    issue_date: DateText | None = None
    expiry_date: DateText | None = None
    personal_number: Number | None = None

    _dates = field_validator("issue_date", "expiry_date")(_is_calendar_date)


class Chip(BaseModel):
    """What the reader found in the chip. The service does no chip cryptography itself."""

    model_config = ConfigDict(extra="forbid")

    passive_authentication: Verdict | None = None
    active_authentication: Verdict | None = None
    data: DocumentPage | None = None


class Document(DocumentPage):
    """A document as presented: its raw MRZ, or its fields, or both."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"mrz": SPECIMEN_MRZ},
                {"type": "P", "number": "L898902C3", "issuing_state": "UTO", "expiry_date": "2031-04-15"},
            ]
        },
    )

    mrz: Annotated[str, StringConstraints(max_length=400)] | Annotated[list[Line], Field(max_length=6)] | None = Field(
        default=None, description="The machine-readable zone as the reader gives it: one text, or its lines."
    )
    type: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)] | None = Field(
        default=None, description="As in the MRZ (`P`, `PD`, `I`, `V`) or an INTERPOL code (`PAS`, `IDC`, `VSA`)."
    )
    printed: DocumentPage | None = Field(default=None, description="The printed zone, to compare with the MRZ.")
    chip: Chip | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Document":
        if self.mrz is None and self.number is None:
            raise ValueError("a document needs its `mrz` or its `number`; `printed` and `chip` are compared with these")
        return self


class PresentedVehicle(BaseModel):
    """A vehicle that crosses, as far as it was read."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"vin": "WVWZZZ1JZ3W386752", "plate": "AB 123 CD", "plate_country": "FRA"}]},
    )

    vin: Number | None = Field(default=None, description="Or the chassis number of a vehicle made before 1981.")
    plate: Number | None = Field(
        default=None, description="Read in part: `?` for a sign that was not read, `*` for any number of them."
    )
    plate_country: Code | None = None
    engine_number: Number | None = None
    gearbox_number: Number | None = None
    make: Word | None = None
    model: Word | None = None
    colour: Word | None = None
    year: Annotated[int, Field(ge=1880, le=2100)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "PresentedVehicle":
        if not (self.vin or self.plate or self.engine_number or self.gearbox_number):
            raise ValueError("a vehicle needs its `vin`, `plate`, `engine_number` or `gearbox_number`")
        return self


class PresentedVessel(BaseModel):
    """A vessel that calls or leaves."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"imo": "9074729", "name": "Ocean Star", "flag": "FIN"}]},
    )

    imo: Number | None = None
    mmsi: Number | None = None
    hin: Number | None = Field(default=None, description="Hull identification number.")
    call_sign: Number | None = None
    name: Word | None = None
    flag: Code | None = None
    type: Word | None = None
    engine_numbers: Annotated[list[Number], Field(max_length=10)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "PresentedVessel":
        if not (self.imo or self.mmsi or self.hin or self.call_sign or self.name or self.engine_numbers):
            raise ValueError("a vessel needs its `imo`, `mmsi`, `hin`, `call_sign`, `name` or `engine_numbers`")
        return self


class PresentedFirearm(BaseModel):
    """A firearm that crosses."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"serial": "A123456", "make": "Beretta", "calibre": "9x19"}]},
    )

    serial: Number
    make: Word | None = None
    model: Word | None = None
    calibre: Word | None = None
    type: Word | None = None


class PresentedContainer(BaseModel):
    """A freight container that crosses."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"number": "CSQU 305438 3"}]})

    number: Number = Field(description="As on the container (ISO 6346).")
    type: Word | None = None


class PresentedAircraft(BaseModel):
    """An aircraft that lands or leaves."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"registration": "OH-LVB", "make": "Cessna", "model": "172S"}]}
    )

    registration: Number | None = None
    serial: Number | None = Field(default=None, description="The maker's serial number.")
    make: Word | None = None
    model: Word | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "PresentedAircraft":
        if not (self.registration or self.serial):
            raise ValueError("an aircraft needs its `registration` or `serial`")
        return self


class Crossing(BaseModel):
    """Where and how the traveller crosses."""

    model_config = ConfigDict(extra="forbid")

    direction: Direction | None = None
    mode: Mode | None = None
    at: AwareDatetime | None = None
    carrier: Reference | None = None
    reference: Reference | None = None


class Officer(BaseModel):
    """Who asks, as the bureau knows them."""

    model_config = ConfigDict(extra="forbid")

    reference: Reference


class Submission(BaseModel):
    """What border software sends of one crossing: traveller, documents and objects, whatever there is of them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "documents": [{"mrz": SPECIMEN_MRZ}],
                    "crossing": {"direction": "entry", "mode": "air", "carrier": "UT123"},
                    "purpose": "border_control",
                    "officer": {"reference": "UTO-4711"},
                },
                {
                    "traveller": {"surname": "Lindqvist", "given_names": "Elsa", "date_of_birth": "1991-06-02"},
                    "vehicles": [{"vin": "5GZCZ43D13S812715", "plate": "UT-SV 903", "plate_country": "UTO"}],
                    "crossing": {"direction": "exit", "mode": "land"},
                    "officer": {"reference": "UTO-4711"},
                },
            ]
        },
    )

    traveller: Traveller | None = None
    documents: Annotated[list[Document], Field(max_length=8)] = Field(default_factory=list)
    vehicles: Annotated[list[PresentedVehicle], Field(max_length=8)] = Field(default_factory=list)
    vessels: Annotated[list[PresentedVessel], Field(max_length=4)] = Field(default_factory=list)
    firearms: Annotated[list[PresentedFirearm], Field(max_length=16)] = Field(default_factory=list)
    containers: Annotated[list[PresentedContainer], Field(max_length=8)] = Field(default_factory=list)
    aircraft: Annotated[list[PresentedAircraft], Field(max_length=4)] = Field(default_factory=list)
    crossing: Crossing | None = None
    operation: OperationCode | None = Field(default=None, description="The code of a joint operation or major event.")
    purpose: Purpose = Purpose.BORDER_CONTROL
    officer: Officer | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> "Submission":
        objects = self.vehicles or self.vessels or self.firearms or self.containers or self.aircraft
        if not (self.documents or objects) and not (self.traveller and self.traveller.is_named):
            raise ValueError("a screening needs a traveller's name, a document, or something that crosses")
        return self


class BoardingSubmission(Submission):
    """What a carrier sends before a passenger boards."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"documents": [{"type": "P", "number": "L898902C3", "issuing_state": "UTO"}]}]},
    )

    purpose: Literal[Purpose.BOARDING] = Purpose.BOARDING


class Action(BaseModel):
    """The next step for the officer."""

    code: ActionCode
    text: str


EvidenceState = Literal["agrees", "compatible", "absent", "contradicts"]


class Evidence(BaseModel):
    """One reason for or against a match."""

    field: str
    state: EvidenceState
    weight: float | None = Field(
        description="Log-odds in favour of (above 0) or against the match; null for documents and objects."
    )
    text: str
    submitted: str | None
    recorded: str | None


class OwnerOut(BaseModel):
    """Whose record it is: whom to ask."""

    id: UUID
    name: str
    country: str | None


class RecordDetails(BaseModel):
    """What second line and bureaus see of a record beyond what the first line needs."""

    references: list[str]
    names: list[str]
    dates_of_birth: list[str]
    nationalities: list[str]
    purpose: str | None
    conditions_of_use: str | None = Field(default=None, description="What its owner asks of whoever uses it.")
    theft_date: str | None
    theft_country: str | None
    expiry_date: str | None
    batch: str | None


class RecordOut(BaseModel):
    """The record that matched."""

    id: UUID
    version: int
    kind: str = Field(description="`document`, `notice`, `diffusion`, `un_special`, or the kind of an object.")
    reason: str | None = Field(
        description="Why a document is recorded (stolen, lost, stolen_blank, revoked, invalid), or an object (stolen, "
        "misappropriated, lost, trafficked)."
    )
    colour: str | None = Field(description="The colour of a notice or diffusion.")
    cautions: list[str] = Field(description="What endangers the officer or the person.")
    crime_areas: list[str]
    # Answers that were logged before objects were screened are shown again without what came with those.
    description: str | None = Field(default=None, description="What an object looks like, to compare it with.")
    owner: OwnerOut
    details: RecordDetails | None = Field(description="For second line and bureaus; null at the first line.")


class HitOut(BaseModel):
    """One record that matches, why, and what to do."""

    id: UUID
    source: Source
    kind: HitKind
    document: int | None = Field(description="Which of the submitted documents, from 0; null for anything else.")
    object: int | None = Field(
        default=None, description="Which of the submitted objects of its kind, from 0; null for others."
    )
    record: RecordOut
    strength: Strength
    score: float = Field(
        description="How likely this is the record's person, document or object, 0 to 1, were half of all travellers "
        "listed."
    )
    desk: Desk
    evidence: list[Evidence]
    action: Action
    counterfactual: str | None = Field(
        default=None,
        description="What of the person would have to be otherwise for this to be no hit, where one thing.",
    )


class SuppressedOut(BaseModel):
    """A record that matched and did not alarm, because the match was found to be false before."""

    redress: UUID
    source: Source
    record: UUID
    version: int
    strength: Strength
    desk: Desk = Field(description="The desk that would have had to act.")


class FindingOut(BaseModel):
    """Something about a document or object that an officer should look at. A finding never refuses anybody."""

    code: FindingCode
    field: str = Field(examples=["documents.0.expiry_date"])
    severity: Severity
    text: str


class CoverageOut(BaseModel):
    """What one source contributed. Only `answered` counts as an answer."""

    source: Source
    status: CoverageStatus
    required: bool = Field(description="Whether `no_hit` needs this source, given what was submitted.")
    as_of: datetime | None = Field(description="The source was complete up to this instant.")
    position: int | None = Field(description="How far in the journal of record changes the source had come.")


class CheckOut(BaseModel):
    """One check digit of an MRZ."""

    field: str
    status: str = Field(description="ok, failed, absent or unreadable.")
    found: str | None
    expected: str | None


class ReadingOut(BaseModel):
    """How the MRZ of a document was read."""

    document: int
    format: str
    document_code: str | None
    issuing_state: str | None
    complete: bool
    checks: list[CheckOut]
    century_rule: str


class PolicyRef(BaseModel):
    """Which rules decided."""

    name: str
    version: str


class Engine(BaseModel):
    """Which code decided."""

    version: str
    names: str = Field(description="Name and version of the profile of the name engine.")


class Answer(BaseModel):
    """A screening before its receipt."""

    id: UUID
    decision: Decision
    desk: Desk | None = Field(description="The most urgent desk; null when there is nothing to look at.")
    action: Action
    hits: list[HitOut]
    suppressed: list[SuppressedOut] = Field(
        default_factory=list, description="Records that a redress kept from alarming; never shown at the first line."
    )
    findings: list[FindingOut]
    coverage: list[CoverageOut]
    readings: list[ReadingOut]
    policy: PolicyRef
    engine: Engine
    statement: str = Field(default=NOT_PROOF, description="What an answer does not say.")
    screened_at: datetime
    exercise: bool = Field(default=False, description="Part of an exercise: nobody outside it is told.")
    took_ms: float = Field(description="From the request's arrival to the decision; the durable audit write follows.")


class Screening(Answer):
    """The answer to a submission."""

    receipt: ReceiptOut


class Boarding(BaseModel):
    """The answer to a carrier: what to do with the passenger, and never why."""

    id: UUID
    verdict: BoardingVerdict
    screened_at: datetime
    receipt: ReceiptOut


class MeasuredOut(BaseModel):
    """What a profile came to on made-up travellers and a made-up list; `screening bench alarms` measures your own."""

    engine: str = Field(description="The name engine that was measured.")
    listed: int = Field(description="Records on the list: alarms grow with it.")
    recall: float = Field(description="Share of listed travellers, names and birth dates misspelt, that are found.")
    recall_first_line: float = Field(description="Share of listed travellers that are stopped at the first line.")
    referred: float = Field(description="Share of innocents, named like the listed, sent to either desk.")
    stopped: float = Field(description="Share of innocents, named like the listed, stopped at the first line.")


class ProfileOut(BaseModel):
    """A named profile: from which score on a person concerns which desk, and what that comes to."""

    name: str
    version: str
    description: str
    first_line_score: float
    second_line_score: float
    measured: MeasuredOut | None


class CalibrationOut(BaseModel):
    """What a score says: how likely it is that the record is the traveller, given how many travellers are listed."""

    listed_share: float = Field(
        description="The prior: scores are probabilities where this share of the travellers is on the list. "
        "Where the share is s, the odds of a score are multiplied by s / (1 - s) and divided by those of this share."
    )
    listed: int = Field(description="Records on the list that it was measured on; on a longer one scores are too high.")
    error: float = Field(description="Expected calibration error: how far scores lay from what came true, on average.")


class PolicyOut(BaseModel):
    """The rules that decide, as they are now."""

    name: str
    version: str
    description: str
    required_sources: dict[str, list[Source]] = Field(description="By what is submitted: the sources that must answer.")
    first_line_score: float = Field(description="From this score on, with support, a person stops at the first line.")
    second_line_score: float = Field(description="From this score on a person is referred to the second line.")
    deadline_seconds: float = Field(description="What a source may take before it counts as timed out.")
    freshness_seconds: float = Field(description="The age from which on the name index counts as stale.")
    retired_colours: list[str] = Field(description="Colours that never match a living traveller.")
    calibration: CalibrationOut = Field(description="The prior at which a person's score is a probability.")
    profiles: list[ProfileOut] = Field(description="Every profile that an operator may put in force.")


class SourceOut(BaseModel):
    """One source as it is now."""

    source: Source
    status: CoverageStatus
    as_of: datetime | None
    position: int | None
    records: int | None = Field(description="How many records it searches, where that is known without counting.")


class SourceList(BaseModel):
    """All sources."""

    items: list[SourceOut]
