"""Lists, travellers and the room to search in, as arrays of 64-bit numbers.

Compiled functions take few arrays, since each argument more makes them slower to compile. So a list is one array, and
so is a traveller: columns of bytes, of 32-bit numbers or of 64-bit numbers lie behind one another, and the array begins
with where each column begins, in its own units, and how long it is. The file of a list is this array.

Words are numbered by the order of their consonants; records by birth date, those without a single exact one first;
names by record. A row holds, for each word of a name, `token << 3 | role << 1 | surname`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from screening.matching.compiled.jit import compiled

Array: TypeAlias = NDArray[Any]

COLUMNS = 56

(
    # Words and their folds, which lie behind one another in the letters: of a list, of a traveller's name.
    LETTERS, AT, LENGTHS, KEY_MASK, FINE_MASK, MISREAD, FAMILY, BARE, CODE, BITS,
    # Vocabulary: which names hold a word, and by what words are looked up.
    POSTING_AT, POSTING, BY_KEY, BY_MISREAD, FAMILY_HASH, FAMILY_COMMON, FAMILY_COUNT, FAMILY_AT, FAMILY_TOKEN,
    # Tries of folds in depth-first order: `SKIP` is the next node outside of a node's branch, `GROUP` one more than
    # the number of a fold.
    TRIE_AT, LETTER, DEPTH, SKIP, GROUP, GROUP_AT, GROUP_TOKEN,
    # Names. `SPARSE` are, for each word, those that have no other, or an initial; joins are runs of words by what they
    # sound like together.
    ROW_AT, ROW, RECORD, LOW, SPARSE_AT, SPARSE, JOIN_AT, JOIN_NAME, JOIN_RUN,
    # Records. `DAY` is year, month and day as one number, 0 for records with other dates than a single exact one.
    NAME_AT, DAY, NATION, SEX, PLACE, DATE_AT, DATE, NEAR_KEY, NEAR_RECORD, NATION_AT, NATION_CODE, PLACE_AT,
    PLACE_TOKEN,
    # What words and records are told apart by, and the records themselves, as text.
    WORD_IDENTITY, IDENTITY, BY_IDENTITY, TEXT_AT, TEXT,
) = range(53)  # fmt: skip

TABLE = 10
"""Columns of words: those of a traveller's runs and places have the numbers of those of the name, and so many more."""
RUNS, PLACES = TABLE, 2 * TABLE
ROLE, SURNAME, IS_CUT, RUN, RUN_HASH, BIRTH, NEAR, NATIONS, OWN_SEX, PERSONS = range(3 * TABLE, 4 * TABLE)
"""Columns of a traveller."""

KEY, FINE, COARSE, SKELETON, INNER = range(5)
"""Folds of a word, in the order of their letters."""
FOLDS = 5
ALPHABET = 26

WORD, TITLE, PARTICLE, INITIAL = range(4)
"""Roles in a row."""

NONE, SAME, VARIANT, SOUND, MISREADING, SCRIPT, SIMILAR, CUT, IS_INITIAL, JOINED, SLIP = range(11)
"""Ways in which words agree."""

HEARD, LATIN_SKELETONS, BARE_SKELETONS = range(3)
"""The tries: of the consonants, and of what a script without vowels keeps of Latin and of its own words."""

LONGEST_PATTERN = 60
"""Letters up to which two words are compared as bits of one number."""
MOST_TOKENS = 16
"""Words of a name (`scripts.MOST_WORDS`); in a chain of likenesses, numbers from here on stand for runs of words."""
NOWHERE = (1 << 32) - 1
"""The number of what is not in a list."""


def packed(columns: Mapping[int, Array]) -> Array:
    """Put columns into one array."""
    widths = [-(-values.nbytes // 8) for values in columns.values()]
    numbers, end = np.zeros(2 * COLUMNS + sum(widths), np.int64), 2 * COLUMNS
    for (column, values), width in zip(columns.items(), widths, strict=True):
        numbers[column], numbers[COLUMNS + column] = end * 8 // values.itemsize, values.size
        numbers[end : end + width].view(values.dtype)[: values.size] = values.ravel()
        end += width
    return numbers


def view(numbers: Array, column: int, dtype: Any) -> Array:
    """Give a column as an array of its own, that shares its memory."""
    first, length = int(numbers[column]), int(numbers[COLUMNS + column])
    shared: Array = numbers.view(dtype)[first : first + length]
    return shared


@compiled
def byte(numbers: Array, column: int, place: int) -> int:
    """Read a column of bytes."""
    at = place + numbers[column]
    return int(numbers[at >> 3] >> ((at & 7) << 3) & 0xFF)


@compiled
def half(numbers: Array, column: int, place: int) -> int:
    """Read a column of 32-bit numbers."""
    at = place + numbers[column]
    return int(numbers[at >> 1] >> ((at & 1) << 5) & 0xFFFFFFFF)


@compiled
def whole(numbers: Array, column: int, place: int) -> int:
    """Read a column of 64-bit numbers."""
    return int(numbers[numbers[column] + place])


@compiled
def size(numbers: Array, column: int) -> int:
    """Tell how long a column is."""
    return int(numbers[COLUMNS + column])


class Query(NamedTuple):
    """One reading of a traveller's name and all else that is known: numbers, and what words and runs weigh.

    A run is words read together, or one word by itself. `RUN` has its first position, the one behind its last, the
    positions that weigh as bits, how many letters its consonants have, and whether it is written without vowels.
    """

    numbers: Array
    own: Array
    run_weight: Array


MARKED, CHAINED, HIT, HELD, FOUND, GATHERED, OVERFLOW, PROPOSED = range(8)
"""What a search counts, at the beginning of `Scratch.room`."""

MOST_HITS = 1 << 14
"""Runs of words that one search finds to be joined or split."""
MOST_PAIRS = 400
"""Pairs of words of two names that are weighed against one another."""
MOST_HELD = 1 << 12
"""Names above the threshold that one search keeps."""
MOST_GATHERED = 100_000
"""Names that one search weighs word by word."""
MOST_CHAINED = 1 << 20
"""Likenesses of words that one search remembers, and words that it compares."""
LONGEST_FOLD = 100
"""Letters of a fold, and some: each X of a word of 40 letters becomes KS."""

PATTERN, PATH, OWN_ROLES, ROLES, CODES, RIVALS = 16, 120, 224, 288, 304, 384
PAIR, PAIR_WIDTH = 400, 8
ORDER = PAIR + MOST_PAIRS * PAIR_WIDTH
CHOSEN = ORDER + MOST_PAIRS
HITS, HIT_WIDTH = CHOSEN + MOST_PAIRS, 5
HELD_RECORD = HITS + MOST_HITS * HIT_WIDTH
TRIE_ROWS = HELD_RECORD + MOST_HELD
EXACT_DATE = TRIE_ROWS + LONGEST_FOLD * LONGEST_FOLD
NAMES = EXACT_DATE + 8
TOUCHED, TOUCHED_WIDTH = NAMES + MOST_GATHERED, 3
"""Where what begins in `Scratch.room`; behind the words that were touched lie links of chains, folds of
tries, and words that may be like one of the traveller's."""
CHAIN_WIDTH, GROUP_WIDTH = 3, 2
SEEN_BITS = 5
"""Words of which the bits lie in one number: two to the power of so many."""

BEST, PAIR_NUMBERS, PAIR_NUMBER_WIDTH = 0, 32, 3
HELD_NUMBERS = PAIR_NUMBERS + MOST_PAIRS * PAIR_NUMBER_WIDTH
RESTS = HELD_NUMBERS + 2 * MOST_HELD
CHAIN_NUMBERS = RESTS + MOST_GATHERED
"""Where what begins in `Scratch.weights`."""


class Scratch(NamedTuple):
    """Room for one search at a time; `mark` has a number for each word of the vocabulary that was touched.

    Behind `seen` lies a bit for each, so that what is asked most lies near the processor.
    """

    mark: Array
    room: Array
    weights: Array
    chain: int
    most_chained: int
    group: int
    proposal: int
    seen: int


def scratch(tokens: int, folds: int) -> Scratch:
    """Make room for searches of a list with so many words, and so many distinct folds of them."""
    chained = min(MOST_CHAINED, 4 * MOST_TOKENS * tokens + 2)
    chain = TOUCHED + TOUCHED_WIDTH * (tokens + 2)
    group = chain + CHAIN_WIDTH * chained
    proposal = group + GROUP_WIDTH * (folds + 1)
    seen = proposal + chained
    return Scratch(
        mark=np.zeros(tokens + 1, np.int32),
        room=np.zeros(seen + (tokens >> SEEN_BITS) + 1, np.int64),
        weights=np.zeros(CHAIN_NUMBERS + 2 * chained),
        chain=chain,
        most_chained=chained,
        group=group,
        proposal=proposal,
        seen=seen,
    )
