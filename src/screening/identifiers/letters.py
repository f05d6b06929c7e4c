"""Letters and digits as plates, hulls and frames bear them: Latin capitals, whatever keyboard they were typed on."""

import re
import unicodedata

_CYRILLIC = (
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405",
    "ABEKMHOPCTYXIJS",
)
_GREEK = ("\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7", "ABEZHIKMNOPTYX")

# The Vienna Convention on Road Traffic (1968), annex 2, wants plates readable in Latin letters, so States that write
# otherwise use on them the letters that look alike: these fourteen and fifteen.
_ALIKE = {ord(own): latin for letters in (_CYRILLIC, _GREEK) for own, latin in zip(*letters, strict=True)}

_NOT_PLAIN = re.compile(r"[^A-Z0-9]+")


def latin(text: str) -> str:
    r"""Give capitals, with Cyrillic and Greek letters that look Latin as the Latin letter. Total and idempotent.

    >>> latin("\u0430 123 \u0432\u0435")
    'A 123 BE'
    """
    if text.isascii():
        return text.upper()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper()).translate(_ALIKE)


def clean(text: str) -> str:
    """Keep nothing but A-Z and 0-9 of `latin`.

    >>> clean("b-mw 320/d")
    'BMW320D'
    """
    return _NOT_PLAIN.sub("", latin(text))


def loses_characters(text: str) -> bool:
    r"""Tell whether cleaning drops a letter or digit: what is left is then another number.

    >>> loses_characters("\u0410 123"), loses_characters("\u0416 123")
    (False, True)
    """
    return any(each.isalnum() for each in latin(text) if not each.isascii())
