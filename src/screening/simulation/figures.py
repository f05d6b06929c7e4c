"""The figures of a report beside those that were published."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from screening.simulation.papers import Json
from screening.simulation.scenarios import Figure, Scenario


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure as it was published, or is known otherwise, and as the report states it."""

    what: str
    wanted: float
    stated: float

    @property
    def agrees(self) -> bool:
        """Whether they are the same."""
        return self.wanted == self.stated


def compared(scenario: Scenario, report: Json, searches: int) -> Iterator[Compared]:
    """Compare what a report states with what was published, and with how many searches were answered."""
    for figure, wanted in scenario.published.items():
        yield Compared(figure, wanted, stated(report, figure))
    yield Compared("searches, as many as were answered", searches, report["searches"]["total"])
    yield Compared("cases still open", 0, report["hits"]["open"])


def stated(report: Json, figure: Figure) -> float:
    """Read a figure from a report."""
    return float(_stated(report, figure))


def _stated(report: Json, figure: Figure) -> Any:  # noqa: PLR0911 - one case a figure
    match figure:
        case Figure.COUNTRIES:
            return sum(bool(row["searches"]) for row in report["by_country"])
        case Figure.POSTS:
            return sum(bool(row["searches"]) for row in report["by_post"] if row["post"])
        case Figure.DOCUMENTS:
            return sum(row["confirmed"] for row in report["by_source"] if row["source"] == "sltd")
        case Figure.ARRESTS:
            return _persons(report, "arrested")
        case Figure.VICTIMS:
            return _persons(report, "victim_protected")
        case Figure.VEHICLES:
            return sum(row["pieces"] for row in report["seizures"]["vehicles"])
        case Figure.MEDICINES:
            return sum(row["amount"] for row in report["seizures"]["goods"] if row["kind"] == "medicines")
        case Figure.THREATS:
            return report["potential_threats"]
        case Figure.RED_NOTICES:
            return sum(row["confirmed"] for row in report["by_label"] if row["label"] == "red")


def _persons(report: Json, outcome: str) -> int:
    persons = report["outcomes"][outcome]
    return int(persons["adults"] + persons["minors"])
