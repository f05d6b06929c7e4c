"""Kinds of documents: INTERPOL's three-letter types, the codes of machine-readable zones, and their families.

A record may sit under a sibling of the type presented, so a search goes by family and never by type alone.
The codes are those seen in national clients of SLTD; the families and the places of `TLP`, `TTD`, `TRC` and
`COI` among passports (a State issues them in a passport's stead) are ours, as is the administrative class
of driving licences and birth certificates beside the vehicle papers that the manual names.
"""

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """Documents that stand for one another in a search."""

    PASSPORT = "passport"
    IDENTITY = "identity"
    VISA = "visa"
    OTHER = "other"


class DocumentClass(StrEnum):
    """INTERPOL's two classes, which share one repository: travel and administrative documents."""

    TRAVEL = "STD"
    ADMINISTRATIVE = "SAD"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One type; a code of a single letter is the wildcard that means its whole family."""

    code: str
    name: str
    family: Family

    @property
    def document_class(self) -> DocumentClass:
        """Tell travel documents from papers of vehicles, driving and birth."""
        return DocumentClass.ADMINISTRATIVE if self.family is Family.OTHER else DocumentClass.TRAVEL

    @property
    def is_wildcard(self) -> bool:
        """Say whether the code means any document of the family."""
        return len(self.code) == 1


_NAMES = {
    Family.PASSPORT: {
        "P": "Passport of any kind",
        "PAS": "Passport",
        "NAP": "National passport",
        "DIP": "Diplomatic passport",
        "OFP": "Official passport",
        "SEP": "Service passport",
        "COP": "Consular passport",
        "SPP": "Special passport",
        "EMP": "Emergency passport",
        "MIP": "Military passport",
        "CLP": "Collective passport",
        "YOP": "Child's passport",
        "ALP": "Alien's passport",
        "RFP": "Refugee's passport",
        "COI": "Certificate of identity",
        "TLP": "Document in lieu of a passport",
        "TTD": "Temporary travel document",
        "TRC": "Travel certificate",
        "LAP": "Laissez-passer",
    },
    Family.IDENTITY: {
        "I": "Identity document of any kind",
        "IDC": "Identity card",
        "NID": "National identity number",
        "RES": "Residence permit",
        "PRP": "Permanent residence permit",
        "TRP": "Temporary residence permit",
        "SIB": "Seaman's book",
        "CMC": "Crew member certificate",
    },
    Family.VISA: {
        "V": "Visa of any kind",
        "VSA": "Visa",
        "CVS": "Collective visa",
        "TDS": "Transit visa",
    },
    Family.OTHER: {
        "DRV": "Driving licence",
        "VRD": "Vehicle registration document",
        "VOC": "Vehicle ownership certificate",
        "SCC": "SARPCCO vehicle clearance certificate",
        "ECC": "EARPCCO vehicle clearance certificate",
        "BTC": "Birth certificate",
    },
}

DOCUMENT_TYPES = {
    code: DocumentType(code, name, family) for family, names in _NAMES.items() for code, name in names.items()
}
"""Every type by its code, wildcards included."""

# ICAO Doc 9303-4 gives the second letter a meaning from 2026 on. Before that each State chose its own, so that
# PS is stateless for one and service for another: a letter with two readings means any passport.
_OF_ZONE_CODES = {
    "PP": "PAS",
    "PE": "EMP",
    "PU": "EMP",
    "PD": "DIP",
    "PO": "OFP",
    "PR": "RFP",
    "PT": "ALP",
    "PL": "LAP",
    "PM": "MIP",
    "ID": "IDC",
    "AC": "CMC",
}

_OF_FIRST_LETTERS = {"P": "P", "I": "I", "A": "I", "C": "I", "V": "V"}


def document_type(code: str) -> DocumentType | None:
    """Find the type of an INTERPOL code or of the document code of a zone (`P<`, `PD`, `ID`, `V`).

    A zone's code without a type of its own gives the wildcard of its family; an unknown code gives None.

    >>> document_type("PD").code, document_type("P<").code
    ('DIP', 'P')
    """
    code = code.strip().upper().rstrip("<")
    if code in DOCUMENT_TYPES:
        return DOCUMENT_TYPES[code]
    if not 1 <= len(code) <= 2:
        return None
    return DOCUMENT_TYPES.get(_OF_ZONE_CODES.get(code) or _OF_FIRST_LETTERS.get(code[0], ""))


def family_of(type_or_code: str) -> Family | None:
    """Find the family of an INTERPOL code or of the document code of a zone; None when it is unknown."""
    found = document_type(type_or_code)
    return None if found is None else found.family


def types_of(family: Family) -> frozenset[str]:
    """List the codes under which a document of this family may be recorded, wildcard included."""
    return frozenset(_NAMES[family])
