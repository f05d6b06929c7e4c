"""What tells one firearm from another: serial, make, model and calibre. A serial alone is used by many makers."""

import re
from collections.abc import Callable

from screening.identifiers import document_numbers, letters
from screening.identifiers.document_numbers import LookAlike

_FORMS = re.compile(r"\b(CALIBRE|CALIBER|CAL|NATO|AUTOMATIC|AUTO|REMINGTON|WINCHESTER|MAGNUM|SPECIAL|GAUGE|BORE)\b\.?")
_SHORT = {
    "CALIBRE": "", "CALIBER": "", "CAL": "", "NATO": "", "AUTOMATIC": "ACP", "AUTO": "ACP", "REMINGTON": "REM",
    "WINCHESTER": "WIN", "MAGNUM": "MAG", "SPECIAL": "SPL", "GAUGE": "GA", "BORE": "GA",
}  # fmt: skip

# One cartridge under the names that owners, dealers and the C.I.P. use for it.
_CARTRIDGES = {
    "9X19": "9PARA 9PARABELLUM 9LUGER 9X19PARA 9X19PARABELLUM 9X19LUGER",
    "9X18": "9MAKAROV 9X18MAKAROV 9MAK",
    "9X17": "380ACP 9KURZ 9SHORT 9BROWNING 9X17BROWNING 9BROWNINGSHORT 9CORTO",
    "765X17": "32ACP 765BROWNING",
    "762X25": "762TOKAREV 762X25TOKAREV 762TT",
    "762X39": "762SOVIET 762KALASHNIKOV 762AK",
    "762X51": "308WIN 308",
    "762X54R": "762X54 762RUSSIAN 762X53R",
    "556X45": "223REM 223",
    "1143X23": "45ACP 1143X23ACP",
    "22LR": "22LONGRIFLE 56X15R 22LFB",
    "357MAG": "357 9X33R",
    "38SPL": "9X29R",
}
_CARTRIDGE_OF = {name: cartridge for cartridge, names in _CARTRIDGES.items() for name in names.split()}
_MILLIMETRES = re.compile(r"(?<=\d)MM")
_TIMES = re.compile(r"(?<=\d)\s*(?:MM)?\s*[X\u00d7*]\s*(?=\d)")

_HOUSES = re.compile(
    r"\b(GMBH|AG|SPA|SA|SRL|LTD|LIMITED|INC|CO|CORP|CORPORATION|COMPANY|ARMS|FIREARMS|WAFFEN|WERKE|FABRICA|PIETRO|CARL)\b"
)
_MAKES = {
    "HECKLERUNDKOCH": "HECKLERKOCH", "HK": "HECKLERKOCH", "HECKLERANDKOCH": "HECKLERKOCH",
    "SMITHANDWESSON": "SMITHWESSON", "SW": "SMITHWESSON",
    "FABRIQUENATIONALE": "FN", "FNHERSTAL": "FN", "FNBROWNING": "FN", "FABRIQUENATIONALEHERSTAL": "FN",
    "CESKAZBROJOVKA": "CZ", "ZASTAVAORUZJE": "ZASTAVA", "CRVENAZASTAVA": "ZASTAVA",
    "SIG": "SIGSAUER", "IZHMASH": "KALASHNIKOV", "IZHEVSK": "KALASHNIKOV", "KALASHNIKOVCONCERN": "KALASHNIKOV",
}  # fmt: skip


def normalise_serial(text: str) -> str:
    """Give a serial's letters and digits, in Latin capitals. Total and idempotent."""
    return letters.clean(text)


def normalise_make(text: str) -> str:
    """Give a maker's name without the form of the company, one name for those that go by several. Total, idempotent.

    >>> normalise_make("Heckler & Koch GmbH"), normalise_make("H&K")
    ('HECKLERKOCH', 'HECKLERKOCH')
    """
    return _settled(_make, text)


def _make(text: str) -> str:
    spelled = letters.latin(text).replace("&", "").replace(".", "")
    name = letters.clean(_HOUSES.sub(" ", spelled)) or letters.clean(spelled)
    return _MAKES.get(name, name)


def normalise_model(text: str) -> str:
    """Give a model's letters and digits, in Latin capitals."""
    return letters.clean(text)


def normalise_calibre(text: str) -> str:
    """Give one name for a cartridge, whichever of its names was used. Total and idempotent.

    >>> normalise_calibre("9 mm Parabellum"), normalise_calibre("9x19"), normalise_calibre(".45 ACP")
    ('9X19', '9X19', '1143X23')
    """
    return _settled(_calibre, text)


def _calibre(text: str) -> str:
    spelled = _FORMS.sub(lambda found: _SHORT[found[1]], letters.latin(text))
    name = _MILLIMETRES.sub("", letters.clean(_TIMES.sub("X", spelled)))
    # A name of nothing but such words would vanish, and a vanished calibre would agree with none.
    return _CARTRIDGE_OF.get(name, name) or letters.clean(text)


def _settled(normalise: Callable[[str], str], text: str) -> str:
    """Normalise until nothing changes: what is taken out may leave a word behind that goes too."""
    while (normal := normalise(text)) != text:
        text = normal
    return text


def may_be_same_calibre(one: str, other: str) -> bool:
    """Tell whether one of two normalised calibres is the other's bore and nothing more: `9` may be `9X19`.

    >>> may_be_same_calibre("9", "9X19"), may_be_same_calibre("9X18", "9X19")
    (True, False)
    """
    short, long = sorted((one, other), key=len)
    return short.isdigit() and long.startswith(short) and not long[len(short) :][:1].isdigit()


def look_alikes(serial: str) -> tuple[LookAlike, ...]:
    """List the serials that differ by one misread character; there is no check digit to narrow them down."""
    return document_numbers.look_alikes(serial, plausible=lambda candidate: document_numbers.FILLER not in candidate)
