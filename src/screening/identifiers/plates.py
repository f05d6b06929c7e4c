"""Registration marks: one form for both sides, whichever script they were typed in and whichever way they were spaced.

Where a State's plates have a fixed shape, that tells whether a round sign is an O or a zero: the shape settles it on
record and in question alike. Shapes are those of the current ordinary series; whatever else a State issues stays as it
is read.
"""

from screening.identifiers import document_numbers, letters, states
from screening.identifiers.document_numbers import LookAlike

_LETTER, _DIGIT = "L", "9"

SHAPES: dict[str, tuple[str, ...]] = {
    "ALB": ("LL999LL",),
    "ARG": ("LL999LL", "LLL999"),
    "BLR": ("9999LL9",),
    "BRA": ("LLL9L99", "LLL9999"),
    "ESP": ("9999LLL",),
    "EST": ("999LLL",),
    "FRA": ("LL999LL",),
    "GBR": ("LL99LLL",),
    "GEO": ("LL999LL",),
    "GRC": ("LLL9999",),
    "ITA": ("LL999LL",),
    "LTU": ("LLL999",),
    "MKD": ("LL9999LL",),
    "RUS": ("L999LL99", "L999LL999"),
    "SVK": ("LL999LL",),
    "SWE": ("LLL999", "LLL99L"),
    "UKR": ("LL9999LL",),
}
"""L stands for a letter, 9 for a digit."""

_AS_DIGIT = dict(zip("OQDIZSB", "0001258", strict=True))
_AS_LETTER = dict(zip("01258", "OIZSB", strict=True))


def normalise(text: str, country: str | None = None) -> str:
    r"""Give a plate's letters and digits, read by the shape of its country where it fits one. Total and idempotent.

    >>> normalise("o 123 \u0430\u0430 77", "RUS"), normalise("AB-123-C0", "FRA")
    ('O123AA77', 'AB123CO')
    """
    plate = letters.clean(text)
    shapes = SHAPES.get(states.normalise(country) or "", ()) if country else ()
    if any(_fits(plate, shape) for shape in shapes):
        return plate
    fitted = {form for shape in shapes if (form := _fit(plate, shape)) is not None}
    return fitted.pop() if len(fitted) == 1 else plate


def _fits(plate: str, shape: str) -> bool:
    return len(plate) == len(shape) and all(
        sign.isdigit() == (wanted == _DIGIT) for sign, wanted in zip(plate, shape, strict=True)
    )


def _fit(plate: str, shape: str) -> str | None:
    """Read each sign as what stands in its place; None when some cannot be that."""
    if len(plate) != len(shape):
        return None
    read = [_read(sign, wanted) for sign, wanted in zip(plate, shape, strict=True)]
    return "".join(read) if all(read) else None


def _read(sign: str, wanted: str) -> str:
    if sign.isdigit() == (wanted == _DIGIT):
        return sign
    return (_AS_LETTER if wanted == _LETTER else _AS_DIGIT).get(sign, "")


def look_alikes(plate: str, country: str | None = None) -> tuple[LookAlike, ...]:
    """List the plates that differ by one misread sign; where the country's shape is known, those that keep it."""
    shapes = [shape for shape in SHAPES.get(country or "", ()) if _fits(plate, shape)]

    def may_stand(candidate: str) -> bool:
        return document_numbers.FILLER not in candidate and (
            not shapes or any(_fits(candidate, shape) for shape in shapes)
        )

    return document_numbers.look_alikes(plate, plausible=may_stand)
