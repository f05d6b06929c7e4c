"""The rules that decide, as named and versioned values. Nothing in a request can change them."""

from dataclasses import dataclass

from screening.matching import profile
from screening.screenings.vocabulary import Source


@dataclass(frozen=True, slots=True)
class Policy:
    """Which sources must answer, and from which score on a person concerns which desk."""

    name: str
    version: str
    description: str
    first_line_score: float
    second_line_score: float
    for_documents: frozenset[Source]
    """Sources that must answer when a document is submitted."""
    for_names: frozenset[Source]
    """Sources that must answer when a name is submitted."""
    for_objects: frozenset[Source]
    """Sources of which each must answer when an object of its kind is submitted."""

    def required(self, *, documents: bool, names: bool) -> frozenset[Source]:
        """Give the sources without which `no_hit` cannot be said of such a submission."""
        nothing: frozenset[Source] = frozenset()
        return (self.for_documents if documents else nothing) | (self.for_names if names else nothing)


STANDARD = Policy(
    name="standard",
    version="2",
    description=(
        "Every source must answer for what is submitted. A document record that matches exactly stops at the first "
        "line. A person stops there only if birth date, document or nationality supports the name; a name alone is "
        "referred to the second line, and so is whoever bears just the name of a record that nothing else contradicts. "
        "An object stops at the first line by a number that is its own, or by one that another trait supports; a "
        "ship's name, a serial, an engine number or part of a plate alone is referred to the second line."
    ),
    first_line_score=profile.FIRST_LINE,
    second_line_score=profile.SECOND_LINE,
    for_documents=frozenset({Source.SLTD, Source.TDAWN}),
    for_names=frozenset({Source.NOTICES}),
    for_objects=frozenset({Source.ADMINISTRATIVE_DOCUMENTS, Source.VEHICLES, Source.VESSELS, Source.FIREARMS}),
)
