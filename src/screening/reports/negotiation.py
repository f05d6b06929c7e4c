"""Which form of a report an Accept header prefers (RFC 9110, 12.5.1). Pure."""

from screening.reports.vocabulary import Form

TYPES = {"application/json": Form.JSON, "text/csv": Form.CSV, "text/html": Form.HTML}
"""What is written; among what is liked as well, the first."""


def preferred(accept: str) -> Form:
    """Choose the form that is liked best; JSON for whoever likes none of them."""
    liked = [_range(part) for part in accept.split(",")]
    return TYPES[max(TYPES, key=lambda name: _quality(name, liked))]


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weights = [parameter.removeprefix("q=") for parameter in parameters if parameter.startswith("q=")]
    try:
        return name, float(weights[0]) if weights else 1.0
    except ValueError:
        return name, 0.0


def _quality(name: str, liked: list[tuple[str, float]]) -> float:
    """Give the weight of the most exact range that a type lies in."""
    weights = dict(liked)
    family = f"{name.partition('/')[0]}/*"
    return next((weights[each] for each in (name, family, "*/*") if each in weights), 0.0)
