"""Codes of States, organisations and nationalities: one form, one owner, one successor.

The one form is the three letters of ISO 3166-1 and of ICAO Doc 9303-3, section 5, with `DEU` for Germany's `D`.
"""

from dataclasses import dataclass
from enum import StrEnum

from screening.identifiers.iso_3166 import COUNTRIES


class Kind(StrEnum):
    """What a code stands for."""

    COUNTRY = "country"
    NATIONALITY = "nationality"
    """A kind of nationality within one State."""
    ORGANISATION = "organisation"
    PERSON = "person"
    """A holder without a defined nationality."""
    HISTORICAL = "historical"
    SPECIMEN = "specimen"


@dataclass(frozen=True, slots=True)
class State:
    """One code, its name in short English, and what it stands for."""

    code: str
    name: str
    kind: Kind


# ICAO Doc 9303-3, section 5, beside ISO 3166-1.
_SPECIAL = {
    "GBD": ("British overseas territories citizen", Kind.NATIONALITY),
    "GBN": ("British national (overseas)", Kind.NATIONALITY),
    "GBO": ("British overseas citizen", Kind.NATIONALITY),
    "GBP": ("British protected person", Kind.NATIONALITY),
    "GBS": ("British subject", Kind.NATIONALITY),
    "RKS": ("Kosovo", Kind.COUNTRY),
    "EUE": ("European Union", Kind.ORGANISATION),
    "UNO": ("United Nations", Kind.ORGANISATION),
    "UNA": ("United Nations specialised agency", Kind.ORGANISATION),
    "UNK": ("United Nations mission in Kosovo", Kind.ORGANISATION),
    "IAO": ("ICAO, for signatures only", Kind.ORGANISATION),
    "XBA": ("African Development Bank", Kind.ORGANISATION),
    "XCC": ("Caribbean Community", Kind.ORGANISATION),
    "XCE": ("Council of Europe", Kind.ORGANISATION),
    "XCO": ("Common Market for Eastern and Southern Africa", Kind.ORGANISATION),
    "XDC": ("Southern African Development Community", Kind.ORGANISATION),
    "XEC": ("Economic Community of West African States", Kind.ORGANISATION),
    "XES": ("Organisation of Eastern Caribbean States", Kind.ORGANISATION),
    "XIM": ("African Export-Import Bank", Kind.ORGANISATION),
    "XMP": ("Parliamentary Assembly of the Mediterranean", Kind.ORGANISATION),
    "XOM": ("Sovereign Military Order of Malta", Kind.ORGANISATION),
    "XPO": ("INTERPOL", Kind.ORGANISATION),
    "XXA": ("Stateless person", Kind.PERSON),
    "XXB": ("Refugee under the 1951 Convention", Kind.PERSON),
    "XXC": ("Other refugee", Kind.PERSON),
    "XXX": ("Unspecified nationality", Kind.PERSON),
    "UTO": ("Utopia, on specimens only", Kind.SPECIMEN),
}

# Codes withdrawn from ISO 3166-1 (now in ISO 3166-3), with the States in whose nationality theirs went on.
_HISTORICAL = {
    "ANT": ("Netherlands Antilles", "BES CUW SXM NLD"),
    "BUR": ("Burma", "MMR"),
    "BYS": ("Byelorussian SSR", "BLR"),
    "CSK": ("Czechoslovakia", "CZE SVK"),
    "DDR": ("German Democratic Republic", "DEU"),
    "DHY": ("Dahomey", "BEN"),
    "HVO": ("Upper Volta", "BFA"),
    "NTZ": ("Neutral Zone", "IRQ SAU"),
    "RHO": ("Southern Rhodesia", "ZWE"),
    "ROM": ("Romania, former code", "ROU"),
    "SCG": ("Serbia and Montenegro", "MNE SRB RKS"),
    "SUN": ("Soviet Union", "ARM AZE BLR EST GEO KAZ KGZ LTU LVA MDA RUS TJK TKM UKR UZB"),
    "TMP": ("East Timor", "TLS"),
    "VDR": ("Democratic Republic of Viet Nam", "VNM"),
    "YMD": ("Democratic Yemen", "YEM"),
    "YUG": ("Yugoslavia", "BIH HRV MKD MNE SRB SVN RKS"),
    "ZAR": ("Zaire", "COD"),
}

# Other ways to write a code: Germany's, the ones in wide use for Kosovo, and two letters that are not ISO's.
_ALIASES = {"D": "DEU", "XK": "RKS", "XKX": "RKS", "KOS": "RKS", "UK": "GBR", "EL": "GRC", "EU": "EUE", "UN": "UNO"}

# Whose bureau keeps the documents, where that is another than the code names.
_OWNED = {
    "GBR": "GBD GBN GBO GBP GBS AIA BMU CYM FLK GGY GIB IMN IOT JEY MSR PCN SGS SHN TCA VGB",
    "UNO": "UNA UNK",
    "AUS": "CCK CXR HMD NFK",
    "CHN": "HKG MAC",
    "DNK": "FRO GRL",
    "FIN": "ALA",
    "FRA": "ATF BLM GLP GUF MAF MTQ MYT NCL PYF REU SPM WLF",
    "NLD": "BES",
    "NOR": "BVT SJM",
    "NZL": "COK NIU TKL",
    "USA": "ASM GUM MNP PRI UMI VIR",
}

STATES = (
    {code: State(code, name, Kind.COUNTRY) for code, (_, name) in COUNTRIES.items()}
    | {code: State(code, name, kind) for code, (name, kind) in _SPECIAL.items()}
    | {code: State(code, name, Kind.HISTORICAL) for code, (name, _) in _HISTORICAL.items()}
)
"""Every code by its three letters."""

_FORMS = {alpha_2: alpha_3 for alpha_3, (alpha_2, _) in COUNTRIES.items()} | _ALIASES | {c: c for c in STATES}
_OWNERS = {code: owner for owner, codes in _OWNED.items() for code in codes.split()}
_SUCCESSORS = {code: frozenset(heirs.split()) for code, (_, heirs) in _HISTORICAL.items()}
_PREDECESSORS = {
    heir: frozenset(code for code, heirs in _SUCCESSORS.items() if heir in heirs)
    for heir in frozenset[str]().union(*_SUCCESSORS.values())
}


def normalise(code: str) -> str | None:
    """Give the three letters of a code written with two or three letters, fillers or blanks; None if unknown.

    >>> normalise("d<<"), normalise("fr")
    ('DEU', 'FRA')
    """
    return _FORMS.get(code.replace("<", " ").strip().upper())


def find_state(code: str) -> State | None:
    """Find what a code stands for, however it is written."""
    return STATES.get(normalise(code) or "")


def name(code: str) -> str | None:
    """Give the short English name of a code, or None when it is unknown."""
    state = find_state(code)
    return None if state is None else state.name


def owner_of(code: str) -> str:
    """Name the State or organisation whose bureau keeps the documents issued under a code.

    A code without another owner owns itself; an unknown one comes back in capitals without fillers.
    Territories whose passports their sovereign issues belong to it; the rest answer for themselves.
    """
    form = normalise(code) or code.replace("<", " ").strip().upper()
    return _OWNERS.get(form, form)


def successors(code: str) -> frozenset[str]:
    """List the States in whose nationality that of a State gone by may continue; empty for any other code."""
    return _SUCCESSORS.get(normalise(code) or "", frozenset())


def predecessors(code: str) -> frozenset[str]:
    """List the States gone by whose nationality may continue in that of a State; empty for most.

    >>> sorted(predecessors("SRB"))
    ['SCG', 'YUG']
    """
    return _PREDECESSORS.get(normalise(code) or "", frozenset())
