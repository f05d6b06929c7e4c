"""The way from a traveller's name to the records that reach a threshold: nothing above it is left out.

A name can be left out of a walk when the words that it shares with the traveller's cannot weigh enough together. So
only the postings of the other words, the drivers, are walked; bounds reject most names that they hold, and the rest
is weighed in full. Birth dates divide the work: records whose date may weigh much are looked at one by one, those
whose exact date speaks against the traveller need a name that makes up for it, and only for some years around.
"""

import numpy as np

from screening.matching import birth_dates, profile
from screening.matching.compiled import align, alike, attributes, expand, joins
from screening.matching.compiled.jit import compiled
from screening.matching.compiled.layout import (
    AT,
    BEST,
    BIRTH,
    BY_KEY,
    DAY,
    FOUND,
    GATHERED,
    HELD,
    HELD_NUMBERS,
    HELD_RECORD,
    HIT,
    HIT_WIDTH,
    HITS,
    INITIAL,
    KEY,
    MARKED,
    MOST_GATHERED,
    MOST_HELD,
    MOST_TOKENS,
    NAME_AT,
    NAMES,
    NATIONS,
    NEAR,
    NEAR_KEY,
    NEAR_RECORD,
    OVERFLOW,
    OWN_SEX,
    PARTICLE,
    PLACES,
    POSTING,
    POSTING_AT,
    RECORD,
    RESTS,
    ROLE,
    ROW,
    ROW_AT,
    SPARSE,
    SPARSE_AT,
    TITLE,
    TOUCHED,
    TOUCHED_WIDTH,
    WORD,
    Array,
    Query,
    Scratch,
    byte,
    half,
    size,
    whole,
)

ROUNDING = 1e-6
"""Bounds, and sums of the same numbers in another order, may differ by so much."""
_NEVER = -1e9
_FOR_EVER = 100
"""Years apart from which more of them weigh no more."""


@compiled
def _total(scratch: Scratch, place: int) -> float:
    return float(scratch.weights[HELD_NUMBERS + 2 * place])


@compiled
def _put(scratch: Scratch, place: int, record: int, total: float, score: float) -> None:
    scratch.room[HELD_RECORD + place] = record
    scratch.weights[HELD_NUMBERS + 2 * place], scratch.weights[HELD_NUMBERS + 2 * place + 1] = total, score


@compiled
def _exchange(scratch: Scratch, one: int, other: int) -> None:
    record, total = int(scratch.room[HELD_RECORD + one]), _total(scratch, one)
    score = float(scratch.weights[HELD_NUMBERS + 2 * one + 1])
    other_score = float(scratch.weights[HELD_NUMBERS + 2 * other + 1])
    _put(scratch, one, int(scratch.room[HELD_RECORD + other]), _total(scratch, other), other_score)
    _put(scratch, other, record, total, score)


@compiled
def _sift_up(scratch: Scratch, place: int) -> None:
    while place > 0 and _total(scratch, place) < _total(scratch, (place - 1) // 2):
        _exchange(scratch, place, (place - 1) // 2)
        place = (place - 1) // 2


@compiled
def _sift_down(scratch: Scratch, count: int) -> None:
    place = 0
    while 2 * place + 1 < count:
        child = 2 * place + 1
        if child + 1 < count and _total(scratch, child + 1) < _total(scratch, child):
            child += 1
        if _total(scratch, place) <= _total(scratch, child):
            return
        _exchange(scratch, place, child)
        place = child


@compiled
def _hold(scratch: Scratch, record: int, total: float, score: float) -> None:
    """Keep a name that reaches the threshold; the least likely one goes when there are too many."""
    scratch.room[FOUND] += 1
    count = int(scratch.room[HELD])
    if count < MOST_HELD:
        _put(scratch, count, record, total, score)
        scratch.room[HELD] = count + 1
        _sift_up(scratch, count)
    elif total > _total(scratch, 0):
        _put(scratch, 0, record, total, score)
        _sift_down(scratch, count)


@compiled
def _slack(query: Array) -> tuple[float, int, int]:
    """Bound what initials and particles add, and count small words (initials, titles) and words."""
    slack, small, count = 0.0, 0, 0
    for position in range(size(query, AT)):
        role = byte(query, ROLE, position)
        if role == WORD:
            count += 1
        elif role == PARTICLE:
            slack += profile.PARTICLE
        else:
            small += 1
            slack += profile.INITIAL if role == INITIAL else 0.0
    return slack, small, count


@compiled
def _raise_best(weights: Array, seen: int, position: int, weighs: float) -> int:
    if not seen >> position & 1 or weighs > weights[BEST + position]:
        weights[BEST + position] = weighs
    return seen | 1 << position


@compiled
def _note_initials(query: Array, numbers: Array, word: int, weights: Array, seen: int) -> int:
    letter = alike.first_letter(numbers, 0, word)
    for position in range(size(query, AT)):
        role = byte(query, ROLE, position)
        if role != PARTICLE and role != INITIAL and alike.first_letter(query, 0, position) == letter:
            seen = _raise_best(weights, seen, position, profile.INITIAL)
    return seen


@compiled
def _note_links(scratch: Scratch, word: int, seen: int, joined: float) -> tuple[int, float]:
    link = expand.first_link(scratch, word)
    while link:
        position, weighs = expand.link_position(scratch, link), max(0.0, expand.link_weight(scratch, link))
        if position < MOST_TOKENS:
            seen = _raise_best(scratch.weights, seen, position, weighs)
        else:
            joined = max(joined, 0.0) + weighs
        link = expand.link_next(scratch, link)
    return seen, joined


@compiled
def _is_driver(scratch: Scratch, word: int) -> bool:
    if not expand.is_touched(scratch, word):
        return False
    return bool(scratch.room[TOUCHED + int(scratch.mark[word]) * TOUCHED_WIDTH + 2] > 0)


@compiled
def bound(
    query: Array, numbers: Array, name: int, driver: int, scratch: Scratch, slack: float, small: int, count: int
) -> float:
    """Bound what a name weighs; far below zero when another word than `driver` is the first to lead to it."""
    seen, other_words, joined, is_first = 0, 0, -1.0, driver < 0
    for place in range(half(numbers, ROW_AT, name), half(numbers, ROW_AT, name + 1)):
        cell = half(numbers, ROW, place)
        word, role = cell >> 3, cell >> 1 & 3
        if role == INITIAL:
            seen = _note_initials(query, numbers, word, scratch.weights, seen)
        elif role != PARTICLE:
            other_words += role == WORD
            if not is_first and _is_driver(scratch, word):
                if word != driver:
                    return _NEVER
                is_first = True
            seen, joined = _note_links(scratch, word, seen, joined)
    if not is_first:
        return _NEVER
    return _most(query, scratch, seen, joined, other_words, slack, small, count)


@compiled
def _most(
    query: Array, scratch: Scratch, seen: int, joined: float, other_words: int, slack: float, small: int, count: int
) -> float:
    """Bound what words weigh that were seen in a name with so many words."""
    total, matched = slack, 0
    for position in range(size(query, AT)):
        if seen >> position & 1:
            total += scratch.weights[BEST + position]
            matched += byte(query, ROLE, position) == WORD
    if joined >= 0:
        return min(total + joined, profile.NAME_CAP)
    left, others_left = count - matched, max(other_words - matched - small, 0)
    conflicts = min(left, others_left)
    alone = profile.EXTRA_WORD * (left - conflicts)
    if others_left > conflicts and not align.is_cut(query):
        alone += profile.MISSING_WORD * (others_left - conflicts)
    return min(total, profile.NAME_CAP) - profile.CONFLICT * conflicts - alone


@compiled
def weigh(query: Query, numbers: Array, scratch: Scratch, need: float) -> None:
    """Weigh the names that were gathered in full, and hold those that reach what is needed."""
    for place in range(scratch.room[GATHERED]):
        name, rest = int(scratch.room[NAMES + place]), float(scratch.weights[RESTS + place])
        rest += attributes.place(query.numbers, numbers, half(numbers, RECORD, name))
        holds, found, chosen = align.weigh(query, numbers, name, joins.first_hit(scratch, name), scratch)
        if holds and found + rest + ROUNDING >= need:
            score = align.name_score(query, numbers, name, scratch, chosen)
            _hold(scratch, half(numbers, RECORD, name), found + rest, score)
    scratch.room[GATHERED] = 0
    expand.forget(scratch)


@compiled
def _gather(scratch: Scratch, name: int, rest: float) -> None:
    """Note a name to be weighed, and what all else weighs, the place of birth aside."""
    count = scratch.room[GATHERED]
    if count >= MOST_GATHERED:
        scratch.room[OVERFLOW] = 1
        return
    scratch.room[NAMES + count], scratch.weights[RESTS + count] = name, rest
    scratch.room[GATHERED] = count + 1


@compiled
def _consider(
    query: Array, numbers: Array, removed: Array, scratch: Scratch, name: int, most: float, need: float
) -> None:
    """Gather a name that weighs `most` at most, when its record may weigh what is needed."""
    record = half(numbers, RECORD, name)
    if removed[record]:
        return
    rest = attributes.birth(query, numbers, record, scratch.room)
    rest += attributes.nationality_and_sex(query, numbers, record)
    if most + rest + profile.PLACE_AGREES * (size(query, PLACES + AT) > 0) + ROUNDING >= need:
        _gather(scratch, name, rest)


@compiled
def _holds_a_touched_word(numbers: Array, scratch: Scratch, record: int) -> bool:
    """Tell whether any name of a record has a word like one of the traveller's: a name without is no candidate."""
    first, last = half(numbers, NAME_AT, record), half(numbers, NAME_AT, record + 1)
    for place in range(half(numbers, ROW_AT, first), half(numbers, ROW_AT, last)):
        if expand.is_touched(scratch, half(numbers, ROW, place) >> 3):
            return True
    return False


@compiled
def _look_at(
    query: Array,
    numbers: Array,
    removed: Array,
    scratch: Scratch,
    record: int,
    born: float,
    slack: float,
    small: int,
    count: int,
    need: float,
) -> None:
    """Gather the names of one record, of which the birth date weighs so much."""
    if removed[record] or not _holds_a_touched_word(numbers, scratch, record):
        return
    rest = born + attributes.nationality_and_sex(query, numbers, record)
    with_place = rest + profile.PLACE_AGREES * (size(query, PLACES + AT) > 0) + ROUNDING
    if profile.NAME_CAP + with_place < need:
        return
    for name in range(half(numbers, NAME_AT, record), half(numbers, NAME_AT, record + 1)):
        if bound(query, numbers, name, -1, scratch, slack, small, count) + with_place >= need:
            _gather(scratch, name, rest)


@compiled
def _first_at_least(numbers: Array, column: int, low: int, high: int, wanted: int) -> int:
    """Find where a sorted column, or a sorted part of it, reaches a number."""
    while low < high:
        middle = (low + high) // 2
        if half(numbers, column, middle) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _most_and_cost(numbers: Array, scratch: Scratch) -> tuple[Array, Array]:
    """Give for each word what it weighs at most, and how many names hold a word like it."""
    most, cost = np.zeros(MOST_TOKENS), np.zeros(MOST_TOKENS, np.int64)
    for number in range(1, scratch.room[MARKED] + 1):
        word = scratch.room[TOUCHED + number * TOUCHED_WIDTH]
        held, link = (
            half(numbers, POSTING_AT, word + 1) - half(numbers, POSTING_AT, word),
            expand.first_link(scratch, word),
        )
        while link:
            position = expand.link_position(scratch, link)
            if position < MOST_TOKENS:
                most[position] = max(most[position], expand.link_weight(scratch, link))
                cost[position] += held
            link = expand.link_next(scratch, link)
    return most, cost


@compiled
def _dearest(left: int, cost: Array) -> int:
    found = -1
    for position in range(MOST_TOKENS):
        if left >> position & 1 and (found < 0 or cost[position] > cost[found]):
            found = position
    return found


@compiled
def choose_drivers(query: Array, most: Array, cost: Array, need: float) -> tuple[int, bool]:
    """Choose, as bits, the words of which a name must hold one to weigh what is needed; the commonest are left out.

    The second answer says that the names with a single word, or with initials, have to be looked at as well: all
    others with none but the one word left out are in conflict.
    """
    slack, small, count = _slack(query)
    drivers = 0
    for position in range(size(query, AT)):
        if byte(query, ROLE, position) == WORD:
            drivers |= 1 << position
        elif byte(query, ROLE, position) == TITLE:
            slack += max(most[position], profile.INITIAL)
    with_initials, remaining, left_out = slack + profile.INITIAL * count, drivers, 0
    while remaining:
        dearest = _dearest(remaining, cost)
        remaining &= ~(1 << dearest)
        gained = max(most[dearest] - profile.INITIAL, 0.0)
        if with_initials + gained + ROUNDING < need:
            with_initials += gained
            drivers &= ~(1 << dearest)
            left_out += 1
            continue
        in_conflict = slack + most[dearest] - profile.CONFLICT + ROUNDING < need
        if left_out == 0 and small == 0 and count > 1 and in_conflict:
            return drivers & ~(1 << dearest), True
        break
    return drivers, False


@compiled
def _mark_drivers(scratch: Scratch, drivers: int, every: bool) -> None:
    """Mark the words that lead to names, `every` one of them or those that weigh something."""
    for number in range(1, scratch.room[MARKED] + 1):
        touched, drives = TOUCHED + number * TOUCHED_WIDTH, 0
        link = expand.first_link(scratch, scratch.room[touched])
        while link:
            position = expand.link_position(scratch, link)
            wanted = position >= MOST_TOKENS or drivers >> position & 1
            if wanted and (every or expand.link_weight(scratch, link) > 0):
                drives = 1
            link = expand.link_next(scratch, link)
        scratch.room[touched + 2] = drives


@compiled
def _walk(
    query: Array,
    numbers: Array,
    removed: Array,
    scratch: Scratch,
    low: int,
    high: int,
    most: Array,
    cost: Array,
    rest: float,
    need: float,
) -> None:
    """Judge the names in a range that hold a driver; `rest` is what all but the name may weigh there."""
    if low >= high:
        return
    slack, small, count = _slack(query)
    drivers, every = choose_drivers(query, most, cost, need - rest)
    _mark_drivers(scratch, drivers, every)
    for number in range(1, scratch.room[MARKED] + 1):
        touched = TOUCHED + number * TOUCHED_WIDTH
        if not scratch.room[touched + 2]:
            continue
        word = int(scratch.room[touched])
        last = half(numbers, POSTING_AT, word + 1)
        place = _first_at_least(numbers, POSTING, half(numbers, POSTING_AT, word), last, low)
        while place < last and half(numbers, POSTING, place) < high:
            name = half(numbers, POSTING, place)
            reached = bound(query, numbers, name, word, scratch, slack, small, count)
            if reached + rest + ROUNDING >= need:
                _consider(query, numbers, removed, scratch, name, reached, need)
            place += 1
    if every:
        _walk_sparse(query, numbers, removed, scratch, low, high, rest, need)


@compiled
def _walk_sparse(
    query: Array, numbers: Array, removed: Array, scratch: Scratch, low: int, high: int, rest: float, need: float
) -> None:
    """Judge the names in a range that hold a word which is no driver, and no other, or an initial."""
    slack, small, count = _slack(query)
    for number in range(1, scratch.room[MARKED] + 1):
        touched = TOUCHED + number * TOUCHED_WIDTH
        if scratch.room[touched + 2]:
            continue
        word = int(scratch.room[touched])
        last = half(numbers, SPARSE_AT, word + 1)
        place = _first_at_least(numbers, SPARSE, half(numbers, SPARSE_AT, word), last, low)
        while place < last and half(numbers, SPARSE, place) < high:
            name = half(numbers, SPARSE, place)
            reached = bound(query, numbers, name, -1, scratch, slack, small, count)
            if reached + rest + ROUNDING >= need:
                _consider(query, numbers, removed, scratch, name, reached, need)
            place += 1


@compiled
def _walk_joined(query: Array, numbers: Array, removed: Array, scratch: Scratch, need: float) -> None:
    """Judge the names with neighbours that are joined, or words that are split, on the traveller's side."""
    hit, end, before = HITS, HITS + HIT_WIDTH * scratch.room[HIT], -1
    while hit < end:
        name = int(scratch.room[hit])
        if name != before:
            _consider(query, numbers, removed, scratch, name, profile.NAME_CAP, need)
        before = name
        hit += HIT_WIDTH


@compiled
def _walk_dated(query: Array, numbers: Array, removed: Array, scratch: Scratch, need: float) -> None:
    """Judge the records whose birth date is equal or nearly so."""
    records, filed = size(numbers, DAY), size(numbers, NEAR_KEY)
    slack, small, count = _slack(query)
    for one in range(size(query, NEAR)):
        key = whole(query, NEAR, one)
        record = _first_at_least(numbers, DAY, 0, records, key)
        born = attributes.birth(query, numbers, record, scratch.room) if record < records else 0.0
        while record < records and half(numbers, DAY, record) == key:
            _look_at(query, numbers, removed, scratch, record, born, slack, small, count, need)
            record += 1
        place = _first_at_least(numbers, NEAR_KEY, 0, filed, key)
        while place < filed and half(numbers, NEAR_KEY, place) == key:
            record = half(numbers, NEAR_RECORD, place)
            born = attributes.birth(query, numbers, record, scratch.room)
            _look_at(query, numbers, removed, scratch, record, born, slack, small, count, need)
            place += 1


@compiled
def _years_within(need: float) -> float:
    """Find how many years two dates may be apart to weigh what is needed, in tenths."""
    years = birth_dates.NEIGHBOURS
    while years < _FOR_EVER and attributes.by_years(years) + ROUNDING >= need:
        years += 0.1
    return years


@compiled
def _first_dated(numbers: Array) -> int:
    """Find the first name of the records that have a single exact birth date."""
    return half(numbers, NAME_AT, _first_at_least(numbers, DAY, 0, size(numbers, DAY), 1))


@compiled
def _dated_otherwise(query: Array, numbers: Array, need: float) -> tuple[int, int]:
    """Find the names of records whose exact date may weigh what is needed beside an exact date that it does not equal.

    Empty and upside down when that cannot be told: the traveller's date is not exact, or is the first of January,
    which may stand for any day of its year.
    """
    day = int(query[query[BIRTH] + attributes.EXACT])
    if day == 0 or day % 10000 == 101:
        return 1, 0
    around, records = int(_years_within(need) + 1) * 10000, size(numbers, DAY)
    if around >= _FOR_EVER * 10000:
        return _first_dated(numbers), half(numbers, NAME_AT, records)
    low = _first_at_least(numbers, DAY, 0, records, max(day - around, 1))
    high = _first_at_least(numbers, DAY, 0, records, day + around)
    return half(numbers, NAME_AT, low), half(numbers, NAME_AT, high)


@compiled
def gather(query: Query, numbers: Array, removed: Array, scratch: Scratch, need: float) -> None:
    """Gather every name that, with all else that is known, may weigh what is needed."""
    own, everybody = query.numbers, size(numbers, RECORD)
    most, cost = _most_and_cost(numbers, scratch)
    rest = profile.NATIONALITY_AGREES * (size(own, NATIONS) > 0) + profile.SEX_AGREES * (whole(own, OWN_SEX, 0) > 0)
    rest += profile.PLACE_AGREES * (size(own, PLACES + AT) > 0)
    if size(own, BIRTH) == 0:
        _walk(own, numbers, removed, scratch, 0, everybody, most, cost, rest, need)
    else:
        low, high = _dated_otherwise(own, numbers, need - rest - profile.NAME_CAP)
        loosely = _first_dated(numbers) if low <= high else everybody
        _walk(own, numbers, removed, scratch, 0, loosely, most, cost, rest + birth_dates.WITHOUT_LOOKUP, need)
        _walk(own, numbers, removed, scratch, low, high, most, cost, rest + birth_dates.OTHER_DAY, need)
        _walk_dated(own, numbers, removed, scratch, need)
    _walk_joined(own, numbers, removed, scratch, need)


@compiled
def _bears(query: Array, numbers: Array, name: int, wanted: int) -> bool:
    """Tell whether a listed name has the same words in any order, and no initial."""
    used, count = 0, 0
    for place in range(half(numbers, ROW_AT, name), half(numbers, ROW_AT, name + 1)):
        cell = half(numbers, ROW, place)
        if cell >> 1 & 3 == INITIAL:
            return False
        if cell >> 1 & 3 != WORD:
            continue
        count += 1
        for position in range(size(query, AT)):
            is_free = not used >> position & 1 and byte(query, ROLE, position) == WORD
            if is_free and alike.same_fold(query, 0, position, numbers, cell >> 3, KEY):
                used |= 1 << position
                break
    return count == wanted and expand.ones(used) == wanted


@compiled
def _rarest(query: Array, numbers: Array) -> tuple[int, int]:
    """Find the words of the list that equal the traveller's rarest one, as a range in the order of keys."""
    low, high, least = 0, 0, -1
    for position in range(size(query, AT)):
        if byte(query, ROLE, position) != WORD:
            continue
        first = expand.first_key(query, position, numbers, 0)
        last, held = first, 0
        while last < size(numbers, BY_KEY):
            word = half(numbers, BY_KEY, last)
            if not alike.same_fold(query, 0, position, numbers, word, KEY):
                break
            held += half(numbers, POSTING_AT, word + 1) - half(numbers, POSTING_AT, word)
            last += 1
        if least < 0 or held < least:
            low, high, least = first, last, held
    return low, high


@compiled
def gather_bearers(query: Query, numbers: Array, removed: Array, scratch: Scratch, need: float) -> None:
    """Gather every record that has just this name, and that no other field speaks against."""
    own = query.numbers
    _, _, wanted = _slack(own)
    low, high = _rarest(own, numbers)
    for number in range(low, high):
        word = half(numbers, BY_KEY, number)
        for place in range(half(numbers, POSTING_AT, word), half(numbers, POSTING_AT, word + 1)):
            name = half(numbers, POSTING, place)
            record = half(numbers, RECORD, name)
            if removed[record] or not _bears(own, numbers, name, wanted):
                continue
            rest = attributes.uncontradicted(own, numbers, record, scratch.room)
            if rest > need:
                _gather(scratch, name, rest)
