"""What a listed name weighs against a traveller's: `alignment` and `name_evidence`, compiled."""

from screening.matching import alignment, name_evidence, profile
from screening.matching.compiled import alike, expand, joins
from screening.matching.compiled.codes import FILIATION
from screening.matching.compiled.jit import compiled
from screening.matching.compiled.layout import (
    AT,
    BEST,
    CHOSEN,
    CODE,
    CODES,
    HIT,
    HIT_WIDTH,
    HITS,
    INITIAL,
    IS_CUT,
    IS_INITIAL,
    JOINED,
    LOW,
    MOST_PAIRS,
    MOST_TOKENS,
    ORDER,
    OWN_ROLES,
    PAIR,
    PAIR_NUMBER_WIDTH,
    PAIR_NUMBERS,
    PAIR_WIDTH,
    PARTICLE,
    RIVALS,
    ROLE,
    ROLES,
    ROW,
    ROW_AT,
    SURNAME,
    TITLE,
    WORD,
    Array,
    Query,
    Scratch,
    byte,
    half,
    size,
)

_MASK, _OTHER_MASK, _WAY, _ORDER, _FIRST, _OTHER_ORDER, _OTHER_FIRST = range(7)
"""Columns of a pair: positions of the traveller's words and of the record's as bits, as numbers that order as lists of
them would, and the first of each."""
_WEIGHT, _WORTH, _DEGREE = range(3)
_PLACE_BITS, _PLACES = 5, 4


@compiled
def _pair(scratch: Scratch, pair: int, column: int) -> int:
    return int(scratch.room[PAIR + PAIR_WIDTH * pair + column])


@compiled
def _pair_number(scratch: Scratch, pair: int, column: int) -> float:
    return float(scratch.weights[PAIR_NUMBERS + PAIR_NUMBER_WIDTH * pair + column])


@compiled
def _ordered(mask: int) -> tuple[int, int, int]:
    """Give positions as a number that orders as their list would, the first of them, and how many they are."""
    code, words, first, position = 0, 0, -1, 0
    while mask:
        if mask & 1:
            code = code << _PLACE_BITS | (position + 1)
            first = position if first < 0 else first
            words += 1
        mask >>= 1
        position += 1
    return code << _PLACE_BITS * (_PLACES - words), first, words


@compiled
def _add(scratch: Scratch, count: int, mask: int, other_mask: int, way: int, degree: float, weighs: float) -> int:
    if count >= MOST_PAIRS:
        return count
    room, pair, number = scratch.room, PAIR + PAIR_WIDTH * count, PAIR_NUMBERS + PAIR_NUMBER_WIDTH * count
    room[pair + _MASK], room[pair + _OTHER_MASK], room[pair + _WAY] = mask, other_mask, way
    room[pair + _ORDER], room[pair + _FIRST], words = _ordered(mask)
    room[pair + _OTHER_ORDER], room[pair + _OTHER_FIRST], other_words = _ordered(other_mask)
    scratch.weights[number + _WEIGHT], scratch.weights[number + _DEGREE] = weighs, degree
    scratch.weights[number + _WORTH] = weighs + profile.CONFLICT * min(words, other_words)
    return count + 1


@compiled
def _singles(query: Array, numbers: Array, name: int, scratch: Scratch) -> int:
    """Pair each word of the record's with those of the traveller's that it is like, or that it joins."""
    count, first = 0, half(numbers, ROW_AT, name)
    for other in range(half(numbers, ROW_AT, name + 1) - first):
        cell = half(numbers, ROW, first + other)
        word, role = cell >> 3, cell >> 1 & 3
        if role == PARTICLE:
            continue
        letter = alike.first_letter(numbers, 0, word)
        for position in range(size(query, AT)):
            own_role = byte(query, ROLE, position)
            initials = (role == INITIAL or own_role == INITIAL) and own_role != PARTICLE
            if initials and alike.first_letter(query, 0, position) == letter:
                count = _add(scratch, count, 1 << position, 1 << other, IS_INITIAL, 1.0, profile.INITIAL)
        link = expand.first_link(scratch, word) if role != INITIAL else 0
        while link:
            position, mask = expand.link_position(scratch, link), 0
            if position < MOST_TOKENS:
                mask = 1 << position
            elif role == WORD:
                mask = joins.run_column(query, position - MOST_TOKENS, joins.MASK)
            if mask:
                way, degree = expand.link_way(scratch, link), expand.link_degree(scratch, link)
                count = _add(scratch, count, mask, 1 << other, way, degree, expand.link_weight(scratch, link))
            link = expand.link_next(scratch, link)
    return count


@compiled
def _join(query: Query, hit: int, numbers: Array, name: int, scratch: Scratch, count: int) -> int:
    """Pair a run of the traveller's words with a run of the record's."""
    room, at, mask, other = scratch.room, half(numbers, ROW_AT, name), 0, 0.0
    run = int(room[hit + 1])
    for position in range(room[hit + 2], room[hit + 3]):
        cell = half(numbers, ROW, at + position)
        if cell >> 1 & 3 != PARTICLE:
            mask |= 1 << position
            other += expand.word_weight(query.numbers, numbers, cell >> 3)
    degree = joins.DEGREES[room[hit + 4]]
    weighs = alike.weight(JOINED, degree, float(query.run_weight[run]), other)
    return _add(scratch, count, joins.run_column(query.numbers, run, joins.MASK), mask, JOINED, degree, weighs)


@compiled
def _comes_first(scratch: Scratch, one: int, other: int) -> bool:
    worth, other_worth = _pair_number(scratch, one, _WORTH), _pair_number(scratch, other, _WORTH)
    if worth != other_worth:
        return worth > other_worth
    order, other_order = _pair(scratch, one, _ORDER), _pair(scratch, other, _ORDER)
    if order != other_order:
        return order < other_order
    return _pair(scratch, one, _OTHER_ORDER) < _pair(scratch, other, _OTHER_ORDER)


@compiled
def _rank(scratch: Scratch, count: int) -> None:
    room = scratch.room
    for one in range(count):
        place = one
        while place > 0 and _comes_first(scratch, one, room[ORDER + place - 1]):
            room[ORDER + place] = room[ORDER + place - 1]
            place -= 1
        room[ORDER + place] = one


@compiled
def _best(available: int, room: Array, weights: Array) -> tuple[float, int]:
    """Choose among pairs by number, each with a mask of its rivals: `alignment._best`."""
    if available == 0:
        return 0.0, 0
    first = 0
    while not available >> first & 1:
        first += 1
    rest, rivals = available & ~(1 << first), int(room[RIVALS + first])
    found, chosen = _best(rest & ~rivals, room, weights)
    found += float(weights[BEST + first])
    if rest & rivals == 0:
        return found, chosen | 1 << first
    passed, others = _best(rest, room, weights)
    if passed > found:
        return passed, others
    return found, chosen | 1 << first


@compiled
def _contested(scratch: Scratch, count: int) -> tuple[int, int]:
    """Tell which words, on either side, stand in more than one pair."""
    once, twice, other_once, other_twice = 0, 0, 0, 0
    for one in range(count):
        mask, other_mask = _pair(scratch, one, _MASK), _pair(scratch, one, _OTHER_MASK)
        twice, other_twice = twice | once & mask, other_twice | other_once & other_mask
        once, other_once = once | mask, other_once | other_mask
    return twice, other_twice


@compiled
def _choose(scratch: Scratch, count: int) -> int:
    """Note the pairs that are chosen, and count them: `alignment._choose`."""
    _rank(scratch, count)
    room, kept, rivals = scratch.room, 0, 0
    twice, other_twice = _contested(scratch, count)
    for place in range(count):
        one = int(room[ORDER + place])
        if _pair(scratch, one, _MASK) & twice or _pair(scratch, one, _OTHER_MASK) & other_twice:
            room[ORDER + rivals] = one
            rivals += 1
        else:
            room[CHOSEN + kept] = one
            kept += 1
    if rivals > alignment.MOST_EXACT:
        return _greedily(scratch, rivals, kept)
    return _exactly(scratch, rivals, kept) if rivals else kept


@compiled
def _greedily(scratch: Scratch, rivals: int, kept: int) -> int:
    taken, covered, room = 0, 0, scratch.room
    for place in range(rivals):
        one = int(room[ORDER + place])
        mask, other_mask = _pair(scratch, one, _MASK), _pair(scratch, one, _OTHER_MASK)
        if taken & mask or covered & other_mask:
            continue
        taken, covered = taken | mask, covered | other_mask
        room[CHOSEN + kept] = one
        kept += 1
    return kept


@compiled
def _exactly(scratch: Scratch, rivals: int, kept: int) -> int:
    room = scratch.room
    for place in range(rivals):
        one = int(room[ORDER + place])
        room[RIVALS + place], scratch.weights[BEST + place] = 0, _pair_number(scratch, one, _WORTH)
        for other_place in range(rivals):
            other = int(room[ORDER + other_place])
            shared = _pair(scratch, one, _MASK) & _pair(scratch, other, _MASK)
            if other != one and (shared or _pair(scratch, one, _OTHER_MASK) & _pair(scratch, other, _OTHER_MASK)):
                room[RIVALS + place] |= 1 << other_place
    _, chosen = _best((1 << rivals) - 1, room, scratch.weights)
    for place in range(rivals):
        if chosen >> place & 1:
            room[CHOSEN + kept] = room[ORDER + place]
            kept += 1
    return kept


@compiled
def _align(query: Query, numbers: Array, name: int, hit: int, scratch: Scratch) -> int:
    """Choose the pairs of two names, and count them; the joins of the name begin at a hit."""
    count = _singles(query.numbers, numbers, name, scratch)
    while hit < scratch.room[HIT] and scratch.room[HITS + HIT_WIDTH * hit] == name:
        count = _join(query, HITS + HIT_WIDTH * hit, numbers, name, scratch, count)
        hit += 1
    return _choose(scratch, count)


@compiled
def _count_role(roles: Array, first: int, count: int, left: int, wanted: int) -> int:
    """Count the words that are left and have a role."""
    found = 0
    for position in range(count):
        if left >> position & 1 and roles[first + position] == wanted:
            found += 1
    return found


@compiled
def _fathers(room: Array, at: int, count: int) -> tuple[int, int]:
    """Find the own word and the father's, on either side of the first BIN or its like; -1 where there is none."""
    for place in range(count):
        if FILIATION >> int(room[at + CODES - ROLES + place]) & 1:
            own, father = -1, -1
            for position in range(count):
                if room[at + position] == WORD and position < place:
                    own = position
                if room[at + position] == WORD and position > place and father < 0:
                    father = position
            return (own, father) if own >= 0 and father >= 0 else (-1, -1)
    return -1, -1


@compiled
def _is_reversed(scratch: Scratch, own_count: int, count: int, chosen: int) -> bool:
    own, father = _fathers(scratch.room, OWN_ROLES, own_count)
    if own < 0:
        return False
    other_own, other_father = _fathers(scratch.room, ROLES, count)
    if other_own < 0:
        return False
    crossed = 0
    for place in range(chosen):
        one = int(scratch.room[CHOSEN + place])
        first, other = _pair(scratch, one, _FIRST), _pair(scratch, one, _OTHER_FIRST)
        if (first == own and other == other_father) or (first == father and other == other_own):
            crossed += 1
    return crossed == 2


@compiled
def _is_swapped(scratch: Scratch, surnames: int, other_surnames: int, chosen: int) -> bool:
    if surnames == 0 or other_surnames == 0 or chosen < 2:
        return False
    for place in range(chosen):
        one = int(scratch.room[CHOSEN + place])
        if surnames >> _pair(scratch, one, _FIRST) & 1 == other_surnames >> _pair(scratch, one, _OTHER_FIRST) & 1:
            return False
    return True


@compiled
def _is_crossed(scratch: Scratch, surnames: int, other_surnames: int, chosen: int) -> bool:
    for place in range(chosen if surnames else 0):
        one = int(scratch.room[CHOSEN + place])
        first, other = _pair(scratch, one, _FIRST), _pair(scratch, one, _OTHER_FIRST)
        if surnames >> first & 1 or other_surnames >> other & 1:
            continue
        for other_place in range(chosen):
            two = int(scratch.room[CHOSEN + other_place])
            later, other_later = _pair(scratch, two, _FIRST), _pair(scratch, two, _OTHER_FIRST)
            both_given = not (surnames >> later & 1 or other_surnames >> other_later & 1)
            if both_given and later > first and other_later < other:
                return True
    return False


@compiled
def _particles(room: Array, at: int, count: int) -> int:
    found = 0
    for position in range(count):
        if room[at + position] == PARTICLE:
            found |= 1 << int(room[at + CODES - ROLES + position])
    return found


@compiled
def _write_roles(query: Array, numbers: Array, name: int, room: Array) -> tuple[int, int, int, int]:
    """Write roles and small words of both names; give how many words each has, and which are surnames."""
    own_count, surnames = size(query, AT), 0
    for position in range(own_count):
        room[OWN_ROLES + position] = byte(query, ROLE, position)
        room[OWN_ROLES + CODES - ROLES + position] = byte(query, CODE, position)
        surnames |= byte(query, SURNAME, position) << position
    first = half(numbers, ROW_AT, name)
    count, other_surnames = half(numbers, ROW_AT, name + 1) - first, 0
    for position in range(count):
        cell = half(numbers, ROW, first + position)
        room[ROLES + position], room[CODES + position] = cell >> 1 & 3, byte(numbers, CODE, cell >> 3)
        other_surnames |= (cell & 1) << position
    return own_count, surnames, count, other_surnames


@compiled
def is_cut(query: Array) -> bool:
    """Tell whether any word of the name may have been cut."""
    for position in range(size(query, AT)):
        if byte(query, IS_CUT, position):
            return True
    return False


@compiled
def weigh(query: Query, numbers: Array, name: int, hit: int, scratch: Scratch) -> tuple[bool, float, int]:
    """Weigh two names: whether a word agrees, what they weigh together, and how many pairs of words were chosen."""
    chosen, room = _align(query, numbers, name, hit, scratch), scratch.room
    own_count, surnames, count, other_surnames = _write_roles(query.numbers, numbers, name, room)
    taken, covered, holds, positive, negative = 0, 0, False, 0.0, 0.0
    for place in range(chosen):
        one = int(room[CHOSEN + place])
        weighs, mask = _pair_number(scratch, one, _WEIGHT), _pair(scratch, one, _MASK)
        taken, covered = taken | mask, covered | _pair(scratch, one, _OTHER_MASK)
        positive, negative = positive + max(weighs, 0.0), negative + min(weighs, 0.0)
        if (
            weighs > 0
            and _pair(scratch, one, _WAY) != IS_INITIAL
            and _count_role(room, OWN_ROLES, own_count, mask, WORD)
        ):
            holds = True
    if not holds:
        return False, 0.0, chosen
    extra, missing = ~taken, ~covered
    extra_words = _count_role(room, OWN_ROLES, own_count, extra, WORD)
    missing_words = _count_role(room, ROLES, count, missing, WORD)
    conflicts = min(extra_words, missing_words)
    shared = _particles(room, OWN_ROLES, own_count) & _particles(room, ROLES, count)
    total = positive + profile.PARTICLE * expand.ones(shared)
    share = min(1.0, profile.NAME_CAP / total) * (profile.LOW_QUALITY if byte(numbers, LOW, name) else 1.0)
    found = total * share + negative - profile.CONFLICT * conflicts - profile.EXTRA_WORD * (extra_words - conflicts)
    others_missing = _count_role(room, ROLES, count, missing, TITLE) + _count_role(room, ROLES, count, missing, INITIAL)
    if missing_words + others_missing:
        found -= profile.INITIAL_CONFLICT * _count_role(room, OWN_ROLES, own_count, extra, INITIAL)
    if not is_cut(query.numbers):
        found -= profile.MISSING_WORD * (missing_words - conflicts)
    if _is_reversed(scratch, own_count, count, chosen):
        found -= profile.REVERSED_PATRONYMIC
    if _is_swapped(scratch, surnames, other_surnames, chosen):
        found -= profile.SWAPPED_FIELDS
    if _is_crossed(scratch, surnames, other_surnames, chosen):
        found -= profile.CROSSED
    return True, found, chosen


@compiled
def name_score(query: Query, numbers: Array, name: int, scratch: Scratch, chosen: int) -> float:
    """Give how much of both names agrees, once they are weighed: `name_evidence._name_score`."""
    own_count, _, count, _ = _write_roles(query.numbers, numbers, name, scratch.room)
    full, agreeing, extra, missing, taken, covered = 0.0, 0.0, 0.0, 0.0, 0, 0
    for place in range(chosen):
        one = int(scratch.room[CHOSEN + place])
        mask, degree = _pair(scratch, one, _MASK), _pair_number(scratch, one, _DEGREE)
        if _pair(scratch, one, _WAY) == IS_INITIAL:
            degree = name_evidence.INITIAL_DEGREE
        taken, covered = taken | mask, covered | _pair(scratch, one, _OTHER_MASK)
        for position in range(own_count):
            if mask >> position & 1:
                full += query.own[position]
                agreeing += query.own[position] * degree
    for position in range(own_count):
        if not taken >> position & 1 and byte(query.numbers, ROLE, position) != PARTICLE:
            extra += query.own[position]
    first = half(numbers, ROW_AT, name)
    for position in range(0 if is_cut(query.numbers) else count):
        cell = half(numbers, ROW, first + position)
        if not covered >> position & 1 and cell >> 1 & 3 != PARTICLE:
            missing += expand.word_weight(query.numbers, numbers, cell >> 3)
    extra_words = _count_role(scratch.room, OWN_ROLES, own_count, ~taken, WORD)
    missing_words = _count_role(scratch.room, ROLES, count, ~covered, WORD)
    conflict = min(extra, missing) if min(extra_words, missing_words) else 0.0
    against = name_evidence.CONFLICT_SHARE * conflict + name_evidence.LEFT_OVER_SHARE * (extra + missing - 2 * conflict)
    score = agreeing / (full + against) if full else 0.0
    return score * (name_evidence.REVERSED_SHARE if _is_reversed(scratch, own_count, count, chosen) else 1.0)
