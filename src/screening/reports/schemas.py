"""What travels of a report. A figure that is null is suppressed: too few to be told to this reader."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from screening.access.schemas import Mode
from screening.hits.vocabulary import Firearm, Goods, Unit, Vehicle
from screening.identifiers.crime_areas import CrimeArea
from screening.operations.vocabulary import Kind, State
from screening.reports.vocabulary import Part

Figure = int | None


class About(BaseModel):
    """The operation that a report is about."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    code: str
    kind: Kind
    name: str
    state: State
    countries: list[str]
    crime_areas: list[CrimeArea]
    objectives: str | None
    begins_at: datetime
    ends_at: datetime


class Period(BaseModel):
    """Which hours are counted; null where nothing narrows them."""

    since: datetime | None = Field(description="From this hour on.")
    until: datetime | None = Field(description="Before this hour.")


class Counted(BaseModel):
    """How much of the log is inside: the report can be counted again from an export of so many entries."""

    entries: int = Field(description="Entries of the log, from its first on, that were looked at.")
    waiting: int = Field(description="Entries that are in the log and not counted yet; 0 but for a second.")
    made_at: datetime


class AnswerTimes(BaseModel):
    """How long searches took, as upper bounds; null when fewer than 100 were counted."""

    median_ms: int | None
    p90_ms: int | None


class Searches(BaseModel):
    """Searches by what the first line was told."""

    total: Figure
    hit: Figure
    no_hit: Figure
    incomplete: Figure = Field(description="Some required source could not answer.")
    took: AnswerTimes


class Verdicts(BaseModel):
    """Hits, by how each stands; the five parts add up to `hits`."""

    hits: Figure
    confirmed: Figure
    not_confirmed: Figure
    false_match: Figure = Field(description="Reported as false, or closed at the gate without asking the owner.")
    no_reply: Figure
    open: Figure


class Total(Verdicts):
    """All hits."""

    overdue: Figure = Field(description="Cases whose present step is overdue.")
    escalated: Figure = Field(description="Cases of which a step was overdue at some time.")


class Hour(BaseModel):
    """One hour, UTC; hours in which nothing was searched are left out."""

    hour: datetime
    searches: Figure
    hits: Figure


class OfCountry(Verdicts):
    """What was done in one State."""

    country: str | None = Field(description="Where the post stands; of a desk, where its organisation is seated.")
    searches: Figure


class OfMode(Verdicts):
    """What was done at posts of one mode; null for desks."""

    mode: Mode | None
    searches: Figure


class OfPost(Verdicts):
    """What was done at one post; one line for all desks of an organisation that stand at no post."""

    post: UUID | None
    code: str | None
    organisation: UUID | None = Field(description="Of desks, whose they are.")
    country: str | None
    mode: Mode | None
    searches: Figure


class OfSource(Verdicts):
    """Hits in one source."""

    source: str


class OfLabel(Verdicts):
    """Hits by the reason of the document or object, or the colour of the notice."""

    source: str
    label: str


class OfArea(Verdicts):
    """Hits in one area of crime. A hit may belong to several, so these do not add up."""

    crime_area: CrimeArea
    of_operation: bool = Field(description="Whether the operation is about it.")


class Persons(BaseModel):
    """Persons; minors are counted apart."""

    adults: Figure
    minors: Figure


class Outcomes(BaseModel):
    """What came of the hits, as reported in their cases."""

    refused_entry: Persons
    arrested: Persons
    released: Persons
    victim_protected: Persons
    person_located: Persons
    silent_report: Figure = Field(description="Cases.")
    false_match: Figure = Field(description="Cases.")


class SeizedGoods(BaseModel):
    """Goods of one kind."""

    kind: Goods
    unit: Unit
    seizures: Figure
    amount: float | None


class SeizedVehicles(BaseModel):
    """Vehicles of one kind."""

    kind: Vehicle
    pieces: Figure


class SeizedFirearms(BaseModel):
    """Firearms of one kind."""

    kind: Firearm
    pieces: Figure


class Seizures(BaseModel):
    """What was seized, by kind and amount."""

    documents: Figure
    goods: list[SeizedGoods]
    vehicles: list[SeizedVehicles]
    firearms: list[SeizedFirearms]


class Duration(BaseModel):
    """How long something took in so many cases."""

    cases: Figure
    median_seconds: float | None
    p90_seconds: float | None


class Response(BaseModel):
    """How long owners took to answer the first time."""

    since_asked: Duration = Field(description="From the question to the owner's answer.")
    since_hit: Duration = Field(description="From the hit to the owner's answer: as long as the traveller waited.")


class Discreet(BaseModel):
    """Hits on discreet records of the reader's own organisation, which nobody else learns of."""

    hits: int
    silent_reports: int = Field(description="Those of which a silent report was made.")


class Counts(BaseModel):
    """All that is counted."""

    searches: Searches
    hits: Total
    potential_threats: Figure = Field(
        description="Records with a confirmed hit that are red, orange or UN notices, or about terrorism or CBRNE."
    )
    outcomes: Outcomes
    seizures: Seizures
    response: Response
    busiest_hours: list[Hour] = Field(description="The five hours of most searches, busiest first.")
    by_country: list[OfCountry]
    by_mode: list[OfMode]
    by_post: list[OfPost]
    by_source: list[OfSource]
    by_label: list[OfLabel]
    by_crime_area: list[OfArea]
    by_hour: list[Hour]


class Head(BaseModel):
    """What a report is about, and for whom it was made."""

    operation: About
    part: Part
    period: Period
    counted: Counted
    suppressed_below: int | None = Field(
        description="Figures of others below this are null, and so are those that would tell them; null: all shown."
    )
    discreet: Discreet | None = Field(description="For the bureau of the records' owner alone; null for others.")


class Report(Counts, Head):
    """The figures of an operation."""
