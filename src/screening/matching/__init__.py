"""Whether a traveller may be a listed person, how likely, and why in words: pure, and the same everywhere."""

from screening.matching.index import Index, Inquiry, warm_up
from screening.matching.model import (
    Candidate,
    Evidence,
    Field,
    Found,
    ListedName,
    NameKind,
    Nominal,
    Sex,
    State,
    Traveller,
)
from screening.matching.scoring import compare

__all__ = [
    "Candidate",
    "Evidence",
    "Field",
    "Found",
    "Index",
    "Inquiry",
    "ListedName",
    "NameKind",
    "Nominal",
    "Sex",
    "State",
    "Traveller",
    "compare",
    "warm_up",
]
