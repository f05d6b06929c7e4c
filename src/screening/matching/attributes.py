# ruff: noqa: SIM905 - lists of words are written to be read.
"""Evidence of nationality, sex and place of birth."""

from screening.matching import names, profile, similarity
from screening.matching.folding import Role, Token
from screening.matching.model import Evidence, Field, ListedName, Nominal, Sex, State, Traveller

_SEX_WORDS = {Sex.FEMALE: "female", Sex.MALE: "male", Sex.UNSPECIFIED: "unspecified"}
_GENERAL = frozenset(
    "PROVINCE DISTRICT CITY TOWN VILLAGE REGION STATE OBLAST COUNTY GOVERNORATE AREA NEAR OF REPUBLIC AND THE"
    " NORTH SOUTH EAST WEST NORTHERN SOUTHERN EASTERN WESTERN SAN SAINT SANTA NEW".split()
)
"""Words of places that name none."""
_SHORTEST_PLACE = 3
PLACE_DEGREE = 0.85
"""Words of places are held equal from this degree on."""


def nationality(traveller: Traveller, nominal: Nominal) -> Evidence:
    """Judge nationalities: one in common agrees; none contradicts mildly, since people hold several."""
    ours, theirs = traveller.nationalities, nominal.nationalities
    shown = (_listed(ours), _listed(theirs))
    if not ours or not theirs:
        side = "the record" if ours else "the traveller"
        return Evidence(Field.NATIONALITY, State.ABSENT, 0.0, f"no nationality known of {side}", *shown)
    shared = ours & theirs
    if shared:
        text = f"nationality {_listed(shared)} in both"
        return Evidence(Field.NATIONALITY, State.AGREES, profile.NATIONALITY_AGREES, text, *shown)
    text = f"nationality {shown[0]}, on the record {shown[1]}"
    return Evidence(Field.NATIONALITY, State.CONTRADICTS, profile.NATIONALITY_CONTRADICTS, text, *shown)


def sex(traveller: Traveller, nominal: Nominal) -> Evidence:
    """Judge sex: X goes with either; another one weighs strongly, for records and data entry err."""
    ours, theirs = traveller.sex, nominal.sex
    if ours is None or theirs is None:
        side = "the record" if ours is not None else "the traveller"
        return Evidence(Field.SEX, State.ABSENT, 0.0, f"sex not known of {side}", ours, theirs)
    if Sex.UNSPECIFIED in {ours, theirs}:
        text = "sex unspecified on one side" if ours is not theirs else "sex unspecified in both"
        return Evidence(Field.SEX, State.COMPATIBLE, 0.0, text, ours, theirs)
    if ours is theirs:
        return Evidence(Field.SEX, State.AGREES, profile.SEX_AGREES, f"{_SEX_WORDS[ours]} in both", ours, theirs)
    text = f"{_SEX_WORDS[ours]}, on the record {_SEX_WORDS[theirs]}"
    return Evidence(Field.SEX, State.CONTRADICTS, profile.SEX_CONTRADICTS, text, ours, theirs)


def place_of_birth(traveller: Traveller, nominal: Nominal) -> Evidence:
    """Judge places of birth: a place in common agrees; others hardly contradict, for villages and provinces mix."""
    ours, theirs = traveller.place_of_birth, nominal.places_of_birth
    recorded = "; ".join(theirs) or None
    here, there = place_words((ours,) if ours else ()), place_words(theirs if ours else ())
    if not here or not there:
        side = "the record" if ours else "the traveller"
        text = f"no place of birth known of {side}"
        return Evidence(Field.PLACE_OF_BIRTH, State.ABSENT, 0.0, text, ours, recorded)
    shared = [one.text for one in here if any(_same_place(one, other) for other in there)]
    if shared:
        text = f"born in {' '.join(shared)} in both"
        return Evidence(Field.PLACE_OF_BIRTH, State.AGREES, profile.PLACE_AGREES, text, ours, recorded)
    text = f"born in {ours}, on the record {recorded}"
    return Evidence(Field.PLACE_OF_BIRTH, State.CONTRADICTS, profile.PLACE_CONTRADICTS, text, ours, recorded)


def _listed(codes: frozenset[str]) -> str | None:
    return ", ".join(sorted(codes)) or None


def place_words(places: tuple[str, ...]) -> list[Token]:
    """Fold the words of places as words of names; small and general ones are left out."""
    return [
        token
        for place in places
        for read in names.of_listed(ListedName(full_name=place))
        for token in read.tokens
        if token.role is Role.WORD and len(token.text) >= _SHORTEST_PLACE and token.text not in _GENERAL
    ]


def _same_place(one: Token, other: Token) -> bool:
    alike = similarity.likeness(one, other)
    return alike is not None and alike.degree >= PLACE_DEGREE
