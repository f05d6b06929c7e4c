"""Which words of a list are like a traveller's: every one that `alignment.pair_likeness` pairs, and no other.

The words that are found are marked in the room of the search; each has a chain of links, one for each of the
traveller's words that it is like, with the way, the degree and the weight.
"""

import math

import numpy as np

from screening.matching import profile, rarity, similarity
from screening.matching.compiled import alike
from screening.matching.compiled.jit import compiled
from screening.matching.compiled.layout import (
    AT,
    BARE,
    BARE_SKELETONS,
    BY_KEY,
    BY_MISREAD,
    CHAIN_NUMBERS,
    CHAIN_WIDTH,
    CHAINED,
    COARSE,
    CUT,
    DEPTH,
    FAMILY,
    FAMILY_AT,
    FAMILY_COMMON,
    FAMILY_COUNT,
    FAMILY_TOKEN,
    GROUP,
    GROUP_AT,
    GROUP_TOKEN,
    GROUP_WIDTH,
    HEARD,
    INITIAL,
    INNER,
    IS_CUT,
    KEY,
    LATIN_SKELETONS,
    LETTER,
    LETTERS,
    LONGEST_FOLD,
    LOWEST,
    MARKED,
    MISREAD,
    NONE,
    NOWHERE,
    OVERFLOW,
    PARTICLE,
    PATH,
    PERSONS,
    PROPOSED,
    ROLE,
    SAME,
    SKELETON,
    SKIP,
    TOUCHED,
    TOUCHED_WIDTH,
    TRIE_AT,
    TRIE_ROWS,
    Array,
    Query,
    Scratch,
    byte,
    half,
    size,
    whole,
)
from screening.matching.folding import FREQUENCIES

_EXPECTED = rarity.SMOOTHING * np.array([rarity.UNLISTED, *FREQUENCIES.values()])
_FAR = 1 << 20


@compiled
def word_weight(query: Array, numbers: Array, word: int) -> float:
    """Give what full agreement on a word of the list weighs: `Rarity.weight`."""
    family = half(numbers, FAMILY, word)
    expected = _EXPECTED[byte(numbers, FAMILY_COMMON, family)]
    share = (half(numbers, FAMILY_COUNT, family) + expected) / (whole(query, PERSONS, 0) + rarity.SMOOTHING)
    rare = (-math.log(share) - profile.COMMON_NATS) / (profile.RARE_NATS - profile.COMMON_NATS)
    return profile.COMMON_WORD + min(max(rare, 0.0), 1.0) * (profile.RARE_WORD - profile.COMMON_WORD)


@compiled
def folds_near(
    query: Array, table: int, word: int, fold: int, numbers: Array, trie: int, most: int, scratch: Scratch
) -> int:
    """Find the folds of a trie that differ from a word's in so many letters at most, and how many there are.

    One row of the table of OSA distances is kept for each depth; of each, the cells that may be within the bound.
    """
    room, found = scratch.room, 0
    own, count = alike.start(query, table, word, fold), alike.length(query, table, word, fold)
    for column in range(count + 1):
        room[TRIE_ROWS + column] = column
    room[LOWEST] = 0
    node, end = half(numbers, TRIE_AT, trie), half(numbers, TRIE_AT, trie + 1)
    while node < end:
        depth, letter = byte(numbers, DEPTH, node), byte(numbers, LETTER, node)
        low, high = max(1, depth - most), min(count, depth + most)
        here = TRIE_ROWS + depth * LONGEST_FOLD
        above, two = here - LONGEST_FOLD, here - 2 * LONGEST_FOLD
        room[here + low - 1] = depth if low == 1 else _FAR
        least = room[here + low - 1]
        room[PATH + depth] = letter
        for column in range(low, high + 1):
            mine = byte(query, table + LETTERS, own + column - 1)
            cell = room[above + column - 1] + (0 if mine == letter else 1)
            cell = min(cell, room[here + column - 1] + 1)
            if column < depth + most:
                cell = min(cell, room[above + column] + 1)
            crosses = depth > 1 and column > 1 and mine == room[PATH + depth - 1]
            if crosses and letter == byte(query, table + LETTERS, own + column - 2):
                cell = min(cell, room[two + column - 2] + 1)
            room[here + column] = cell
            least = min(least, cell)
        room[LOWEST + depth] = least
        group = half(numbers, GROUP, node)
        if group and abs(depth - count) <= most and room[here + count] <= most:
            room[scratch.group + GROUP_WIDTH * found] = group - 1
            room[scratch.group + GROUP_WIDTH * found + 1] = room[here + count]
            found += 1
        alive = least <= most or room[LOWEST + depth - 1] + 1 <= most
        node = node + 1 if alive else half(numbers, SKIP, node)
    return found


@compiled
def note(scratch: Scratch, word: int, position: int, way: int, degree: float, weighs: float) -> None:
    """Remember that a word of the list is like the traveller's at a position."""
    room, link = scratch.room, scratch.room[CHAINED] + 1
    if link >= scratch.most_chained:
        room[OVERFLOW] = 1
        return
    number = int(scratch.mark[word])
    if number == 0:
        room[MARKED] += 1
        number = room[MARKED]
        scratch.mark[word] = number
        room[TOUCHED + number * TOUCHED_WIDTH] = word
        room[TOUCHED + number * TOUCHED_WIDTH + 1] = 0
        room[TOUCHED + number * TOUCHED_WIDTH + 2] = 0
    room[CHAINED] = link
    chain = scratch.chain + CHAIN_WIDTH * link
    room[chain], room[chain + 1], room[chain + 2] = room[TOUCHED + number * TOUCHED_WIDTH + 1], position, way
    scratch.weights[CHAIN_NUMBERS + 2 * link], scratch.weights[CHAIN_NUMBERS + 2 * link + 1] = degree, weighs
    room[TOUCHED + number * TOUCHED_WIDTH + 1] = link


@compiled
def first_link(scratch: Scratch, word: int) -> int:
    """Find the first link of the chain of a word; 0 when it is like none of the traveller's."""
    number = int(scratch.mark[word])
    return int(scratch.room[TOUCHED + number * TOUCHED_WIDTH + 1]) if number else 0


@compiled
def link_next(scratch: Scratch, link: int) -> int:
    """Find the next link of a chain; 0 at its end."""
    return int(scratch.room[scratch.chain + CHAIN_WIDTH * link])


@compiled
def link_position(scratch: Scratch, link: int) -> int:
    """Tell which of the traveller's words a link is of."""
    return int(scratch.room[scratch.chain + CHAIN_WIDTH * link + 1])


@compiled
def link_way(scratch: Scratch, link: int) -> int:
    """Tell in what way the words of a link agree."""
    return int(scratch.room[scratch.chain + CHAIN_WIDTH * link + 2])


@compiled
def link_degree(scratch: Scratch, link: int) -> float:
    """Tell how alike the words of a link are."""
    return float(scratch.weights[CHAIN_NUMBERS + 2 * link])


@compiled
def link_weight(scratch: Scratch, link: int) -> float:
    """Tell what the words of a link weigh together."""
    return float(scratch.weights[CHAIN_NUMBERS + 2 * link + 1])


@compiled
def is_noted(scratch: Scratch, word: int, position: int) -> bool:
    """Tell whether a likeness was found before, on another way."""
    link = first_link(scratch, word)
    return link > 0 and link_position(scratch, link) == position


@compiled
def _propose(scratch: Scratch, word: int, position: int, distant: int) -> None:
    """Note a word of the list that may be like the traveller's; `distant` is how their consonants differ, if known."""
    room, count = scratch.room, scratch.room[PROPOSED]
    if count >= scratch.most_chained:
        room[OVERFLOW] = 1
        return
    room[scratch.proposal + count] = word << 16 | position << 8 | (distant + 1)
    room[PROPOSED] = count + 1


@compiled
def _by_fold(query: Array, position: int, fold: int, numbers: Array, trie: int, most: int, scratch: Scratch) -> None:
    if alike.length(query, 0, position, fold) == 0:
        return
    for one in range(folds_near(query, 0, position, fold, numbers, trie, most, scratch)):
        at = scratch.group + GROUP_WIDTH * one
        group, distant = scratch.room[at], scratch.room[at + 1] if trie == HEARD else -1
        for place in range(half(numbers, GROUP_AT, group), half(numbers, GROUP_AT, group + 1)):
            _propose(scratch, half(numbers, GROUP_TOKEN, place), position, distant)


@compiled
def _compare_keys(query: Array, position: int, numbers: Array, word: int) -> int:
    """Tell whether a word comes before (-1) the traveller's, begins with it (0), or comes behind (1)."""
    own, other = alike.start(query, 0, position, KEY), alike.start(numbers, 0, word, KEY)
    count, other_count = alike.length(query, 0, position, KEY), alike.length(numbers, 0, word, KEY)
    for offset in range(min(count, other_count)):
        one, two = byte(query, LETTERS, own + offset), byte(numbers, LETTERS, other + offset)
        if one != two:
            return -1 if two < one else 1
    return 0 if other_count >= count else -1


@compiled
def first_key(query: Array, position: int, numbers: Array, passed: int) -> int:
    """Find the first word in the order of keys that does not come before the traveller's, nor begin with it if 1."""
    low, high = 0, size(numbers, BY_KEY)
    while low < high:
        middle = (low + high) // 2
        if _compare_keys(query, position, numbers, half(numbers, BY_KEY, middle)) < passed:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _first_misread(numbers: Array, wanted: int) -> int:
    low, high = 0, size(numbers, BY_MISREAD)
    while low < high:
        middle = (low + high) // 2
        if whole(numbers, MISREAD, half(numbers, BY_MISREAD, middle)) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _by_family_and_misreading(query: Array, position: int, numbers: Array, scratch: Scratch) -> None:
    family = half(query, FAMILY, position)
    if family != NOWHERE:
        for place in range(half(numbers, FAMILY_AT, family), half(numbers, FAMILY_AT, family + 1)):
            _propose(scratch, half(numbers, FAMILY_TOKEN, place), position, -1)
    misread = whole(query, MISREAD, position)
    place = _first_misread(numbers, misread)
    while place < size(numbers, BY_MISREAD) and whole(numbers, MISREAD, half(numbers, BY_MISREAD, place)) == misread:
        _propose(scratch, half(numbers, BY_MISREAD, place), position, -1)
        place += 1


@compiled
def _propose_for(query: Array, position: int, numbers: Array, scratch: Scratch) -> None:
    is_bare = byte(query, BARE, position)
    for fold in (SKELETON, INNER):
        most = 0 if alike.length(query, 0, position, fold) <= similarity.SHORT else 1
        _by_fold(query, position, fold, numbers, BARE_SKELETONS, most, scratch)
        if is_bare:
            _by_fold(query, position, fold, numbers, LATIN_SKELETONS, most, scratch)
    if not is_bare:
        most = 1 if alike.length(query, 0, position, COARSE) <= similarity.SHORT else similarity.LOOSEST_GATE
        _by_fold(query, position, COARSE, numbers, HEARD, most, scratch)
        _by_family_and_misreading(query, position, numbers, scratch)
    if byte(query, IS_CUT, position):
        last = first_key(query, position, numbers, 1)
        for place in range(first_key(query, position, numbers, 0), last):
            _propose(scratch, half(numbers, BY_KEY, place), position, -1)


@compiled
def propose(query: Query, numbers: Array, scratch: Scratch) -> None:
    """Find the words of the list that may be like one of the traveller's; one may be found on several ways."""
    scratch.room[PROPOSED] = 0
    for position in range(size(query.numbers, AT)):
        role = byte(query.numbers, ROLE, position)
        if role != PARTICLE and role != INITIAL:
            _propose_for(query.numbers, position, numbers, scratch)


@compiled
def mark(query: Query, numbers: Array, scratch: Scratch) -> None:
    """Compare the words that were proposed, and mark those that are alike."""
    for at in range(scratch.proposal, scratch.proposal + scratch.room[PROPOSED]):
        proposed = int(scratch.room[at])
        word, position, distant = proposed >> 16, proposed >> 8 & 0xFF, (proposed & 0xFF) - 1
        if is_noted(scratch, word, position):
            continue
        way, degree = alike.likeness(query.numbers, 0, position, numbers, word, distant)
        if way != SAME and byte(query.numbers, IS_CUT, position):
            share = alike.cut_share(query.numbers, position, numbers, word)
            if share >= 0:
                way, degree = CUT, share
        if way != NONE:
            other = word_weight(query.numbers, numbers, word)
            note(scratch, word, position, way, degree, alike.weight(way, degree, float(query.own[position]), other))


@compiled
def ones(bits: int) -> int:
    """Count the bits of a set."""
    count = 0
    while bits:
        bits &= bits - 1
        count += 1
    return count


@compiled
def forget(scratch: Scratch) -> None:
    """Make the room ready for another name."""
    for number in range(1, scratch.room[MARKED] + 1):
        scratch.mark[scratch.room[TOUCHED + number * TOUCHED_WIDTH]] = 0
    scratch.room[MARKED], scratch.room[CHAINED] = 0, 0
