"""Names as rows: a number for each word, as `compiled.layout` describes them.

Most names are in A-Z, and none of their words has to be seen beside its neighbours. Such a name is put together from
what stands between its blanks, which recurs; all others are read by `names`.
"""

from screening.matching import folding, names, scripts
from screening.matching.compiled.layout import INITIAL, PARTICLE, TITLE, WORD
from screening.matching.folding import Role
from screening.matching.model import ListedName
from screening.matching.vocabulary import Vocabulary

ROLES = {Role.WORD: WORD, Role.TITLE: TITLE, Role.PARTICLE: PARTICLE, Role.INITIAL: INITIAL}
_NOT_ALONE = -1
"""Stands for words that cannot be read without those beside them."""
_WITHIN_WORDS = str.maketrans("", "", "-'.")
_ROLE = 3 << 1

Row = list[int]


class Rows:
    """Reads names as rows of the words that a vocabulary has collected."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._cells = _Cells(vocabulary)

    def of_listed(self, listed: ListedName) -> list[Row]:
        """Read a name of a record in each way worth comparing."""
        plain = self._plain(listed)
        return [self._row(reading) for reading in names.readings_of_listed(listed)] if plain is None else [plain]

    def _plain(self, listed: ListedName) -> Row | None:
        """Read a name that is nothing but words which can be read one by one; None for any other."""
        given, surname, cells = listed.given_names or "", listed.surname or "", self._cells
        if listed.full_name:
            if given or surname:
                return None
            given = listed.full_name
        if not (given.isascii() and surname.isascii()):
            return None
        row = [cell for text in given.split() for cell in cells[text]]
        row += [cell | 1 for text in surname.split() for cell in cells[text]]
        is_short = len(row) <= scripts.MOST_WORDS and len(given) + len(surname) <= scripts.LONGEST_NAME
        if not is_short or _NOT_ALONE in row or not any(cell & _ROLE == WORD for cell in row):
            return None
        return row

    def _row(self, reading: names.Reading) -> Row:
        number, given = self._vocabulary.number, reading.given
        return [
            number(word) << 3 | ROLES[role] << 1 | (at >= given)
            for at, (word, role) in enumerate(zip(reading.words, reading.roles, strict=True))
        ]


class _Cells(dict[str, tuple[int, ...]]):
    """The cells of what stands between blanks, worked out when it is met first."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, text: str) -> tuple[int, ...]:
        found = self[text] = self._read(text)
        return found

    def _read(self, text: str) -> tuple[int, ...]:
        words = names.words_alone(text) if text.translate(_WITHIN_WORDS).isalpha() else None
        if words is None:
            return (_NOT_ALONE,)
        return tuple(self._vocabulary.number(word) << 3 | ROLES[folding.role(word)] << 1 for word in words)
