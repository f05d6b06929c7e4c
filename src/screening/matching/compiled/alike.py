"""How alike two words are: `similarity` and `alignment.pair_likeness`, compiled.

A word of the traveller's is told by the table that holds it, of the name, the runs or the places, and its number there.
"""

import numpy as np

from screening.matching import profile, similarity
from screening.matching.compiled.jit import compiled
from screening.matching.compiled.layout import (
    ALPHABET,
    AT,
    BARE,
    BITS,
    COARSE,
    CUT,
    FAMILY,
    FINE,
    FINE_MASK,
    FOLDS,
    INNER,
    KEY,
    KEY_MASK,
    LENGTHS,
    LETTERS,
    LONGEST_PATTERN,
    MISREAD,
    MISREADING,
    NONE,
    SAME,
    SCRIPT,
    SIMILAR,
    SKELETON,
    SLIP,
    SOUND,
    VARIANT,
    Array,
    byte,
    half,
    size,
    whole,
)

_A = ord("A")
_BY_SKELETON = np.array([similarity.BY_SKELETON.get(length, similarity.LONG_SKELETON) for length in range(256)])
_VARIANT, _MISREAD, _SLIP = similarity.VARIANT.degree, similarity.MISREAD.degree, similarity.SLIP.degree
_SOUND, _SHORT_SOUND = similarity.SOUND.degree, similarity.SHORT_SOUND.degree


@compiled
def length(numbers: Array, table: int, word: int, fold: int) -> int:
    """Tell how long a fold of a word is."""
    return byte(numbers, table + LENGTHS, word * FOLDS + fold)


@compiled
def start(numbers: Array, table: int, word: int, fold: int) -> int:
    """Find where a fold of a word begins, as a place among the letters."""
    at = half(numbers, table + AT, word)
    for before in range(fold):
        at += byte(numbers, table + LENGTHS, word * FOLDS + before)
    return at


@compiled
def first_letter(numbers: Array, table: int, word: int) -> int:
    """Give the first letter of a word."""
    return byte(numbers, table + LETTERS, half(numbers, table + AT, word))


@compiled
def same_letters(query: Array, table: int, word: int, numbers: Array, other: int, fold: int, count: int) -> bool:
    """Tell whether folds of two words have so many first letters in common."""
    at, other_at = start(query, table, word, fold), start(numbers, 0, other, fold)
    for offset in range(count):
        if byte(query, table + LETTERS, at + offset) != byte(numbers, LETTERS, other_at + offset):
            return False
    return True


@compiled
def same_fold(query: Array, table: int, word: int, numbers: Array, other: int, fold: int) -> bool:
    """Tell whether two words have one fold in common."""
    count = length(query, table, word, fold)
    return count == length(numbers, 0, other, fold) and same_letters(query, table, word, numbers, other, fold, count)


@compiled
def write_bits(query: Array, table: int) -> None:
    """Note for each fold of the traveller's words where it has which letter."""
    for word in range(size(query, table + AT)):
        for fold in range(FOLDS):
            at, count = start(query, table, word, fold), length(query, table, word, fold)
            bits = query[table + BITS] + (word * FOLDS + fold) * ALPHABET
            for offset in range(count if count <= LONGEST_PATTERN else 0):
                query[bits + byte(query, table + LETTERS, at + offset) - _A] |= 1 << offset


@compiled
def distance(query: Array, table: int, word: int, fold: int, numbers: Array, other: int, other_fold: int) -> int:
    """Count the letters to change, drop, add or swap with a neighbour between folds of two words (OSA distance).

    Hyyrö 2003, with the bits of the pattern; long patterns are compared the slow way.
    """
    count, other_count = length(query, table, word, fold), length(numbers, 0, other, other_fold)
    if count > LONGEST_PATTERN:
        return _slow_distance(query, table, word, fold, numbers, other, other_fold)
    if count == 0:
        return other_count
    bits, at = query[table + BITS] + (word * FOLDS + fold) * ALPHABET - _A, start(numbers, 0, other, other_fold)
    full, last = (1 << count) - 1, 1 << (count - 1)
    up, down, diagonal, before, found = full, 0, 0, 0, count
    for offset in range(other_count):
        match = int(query[bits + byte(numbers, LETTERS, at + offset)])
        swap = (((full & ~diagonal) & match) << 1) & before
        diagonal = ((((match & up) + up) ^ up) | match | down | swap) & full
        rise = (down | ~(diagonal | up)) & full
        fall = diagonal & up
        if rise & last:
            found += 1
        if fall & last:
            found -= 1
        rise = ((rise << 1) | 1) & full
        up = (((fall << 1) & full) | ~(diagonal | rise)) & full
        down = rise & diagonal
        before = match
    return found


@compiled
def _slow_distance(query: Array, table: int, word: int, fold: int, numbers: Array, other: int, other_fold: int) -> int:
    count, other_count = length(query, table, word, fold), length(numbers, 0, other, other_fold)
    at, other_at = start(query, table, word, fold), start(numbers, 0, other, other_fold)
    rows = np.zeros((3, count + 1), np.int64)
    for column in range(count + 1):
        rows[0, column] = column
    before = 0
    for row in range(1, other_count + 1):
        here, above, two, letter = row % 3, (row - 1) % 3, (row - 2) % 3, byte(numbers, LETTERS, other_at + row - 1)
        rows[here, 0] = row
        for column in range(1, count + 1):
            own = byte(query, table + LETTERS, at + column - 1)
            best = min(
                rows[here, column - 1] + 1, rows[above, column] + 1, rows[above, column - 1] + int(own != letter)
            )
            if row > 1 and column > 1 and own == before and byte(query, table + LETTERS, at + column - 2) == letter:
                best = min(best, rows[two, column - 2] + 1)
            rows[here, column] = best
        before = letter
    return int(rows[other_count % 3, count])


@compiled
def _alike(distant: int, count: int, other_count: int) -> float:
    longest = max(count, other_count)
    return 1 - distant / longest if longest else 1.0


@compiled
def _skeleton_degree(
    query: Array, table: int, word: int, fold: int, numbers: Array, other: int, other_fold: int
) -> float:
    count, other_count = length(query, table, word, fold), length(numbers, 0, other, other_fold)
    if count == 0 or other_count == 0:
        return 0.0
    allowed = 0 if min(count, other_count) <= similarity.SHORT else 1
    if abs(count - other_count) > allowed:
        return 0.0
    distant = distance(query, table, word, fold, numbers, other, other_fold)
    if distant > allowed:
        return 0.0
    return similarity.SKELETON_BUT_ONE if distant else _BY_SKELETON[count]


@compiled
def _without_vowels(query: Array, table: int, word: int, numbers: Array, other: int) -> tuple[int, float]:
    both = byte(query, table + BARE, word) and byte(numbers, BARE, other)
    if both and same_fold(query, table, word, numbers, other, KEY):
        return SAME, 1.0
    best = max(
        _skeleton_degree(query, table, word, SKELETON, numbers, other, SKELETON),
        _skeleton_degree(query, table, word, INNER, numbers, other, SKELETON),
        _skeleton_degree(query, table, word, SKELETON, numbers, other, INNER),
    )
    return (SCRIPT, best) if best > 0 else (NONE, 0.0)


@compiled
def _count(bits: int) -> int:
    bits = bits - ((bits >> 1) & 0x55555555)
    bits = (bits & 0x33333333) + ((bits >> 2) & 0x33333333)
    return (((bits + (bits >> 4)) & 0x0F0F0F0F) * 0x01010101 >> 24) & 0xFF


@compiled
def _least(query: Array, table: int, word: int, numbers: Array, other: int, mask: int) -> int:
    """Bound from below how many letters differ between two words, by the sets of their letters."""
    one, two = half(query, table + mask, word), half(numbers, mask, other)
    return max(_count(one & ~two), _count(two & ~one))


@compiled
def _slip(query: Array, table: int, word: int, numbers: Array, other: int) -> tuple[int, float]:
    key, other_key = length(query, table, word, KEY), length(numbers, 0, other, KEY)
    if min(key, other_key) < similarity.SHORTEST_SLIP or abs(key - other_key) > 1:
        return NONE, 0.0
    if first_letter(query, table, word) != first_letter(numbers, 0, other):
        return NONE, 0.0
    return (SLIP, _SLIP) if distance(query, table, word, KEY, numbers, other, KEY) == 1 else (NONE, 0.0)


@compiled
def similar(query: Array, table: int, word: int, numbers: Array, other: int, distant: int) -> tuple[int, float]:
    """Judge written words, no variants, whose consonants differ in `distant` letters; -1 when that was not counted."""
    key, other_key = length(query, table, word, KEY), length(numbers, 0, other, KEY)
    coarse, other_coarse = length(query, table, word, COARSE), length(numbers, 0, other, COARSE)
    if distant < 0:
        distant = distance(query, table, word, COARSE, numbers, other, COARSE)
    if distant > (1 if min(coarse, other_coarse) <= similarity.SHORT else similarity.LOOSEST_GATE):
        return NONE, 0.0
    if min(key, other_key) <= similarity.SHORT:
        return _slip(query, table, word, numbers, other)
    fine, other_fine = length(query, table, word, FINE), length(numbers, 0, other, FINE)
    share = similarity.SHORT_SHARE if max(fine, other_fine) <= similarity.MIDDLING else similarity.LONG_SHARE
    by_consonants = share * _alike(distant, coarse, other_coarse)
    # The rule asks for equal consonants of words that both have enough of them; equal ones are as long.
    degree = similarity.SAME_CONSONANTS if distant == 0 and coarse >= similarity.SHORT else 0.0
    floor = max(degree, profile.SIMILARITY_FLOOR)
    least = max(_least(query, table, word, numbers, other, KEY_MASK), abs(key - other_key))
    if _alike(least, key, other_key) > floor:
        degree = max(degree, _alike(distance(query, table, word, KEY, numbers, other, KEY), key, other_key))
    floor = max(degree, floor)
    least = max(_least(query, table, word, numbers, other, FINE_MASK), abs(fine - other_fine))
    if similarity.HEARD_SHARE * ((1 - share) * _alike(least, fine, other_fine) + by_consonants) > floor:
        heard = _alike(distance(query, table, word, FINE, numbers, other, FINE), fine, other_fine)
        degree = max(degree, similarity.HEARD_SHARE * ((1 - share) * heard + by_consonants))
    return (SIMILAR, degree) if degree > profile.SIMILARITY_FLOOR else (NONE, 0.0)


@compiled
def likeness(query: Array, table: int, word: int, numbers: Array, other: int, distant: int) -> tuple[int, float]:
    """Say in what way, and how much, two words agree: `similarity.likeness`."""
    if byte(query, table + BARE, word) or byte(numbers, BARE, other):
        return _without_vowels(query, table, word, numbers, other)
    if distant <= 0:
        if same_fold(query, table, word, numbers, other, KEY):
            return SAME, 1.0
        if same_fold(query, table, word, numbers, other, FINE):
            is_long = length(query, table, word, FINE) > similarity.SHORT
            return SOUND, (_SOUND if is_long else _SHORT_SOUND)
    if half(query, table + FAMILY, word) == half(numbers, FAMILY, other):
        return VARIANT, _VARIANT
    shortest = min(length(query, table, word, KEY), length(numbers, 0, other, KEY))
    if shortest > similarity.SHORT and whole(query, table + MISREAD, word) == whole(numbers, MISREAD, other):
        return MISREADING, _MISREAD
    return similar(query, table, word, numbers, other, distant)


@compiled
def cut_share(query: Array, word: int, numbers: Array, other: int) -> float:
    """Say how much the first letters of a word speak for it; -1 when it does not begin with them."""
    count = length(query, 0, word, KEY)
    if count >= length(numbers, 0, other, KEY) or not same_letters(query, 0, word, numbers, other, KEY, count):
        return -1.0
    for letters, share in profile.TRUNCATED_SHARE:
        if count >= letters:
            return share
    return 0.0


@compiled
def weight(way: int, degree: float, own: float, other: float) -> float:
    """Weigh two words that agree: `alignment.weight`, initials aside."""
    full = min(own, other)
    if way == CUT:
        return degree * full
    if way == SLIP:
        return profile.SLIP
    if way == SCRIPT:
        return (2 * degree - 1) * full
    span = (degree - profile.SIMILARITY_FLOOR) / (1 - profile.SIMILARITY_FLOOR)
    return profile.AT_FLOOR + span * (full - profile.AT_FLOOR)
