"""Words that are joined on one side and split on the other: `alignment.join_likeness`, by look-ups."""

import numpy as np

from screening.matching import alignment, similarity
from screening.matching.compiled import alike, expand
from screening.matching.compiled.jit import compiled
from screening.matching.compiled.layout import (
    BARE_SKELETONS,
    COARSE,
    FINE,
    GROUP_AT,
    GROUP_TOKEN,
    GROUP_WIDTH,
    HEARD,
    HIT,
    HIT_WIDTH,
    HITS,
    JOIN_AT,
    JOIN_NAME,
    JOIN_RUN,
    JOINED,
    KEY,
    LATIN_SKELETONS,
    MOST_HITS,
    MOST_TOKENS,
    OVERFLOW,
    ROW,
    ROW_AT,
    RUN,
    RUN_HASH,
    RUNS,
    SKELETON,
    Array,
    Query,
    Scratch,
    half,
    size,
    whole,
)

DEGREES = (similarity.JOINED.degree, similarity.LOOSELY_JOINED.degree)

FIRST, STOP, MASK, CONSONANTS, IS_BARE = range(5)
RUN_WIDTH = 5
"""Columns of a run of the traveller's words."""

START_BITS, LENGTH_BITS, COARSE_BITS, FINE_BITS = 4, 2, 14, 12
"""A listed run as one number: its first position, its words less one, bits of its consonants and of its sound."""
BUCKET_BITS = 18
"""Those bits that tell the consonants apart and are not in the number, for it lies in the bucket that they name."""


@compiled
def run_column(query: Array, run: int, column: int) -> int:
    """Read a column of a run."""
    return whole(query, RUN, run * RUN_WIDTH + column)


@compiled
def run_shares(query: Array, run: int, numbers: Array, word: int) -> bool:
    """Tell whether a word is one of those in a run, so that it pairs by itself."""
    for position in range(run_column(query, run, FIRST), run_column(query, run, STOP)):
        if alike.same_fold(query, 0, position, numbers, word, KEY):
            return True
    return False


@compiled
def _listed_shares(query: Array, run: int, numbers: Array, name: int, number: int) -> bool:
    """Tell whether a listed run, given as its number, has a word in common with one of the traveller's."""
    first = half(numbers, ROW_AT, name) + (number & (1 << START_BITS) - 1)
    for place in range(first, first + (number >> START_BITS & (1 << LENGTH_BITS) - 1) + 1):
        if run_shares(query, run, numbers, half(numbers, ROW, place) >> 3):
            return True
    return False


@compiled
def _listed_runs(query: Array, run: int, numbers: Array, scratch: Scratch) -> None:
    """Find runs of words of the list with the consonants, or the sound, of one of the traveller's."""
    room, coarse, fine = scratch.room, whole(query, RUN_HASH, 2 * run), whole(query, RUN_HASH, 2 * run + 1)
    bucket = coarse & (1 << BUCKET_BITS) - 1
    is_long = run_column(query, run, CONSONANTS) >= alignment.SHORTEST_LOOSE_JOIN
    for place in range(half(numbers, JOIN_AT, bucket), half(numbers, JOIN_AT, bucket + 1)):
        number = half(numbers, JOIN_RUN, place)
        tag = number >> (START_BITS + LENGTH_BITS)
        same_sound = tag >> COARSE_BITS == fine and not run_column(query, run, IS_BARE)
        if tag & (1 << COARSE_BITS) - 1 != coarse >> BUCKET_BITS or not (same_sound or is_long):
            continue
        if _listed_shares(query, run, numbers, half(numbers, JOIN_NAME, place), number):
            continue
        if room[HIT] == MOST_HITS:
            room[OVERFLOW] = 1
            return
        hit, first = HITS + HIT_WIDTH * room[HIT], number & (1 << START_BITS) - 1
        room[hit], room[hit + 1], room[hit + 2] = half(numbers, JOIN_NAME, place), run, first
        room[hit + 3] = first + (number >> START_BITS & (1 << LENGTH_BITS) - 1) + 1
        room[hit + 4] = 0 if same_sound else 1
        room[HIT] += 1


@compiled
def _listed_words(query: Query, run: int, numbers: Array, trie: int, scratch: Scratch) -> None:
    """Mark words of the list with the consonants, or the sound, of neighbouring words of the traveller's."""
    own, fold = query.numbers, COARSE if trie == HEARD else SKELETON
    is_long = run_column(own, run, CONSONANTS) >= alignment.SHORTEST_LOOSE_JOIN
    for one in range(expand.folds_near(own, RUNS, run, fold, numbers, trie, 0, scratch)):
        group = scratch.room[scratch.group + GROUP_WIDTH * one]
        for place in range(half(numbers, GROUP_AT, group), half(numbers, GROUP_AT, group + 1)):
            word = half(numbers, GROUP_TOKEN, place)
            same_sound = trie == HEARD and alike.same_fold(own, RUNS, run, numbers, word, FINE)
            if not (same_sound or is_long) or not alike.same_fold(own, RUNS, run, numbers, word, fold):
                continue
            if expand.is_noted(scratch, word, MOST_TOKENS + run) or run_shares(own, run, numbers, word):
                continue
            degree = DEGREES[0 if same_sound else 1]
            other = expand.word_weight(own, numbers, word)
            weighs = alike.weight(JOINED, degree, float(query.run_weight[run]), other)
            expand.note(scratch, word, MOST_TOKENS + run, JOINED, degree, weighs)


@compiled
def find_joins(query: Query, numbers: Array, scratch: Scratch) -> None:
    """Find all runs of the list that may be joined or split words of the traveller's, in the order of names."""
    own, room = query.numbers, scratch.room
    room[HIT] = 0
    for run in range(size(own, RUN) // RUN_WIDTH):
        _listed_runs(own, run, numbers, scratch)
        if run_column(own, run, STOP) - run_column(own, run, FIRST) == 1:
            continue
        if not run_column(own, run, IS_BARE):
            _listed_words(query, run, numbers, HEARD, scratch)
        else:
            _listed_words(query, run, numbers, LATIN_SKELETONS, scratch)
            _listed_words(query, run, numbers, BARE_SKELETONS, scratch)
    if room[HIT] > 1:
        hits = room[HITS : HITS + HIT_WIDTH * room[HIT]].reshape((room[HIT], HIT_WIDTH))
        hits[:] = hits[np.argsort(hits[:, 0])]


@compiled
def first_hit(scratch: Scratch, name: int) -> int:
    """Find the first join of a name, or where it would be."""
    low, high = 0, int(scratch.room[HIT])
    while low < high:
        middle = (low + high) // 2
        if scratch.room[HITS + HIT_WIDTH * middle] < name:
            low = middle + 1
        else:
            high = middle
    return low
