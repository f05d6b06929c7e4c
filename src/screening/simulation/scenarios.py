"""The operations that can be played: who took part, where, how much was searched, and what came of it.

What INTERPOL published stands in `published`, with its place in DOMAIN.md; a play ends with the service's own report
stating these figures. What nobody published is ours, and `ours` says so: everything else that is planted, and which
States took part where only their number is known.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from screening.identifiers.crime_areas import CrimeArea

Outcome = dict[str, Any]
"""One outcome as it is reported of a hit."""


class Find(StrEnum):
    """What is on record, and what a traveller then brings to a post."""

    STOLEN = "stolen"
    LOST = "lost"
    STOLEN_BLANK = "stolen_blank"
    RED = "red"
    RED_DIFFUSION = "red_diffusion"
    BLUE = "blue"
    GREEN = "green"
    YELLOW = "yellow"
    UN = "un"
    VEHICLE = "vehicle"


PAPERS = frozenset({Find.STOLEN, Find.LOST, Find.STOLEN_BLANK})


class Figure(StrEnum):
    """What a report states and somebody published."""

    COUNTRIES = "countries"
    POSTS = "posts"
    DOCUMENTS = "stolen, lost or blank documents"
    ARRESTS = "arrests"
    VICTIMS = "victims rescued"
    VEHICLES = "stolen vehicles"
    MEDICINES = "medicines seized, kg"
    THREATS = "potential threats"
    RED_NOTICES = "persons under red notices"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """Records of one kind, each of which is met once, and what comes of each of the hits."""

    find: Find
    count: int
    outcomes: tuple[Outcome, ...]
    area: CrimeArea | None = None
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A place where travellers are checked."""

    state: str
    mode: str
    code: str
    name: str

    @property
    def by_grant(self) -> bool:
        """Whether the State's border service runs it, for which its bureau opens access; bureaus run airports."""
        return self.mode != "air"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One operation."""

    name: str
    title: str
    days: int
    searches: int
    crime_areas: tuple[CrimeArea, ...]
    states: tuple[str, ...]
    posts: tuple[Post, ...]
    abroad: tuple[str, ...]
    """States that take no part and whose records are met."""
    plants: tuple[Plant, ...]
    namesakes: int
    """Innocents whose name and nationality are those of somebody on record."""
    published: dict[Figure, float]
    source: str
    ours: str


def persons(outcome: str, adults: int = 1, minors: int = 0) -> Outcome:
    """Report what happened to persons."""
    return {"outcome": outcome, "adults": adults, "minors": minors}


def _posts(table: str) -> tuple[Post, ...]:
    rows = (line.split(maxsplit=3) for line in table.strip().splitlines())
    return tuple(Post(state, mode, f"SIM-{state}-{code}", name) for state, mode, code, name in rows)


SEIZED: Outcome = {"outcome": "document_seized", "amount": 1}
REPORTED: Outcome = {"outcome": "silent_report"}
ARRESTED, LOCATED = persons("arrested"), persons("person_located")
REFUSED, RELEASED = persons("refused_entry"), persons("released")
CAR: Outcome = {"outcome": "vehicle_seized", "kind": "car", "amount": 1}
VAN: Outcome = {"outcome": "vehicle_seized", "kind": "van", "amount": 1}
MEDICINES: Outcome = {"outcome": "goods_seized", "kind": "medicines", "amount": 1_624, "unit": "kilogram"}

SUNBIRD = Scenario(
    name="sunbird",
    title="Sunbird III",
    days=9,
    searches=8_000_000,
    crime_areas=(CrimeArea.TERRORISM, CrimeArea.TRAVEL_DOCUMENT_CRIME),
    states=("BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "VNM"),
    posts=_posts(
        """
        BRN air  BWN   Brunei International Airport
        IDN air  CGK   Soekarno-Hatta Airport, Jakarta
        IDN air  DPS   Ngurah Rai Airport, Bali
        KHM air  PNH   Phnom Penh Airport
        KHM air  REP   Siem Reap Airport
        LAO air  VTE   Wattay Airport, Vientiane
        MMR air  RGN   Yangon Airport
        MYS air  KUL   Kuala Lumpur Airport
        PHL air  MNL   Ninoy Aquino Airport, Manila
        PHL air  CEB   Mactan Airport, Cebu
        SGP air  SIN   Changi Airport
        THA air  BKK   Suvarnabhumi Airport, Bangkok
        THA air  HKT   Phuket Airport
        VNM air  SGN   Tan Son Nhat Airport, Ho Chi Minh City
        VNM air  HAN   Noi Bai Airport, Hanoi
        BRN land SGT   Sungai Tujoh
        IDN land ENT   Entikong
        KHM land PPT   Poipet
        KHM land BVT   Bavet
        LAO land TNL   Thanaleng, First Friendship Bridge
        LAO land DSV   Dansavan
        MMR land MWD   Myawaddy
        MMR land TCL   Tachileik
        MYS land BKH   Bukit Kayu Hitam
        MYS land JHB   Sultan Iskandar, Johor Bahru
        SGP land WDL   Woodlands
        THA land ARN   Aranyaprathet
        THA land SDO   Sadao
        THA land MST   Mae Sot
        VNM land MBI   Moc Bai
        IDN sea  BTM   Batam Centre
        KHM sea  KOS   Sihanoukville
        MYS sea  PKL   Port Klang
        PHL sea  MSH   Manila South Harbour
        SGP sea  HFC   HarbourFront Centre
        """
    ),
    abroad=("ITA", "LKA", "FRA", "NGA", "PAK"),
    plants=(
        Plant(find=Find.LOST, count=42, outcomes=(SEIZED, RELEASED)),
        Plant(find=Find.STOLEN, count=54, outcomes=(SEIZED, REFUSED)),
        Plant(find=Find.STOLEN, count=7, outcomes=(SEIZED, ARRESTED)),
        Plant(find=Find.STOLEN_BLANK, count=3, outcomes=(SEIZED, REFUSED)),
        Plant(find=Find.STOLEN_BLANK, count=4, outcomes=(SEIZED, ARRESTED)),
        Plant(find=Find.RED, count=4, outcomes=(ARRESTED,), area=CrimeArea.DRUGS),
        Plant(find=Find.RED_DIFFUSION, count=2, outcomes=(ARRESTED,), area=CrimeArea.ORGANISED_CRIME),
        Plant(find=Find.BLUE, count=5, outcomes=(LOCATED,), area=CrimeArea.TERRORISM),
        Plant(find=Find.GREEN, count=4, outcomes=(REFUSED,), area=CrimeArea.ORGANISED_CRIME),
        Plant(find=Find.UN, count=2, outcomes=(REFUSED,), area=CrimeArea.TERRORISM),
        Plant(find=Find.VEHICLE, count=3, outcomes=(CAR,), area=CrimeArea.VEHICLES),
    ),
    namesakes=8,
    published={Figure.COUNTRIES: 10, Figure.POSTS: 35, Figure.DOCUMENTS: 110, Figure.ARRESTS: 17},
    source="DOMAIN.md 3.3.2, 3.3.3",
    ours="The ten States are those of ASEAN; the 35 posts are real ones of theirs; how 110 documents divide into "
    "stolen, lost and blank, on whom the arrests were made, and every other hit are ours.",
)

ADWENPA = Scenario(
    name="adwenpa",
    title="Adwenpa III",
    days=8,
    searches=270_000,
    crime_areas=(CrimeArea.TRAFFICKING_IN_PERSONS, CrimeArea.VEHICLES, CrimeArea.ILLICIT_GOODS),
    states=("BEN", "BFA", "CIV", "GHA", "MLI", "NER", "NGA", "TGO"),
    posts=_posts(
        """
        BEN land HLC   Hilla-Condji
        BEN land KRK   Seme-Krake
        BEN sea  COO   Port of Cotonou
        BFA land DKL   Dakola
        BFA land YND   Yendere
        BFA air  OUA   Ouagadougou Airport
        CIV land NOE   Noe
        CIV land LLR   Laleraba
        CIV air  ABJ   Felix Houphouet-Boigny Airport, Abidjan
        GHA land AFL   Aflao
        GHA land ELB   Elubo
        GHA land PGA   Paga
        GHA air  ACC   Kotoka Airport, Accra
        MLI land ZGA   Zegoua
        MLI land HRM   Heremakono
        MLI air  BKO   Senou Airport, Bamako
        NER land GYA   Gaya
        NER land BNK   Birni-Konni
        NGA land SME   Seme
        NGA air  LOS   Murtala Muhammed Airport, Lagos
        NGA sea  APP   Apapa Port, Lagos
        TGO land KDJ   Kodjoviakope
        TGO land CKS   Cinkasse
        """
    ),
    abroad=("FRA", "ITA", "GIN", "SEN"),
    plants=(
        Plant(
            find=Find.YELLOW,
            count=10,
            outcomes=(persons("victim_protected", 2, 1),),
            area=CrimeArea.TRAFFICKING_IN_PERSONS,
        ),
        Plant(
            find=Find.YELLOW,
            count=5,
            outcomes=(persons("victim_protected", 1, 1),),
            area=CrimeArea.TRAFFICKING_IN_PERSONS,
        ),
        Plant(find=Find.VEHICLE, count=4, outcomes=(CAR,), area=CrimeArea.VEHICLES),
        Plant(find=Find.VEHICLE, count=1, outcomes=(VAN, MEDICINES), area=CrimeArea.VEHICLES),
        Plant(find=Find.STOLEN, count=4, outcomes=(SEIZED, REFUSED)),
        Plant(find=Find.LOST, count=3, outcomes=(SEIZED, RELEASED)),
        Plant(find=Find.RED, count=2, outcomes=(ARRESTED,), area=CrimeArea.TRAFFICKING_IN_PERSONS),
        Plant(find=Find.BLUE, count=2, outcomes=(LOCATED,), area=CrimeArea.MIGRANT_SMUGGLING),
    ),
    namesakes=4,
    published={
        Figure.COUNTRIES: 8,
        Figure.POSTS: 23,
        Figure.VICTIMS: 40,
        Figure.VEHICLES: 5,
        Figure.MEDICINES: 1_624,
    },
    source="DOMAIN.md 3.3.2, 3.3.8",
    ours="Which eight States and 23 posts; the searches are those of Adwenpa IV (3.3.9), none were published of III; "
    "15 of the 40 victims are minors; documents, persons and arrests beside the victims are ours.",
)

RED_LOTUS = Scenario(
    name="red-lotus",
    title="Red Lotus 2018",
    days=31,
    searches=18_400_000,
    crime_areas=(CrimeArea.TERRORISM, CrimeArea.FOREIGN_TERRORIST_FIGHTERS),
    states=("IDN", "KHM", "MMR", "PHL"),
    posts=_posts(
        """
        IDN air  DPS   Ngurah Rai Airport, Bali
        KHM air  PNH   Phnom Penh Airport
        MMR air  RGN   Yangon Airport
        PHL air  MNL   Ninoy Aquino Airport, Manila
        """
    ),
    abroad=("FRA", "ITA", "PAK", "EGY", "TUR", "RUS"),
    plants=(
        Plant(find=Find.RED, count=12, outcomes=(ARRESTED,), area=CrimeArea.TERRORISM),
        Plant(find=Find.RED, count=37, outcomes=(LOCATED,), area=CrimeArea.ORGANISED_CRIME),
        Plant(find=Find.BLUE, count=66, outcomes=(LOCATED,), area=CrimeArea.FOREIGN_TERRORIST_FIGHTERS),
        Plant(find=Find.GREEN, count=65, outcomes=(REFUSED,), area=CrimeArea.TERRORISM),
        Plant(find=Find.BLUE, count=3, outcomes=(REPORTED,), area=CrimeArea.TERRORISM, discreet=True),
        Plant(find=Find.UN, count=4, outcomes=(REFUSED,), area=CrimeArea.TERRORISM),
        Plant(find=Find.STOLEN, count=21, outcomes=(SEIZED, REFUSED)),
        Plant(find=Find.LOST, count=14, outcomes=(SEIZED, RELEASED)),
    ),
    namesakes=10,
    published={Figure.THREATS: 184, Figure.RED_NOTICES: 49},
    source="DOMAIN.md 3.3.2",
    ours="Days, airports and searches are those of Red Lotus II of 2017 (3.3.10), none were published of 2018; that "
    "the 49 are among the 184, the colours of the others, arrests, documents and three discreet records are ours.",
)

SCENARIOS = {scenario.name: scenario for scenario in (SUNBIRD, ADWENPA, RED_LOTUS)}
