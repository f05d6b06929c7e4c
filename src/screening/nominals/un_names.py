"""Names as the UN Security Council's list writes them: several in one field, with remarks among them. Pure.

A field may hold `Jin Tiesan (金铁三)`, `EL PARA (COMBAT NAME)`, three spellings between semicolons, or a name that is
followed by a birth date and a passport. Out come the names alone, each with its script told apart.
"""

import re
import unicodedata
from collections.abc import Iterator

from screening.matching.model import NameKind
from screening.nominals.schemas import Name

QUALITIES = {"good": NameKind.ALIAS, "low": NameKind.LOW_QUALITY_ALIAS}
"""How the list rates an alias; `a.k.a.` and nothing at all count as good."""

LONGEST = 200

_STORY = re.compile(r"(?i)[\s,]*\b(?:born|son of|daughter of|passport|in Arabic)\b.*", re.DOTALL)
_PARENTHESES = re.compile(r"\(([^()]*)\)?")
_BETWEEN = re.compile(r";|\b[a-z]\)")
_LABELLED = re.compile(r"(?i)^\s*(?:original script|in arabic)\s*:\s*")
_IN_SCRIPT = re.compile(r"(?i)(?:original script|in arabic)\s*:\s*([^.;,)]+)")
_TRIM = ' \t\n,.:;()"“”«»'


def names_of(text: str, kind: NameKind) -> list[Name]:
    """Give the names in the text of an alias."""
    outside = _PARENTHESES.sub(" ", text)
    found = list(_listed(_STORY.sub("", outside), kind))
    foreign = bool(found) and not any(is_latin(name.full_name or "") for name in found)
    for remark in _PARENTHESES.findall(text):
        found += _in_remark(remark, kind, translates=foreign)
    return found


def names_in_note(note: str, kind: NameKind) -> list[Name]:
    """Give the names in the note to an alias: an original script, or further spellings between semicolons."""
    found = [name for text in _IN_SCRIPT.findall(note) for name in _listed(text, kind)]
    for remark in [*_PARENTHESES.findall(note), _PARENTHESES.sub("", note)]:
        if ";" in remark and not re.search(r"\d", remark):
            found += _listed(remark, kind)
    return found


def _in_remark(remark: str, kind: NameKind, *, translates: bool) -> Iterator[Name]:
    """Give the names between parentheses: another script, several spellings, or the Latin form of a foreign name."""
    text = _LABELLED.sub("", remark)
    if not is_latin(text) or ";" in text or (translates and not re.search(r"\d", text)):
        yield from _listed(_STORY.sub("", text), kind)


def _listed(text: str, kind: NameKind) -> Iterator[Name]:
    for part in _BETWEEN.split(text):
        name = " ".join(part.split()).strip(_TRIM)
        if any(character.isalpha() for character in name):
            keeps_kind = is_latin(name) or kind is NameKind.LOW_QUALITY_ALIAS
            yield Name(kind=kind if keeps_kind else NameKind.ORIGINAL_SCRIPT, full_name=name[:LONGEST])


def is_latin(text: str) -> bool:
    """Tell whether most letters of a text are Latin ones; a text without letters is."""
    letters = [character for character in text if character.isalpha()]
    latin = sum(unicodedata.name(character, "").startswith("LATIN") for character in letters)
    return 2 * latin >= len(letters)


def distinct(names: list[Name]) -> list[Name]:
    """Leave out names that repeat an earlier one, in whatever letter case."""
    return list({(name.full_name or "").casefold(): name for name in reversed(names)}.values())[::-1]
