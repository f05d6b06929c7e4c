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
    ALPHABET,
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
    LONGEST_PATTERN,
    MARKED,
    MISREAD,
    NONE,
    NOWHERE,
    OVERFLOW,
    PARTICLE,
    PATH,
    PATTERN,
    PERSONS,
    PROPOSED,
    ROLE,
    SAME,
    SEEN_BITS,
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
_A = ord("A")


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

    The states of an automaton are the bits of one number for each count of errors: bit i says that the first i letters
    of the word were read (Wu and Manber 1992, with neighbours swapped as OSA distance has it). A word of more letters
    than a number has bits is told by its beginning, and how far it differs is left open.
    """
    room, found = scratch.room, 0
    count, read = _write_pattern(query, table, word, fold, most, room)
    node, end, full = half(numbers, TRIE_AT, trie), half(numbers, TRIE_AT, trie + 1), (2 << read) - 1
    while node < end:
        depth = byte(numbers, DEPTH, node)
        here = TRIE_ROWS + depth * LONGEST_FOLD
        if depth + most <= LONGEST_PATTERN:
            _read_letter(room, depth, byte(numbers, LETTER, node), most, full)
        else:
            room[here : here + most + 1] = room[here - LONGEST_FOLD : here - LONGEST_FOLD + most + 1]
        group = half(numbers, GROUP, node)
        if group and abs(depth - count) <= most:
            distant = _distance_read(room, here, most, read) if read == count else -1
            if distant <= most:
                room[scratch.group + GROUP_WIDTH * found] = group - 1
                room[scratch.group + GROUP_WIDTH * found + 1] = distant
                found += 1
        node = node + 1 if room[here + most] else half(numbers, SKIP, node)
    return found


@compiled
def _write_pattern(query: Array, table: int, word: int, fold: int, most: int, room: Array) -> tuple[int, int]:
    """Write where a fold has which letter, and the states before any is read; give its length, and how much is read."""
    own, count = alike.start(query, table, word, fold), alike.length(query, table, word, fold)
    read = min(count, LONGEST_PATTERN)
    for letter in range(ALPHABET):
        room[PATTERN + letter] = 0
    for column in range(read):
        room[PATTERN + byte(query, table + LETTERS, own + column) - _A] |= 1 << column
    room[PATH] = 0
    for errors in range(most + 1):
        room[TRIE_ROWS + errors] = (2 << errors) - 1
    return count, read


@compiled
def _read_letter(room: Array, depth: int, letter: int, most: int, full: int) -> None:
    """Go on by one letter of the trie."""
    here = TRIE_ROWS + depth * LONGEST_FOLD
    above, two = here - LONGEST_FOLD, here - 2 * LONGEST_FOLD
    match, before = room[PATTERN + letter - _A], room[PATH + depth - 1]
    room[PATH + depth] = match
    state = (room[above] & match) << 1
    room[here] = state
    for errors in range(1, most + 1):
        fewer = room[above + errors - 1]
        state = (room[above + errors] & match) << 1 | fewer | fewer << 1 | state << 1
        if depth > 1:
            state |= (room[two + errors - 1] & match & before >> 1) << 2
        state &= full
        room[here + errors] = state


@compiled
def _distance_read(room: Array, here: int, most: int, read: int) -> int:
    """Tell in how many letters what was read differs from the whole pattern; more than `most` if in more."""
    for errors in range(most + 1):
        if room[here + errors] >> read & 1:
            return errors
    return most + 1


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
        room[scratch.seen + (word >> SEEN_BITS)] |= 1 << (word & (1 << SEEN_BITS) - 1)
        room[TOUCHED + number * TOUCHED_WIDTH] = word
        room[TOUCHED + number * TOUCHED_WIDTH + 1] = 0
        room[TOUCHED + number * TOUCHED_WIDTH + 2] = 0
    room[CHAINED] = link
    chain = scratch.chain + CHAIN_WIDTH * link
    room[chain], room[chain + 1], room[chain + 2] = room[TOUCHED + number * TOUCHED_WIDTH + 1], position, way
    scratch.weights[CHAIN_NUMBERS + 2 * link], scratch.weights[CHAIN_NUMBERS + 2 * link + 1] = degree, weighs
    room[TOUCHED + number * TOUCHED_WIDTH + 1] = link


@compiled
def is_touched(scratch: Scratch, word: int) -> bool:
    """Tell whether a word of the list is like any of the traveller's."""
    return bool(scratch.room[scratch.seen + (word >> SEEN_BITS)] >> (word & (1 << SEEN_BITS) - 1) & 1)


@compiled
def first_link(scratch: Scratch, word: int) -> int:
    """Find the first link of the chain of a word; 0 when it is like none of the traveller's."""
    if not is_touched(scratch, word):
        return 0
    return int(scratch.room[TOUCHED + int(scratch.mark[word]) * TOUCHED_WIDTH + 1])


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
        _by_family_and_misreading(query, position, numbers, scratch)
        most = 1 if alike.length(query, 0, position, COARSE) <= similarity.SHORT else similarity.LOOSEST_GATE
        _by_fold(query, position, COARSE, numbers, HEARD, most, scratch)
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
        if distant > 0:  # no variant or misreading: those were proposed, and noted, before
            way, degree = alike.similar(query.numbers, 0, position, numbers, word, distant)
        else:
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
        word = int(scratch.room[TOUCHED + number * TOUCHED_WIDTH])
        scratch.mark[word], scratch.room[scratch.seen + (word >> SEEN_BITS)] = 0, 0
    scratch.room[MARKED], scratch.room[CHAINED] = 0, 0
