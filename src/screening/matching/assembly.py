"""From columns to the arrays that are searched: distinct words numbered, names and records in order, look-ups made."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from screening.matching.columns import Columns
from screening.matching.compiled import attributes, joins
from screening.matching.compiled.jit import compiled
from screening.matching.compiled.layout import (
    AT,
    BARE,
    BY_IDENTITY,
    BY_KEY,
    BY_MISREAD,
    COARSE,
    CODE,
    DATE,
    DATE_AT,
    DAY,
    DEPTH,
    FAMILY,
    FAMILY_AT,
    FAMILY_COMMON,
    FAMILY_COUNT,
    FAMILY_HASH,
    FAMILY_TOKEN,
    FINE,
    FINE_MASK,
    FOLDS,
    GROUP,
    GROUP_AT,
    GROUP_TOKEN,
    IDENTITY,
    INITIAL,
    INNER,
    JOIN_AT,
    JOIN_NAME,
    JOIN_RUN,
    KEY,
    KEY_MASK,
    LENGTHS,
    LETTER,
    LETTERS,
    LOW,
    MISREAD,
    NAME_AT,
    NATION,
    NATION_AT,
    NATION_CODE,
    NEAR_KEY,
    NEAR_RECORD,
    PARTICLE,
    PLACE,
    PLACE_AT,
    PLACE_TOKEN,
    POSTING,
    POSTING_AT,
    RECORD,
    ROW,
    ROW_AT,
    SEX,
    SKELETON,
    SKIP,
    SPARSE,
    SPARSE_AT,
    TEXT,
    TEXT_AT,
    TRIE_AT,
    WORD,
    WORD_IDENTITY,
    Array,
    packed,
    view,
)
from screening.matching.vocabulary import Tokens, starts


def gathered(at: Array, chosen: Array) -> tuple[Array, Array]:
    """Give the places of the members of chosen lists that lie behind one another, and where each list then begins."""
    counts = at[chosen + 1] - at[chosen]
    begins = starts(counts)
    places = np.arange(begins[-1]) - np.repeat(begins[:-1] - at[chosen], counts)
    return places, begins


def _strings(letters: Array, at: Array, lengths: Array) -> Array:
    """Give folds as an array of strings of bytes, which sorts and tells apart."""
    width = max(int(lengths.max(initial=0)), 1)
    matrix = np.zeros((len(at), width), np.uint8)
    within = np.arange(width) < lengths[:, None]
    matrix[within] = letters[(at[:, None] + np.arange(width))[within]]
    return matrix.view(f"S{width}").ravel()


def _distinct_numbers(numbers: Array) -> Array:
    """Give each of many numbers once, in order: faster than `np.unique`, which hashes them."""
    ordered = np.sort(numbers)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))]


def fold_strings(words: Tokens, fold: int, chosen: Array) -> Array:
    """Give one fold of chosen words as strings."""
    lengths = words.lengths[chosen].astype(np.int64)
    return _strings(words.letters, words.at[chosen] + lengths[:, :fold].sum(axis=1), lengths[:, fold])


def joined(parts: Sequence[Columns]) -> Columns:
    """Put parts of a list behind one another; each distinct word is kept once."""
    if len(parts) == 1:
        return parts[0]
    tokens, numbers = _distinct([part.tokens for part in parts])
    offsets = starts(np.array([len(part.tokens.identity) for part in parts]))
    new = [numbers[offset : offset + len(part.tokens.identity)] for part, offset in zip(parts, offsets, strict=False)]
    together = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in Columns._fields
        if name != "tokens" and not name.endswith("_at")
    }
    together["row"] = np.concatenate(
        [known[part.row >> 3] << 3 | part.row & 7 for part, known in zip(parts, new, strict=True)]
    ).astype(np.int32)
    together["place"] = np.concatenate([known[part.place] for part, known in zip(parts, new, strict=True)])
    ends = {
        name: starts(np.concatenate([np.diff(getattr(part, name)) for part in parts]))
        for name in Columns._fields
        if name.endswith("_at")
    }
    return Columns(tokens=tokens, **together, **ends)


def _distinct(tables: Sequence[Tokens]) -> tuple[Tokens, Array]:
    """Keep each word of several tables once; give its number for each word of each table."""
    identities = np.concatenate([table.identity for table in tables])
    _, first, numbers = np.unique(identities, return_index=True, return_inverse=True)
    offsets = starts(np.array([len(table.letters) for table in tables]))
    at = np.concatenate([table.at + offset for table, offset in zip(tables, offsets, strict=False)])
    together = Tokens(*(np.concatenate(column) for column in zip(*tables, strict=True)))._replace(at=at)
    return chosen_tokens(together, first), numbers.astype(np.int32)


def chosen_tokens(tokens: Tokens, chosen: Array) -> Tokens:
    """Keep chosen words, in their order."""
    counts = tokens.lengths[chosen].sum(axis=1, dtype=np.int64)
    begins = starts(counts)
    places = np.arange(begins[-1]) - np.repeat(begins[:-1] - tokens.at[chosen], counts)
    kept = Tokens(*(column[chosen] if name != "letters" else column for name, column in tokens._asdict().items()))
    return kept._replace(letters=tokens.letters[places], at=begins[:-1].astype(np.int32))


def chosen_records(columns: Columns, chosen: Array) -> Columns:
    """Keep chosen records, in their order; words that none of them holds stay."""
    of_names, name_at = gathered(columns.name_at, chosen)
    of_rows, row_at = gathered(columns.row_at, of_names)
    of_joins, join_at = gathered(columns.join_at, of_names)
    of_dates, date_at = gathered(columns.date_at, chosen)
    of_nations, nation_at = gathered(columns.nation_at, chosen)
    of_places, place_at = gathered(columns.place_at, chosen)
    text_at = starts(columns.text_at[chosen + 1] - columns.text_at[chosen])
    return Columns(
        tokens=columns.tokens,
        row_at=row_at,
        row=columns.row[of_rows],
        low=columns.low[of_names],
        join_at=join_at,
        join_hash=columns.join_hash[of_joins],
        join_run=columns.join_run[of_joins],
        name_at=name_at,
        sex=columns.sex[chosen],
        date_at=date_at,
        date=columns.date[of_dates],
        nation_at=nation_at,
        nation=columns.nation[of_nations],
        place_at=place_at,
        place=columns.place[of_places],
        identity=columns.identity[chosen],
        text_at=text_at,
        text=_texts(columns.text, columns.text_at, chosen, text_at),
    )


@compiled
def _texts(text: Array, at: Array, chosen: Array, begins: Array) -> Array:
    """Put chosen texts behind one another."""
    found = np.zeros(begins[-1], np.uint8)
    for number in range(len(chosen)):
        first = at[chosen[number]]
        for offset in range(begins[number + 1] - begins[number]):
            found[begins[number] + offset] = text[first + offset]
    return found


def assemble(parts: Sequence[Columns]) -> Array:
    """Make the array of a list (`compiled.layout`) from its parts."""
    columns = _in_order(joined(parts))
    tokens = columns.tokens
    posting_at, posting = _postings(columns, len(tokens.identity))
    held = np.flatnonzero(np.diff(posting_at))
    return packed(
        _words(tokens)
        | {POSTING_AT: posting_at.astype(np.int32), POSTING: posting.astype(np.int32)}
        | _sparse(columns, posting_at, posting)
        | _vocabulary(columns, held)
        | _tries(tokens, held)
        | _names(columns)
        | _records(columns)
        | {
            WORD_IDENTITY: tokens.identity,
            IDENTITY: columns.identity,
            BY_IDENTITY: np.argsort(columns.identity, kind="stable").astype(np.int32),
            TEXT_AT: columns.text_at,
            TEXT: columns.text,
        }
    )


def single_days(columns: Columns) -> Array:
    """Give the birth date of each record that has a single exact one, 0 for the others."""
    counts = np.diff(columns.date_at)
    day = np.zeros(len(counts), np.int32)
    single = np.flatnonzero(counts == 1)
    day[single] = columns.date[columns.date_at[single], attributes.EXACT]
    return day


def _in_order(columns: Columns) -> Columns:
    """Put records in the order of birth dates, and words in the order of consonants."""
    columns = chosen_records(columns, np.argsort(single_days(columns), kind="stable"))
    tokens = columns.tokens
    everything = np.arange(len(tokens.identity))
    order = np.argsort(fold_strings(tokens, COARSE, everything), kind="stable")
    numbers = np.empty(len(order), np.int32)
    numbers[order] = everything
    return columns._replace(
        tokens=chosen_tokens(tokens, order),
        row=(numbers[columns.row >> 3] << 3 | columns.row & 7).astype(np.int32),
        place=numbers[columns.place],
    )


def _masks(letters: Array, at: Array, lengths: Array) -> Array:
    """Give the letters that a fold holds, as bits."""
    begins = starts(lengths)
    places = np.arange(begins[-1]) - np.repeat(begins[:-1] - at, lengths)
    bits = np.left_shift(1, letters[places].astype(np.int32) - ord("A"))
    masks = np.zeros(len(at), np.int32)
    some = np.flatnonzero(lengths)
    if len(some):
        masks[some] = np.bitwise_or.reduceat(bits, begins[:-1][some])
    return masks


def _words(tokens: Tokens) -> dict[int, Array]:
    lengths, at = tokens.lengths.astype(np.int64), tokens.at.astype(np.int64)
    return {
        LETTERS: tokens.letters,
        AT: tokens.at.astype(np.int32),
        LENGTHS: tokens.lengths,
        KEY_MASK: _masks(tokens.letters, at, lengths[:, KEY]),
        FINE_MASK: _masks(tokens.letters, at + lengths[:, KEY], lengths[:, FINE]),
        MISREAD: tokens.misread,
        FAMILY: _family_numbers(tokens),
        BARE: tokens.bare,
        CODE: tokens.code,
    }


def _family_numbers(tokens: Tokens) -> Array:
    return np.unique(tokens.family, return_inverse=True)[1].astype(np.int32)


def _name_of_cell(columns: Columns) -> Array:
    return np.repeat(np.arange(len(columns.low)), np.diff(columns.row_at))


def _postings(columns: Columns, tokens: int) -> tuple[Array, Array]:
    """Give the names that hold each word; particles and initials are not looked up."""
    role = columns.row >> 1 & 3
    looked_up = (role != PARTICLE) & (role != INITIAL)
    names = max(len(columns.low), 1)
    held = (columns.row >> 3)[looked_up].astype(np.int64) * names + _name_of_cell(columns)[looked_up]
    pairs = _distinct_numbers(held)
    counts = np.bincount(pairs // names, minlength=tokens)
    return starts(counts), pairs % names


def _sparse(columns: Columns, posting_at: Array, posting: Array) -> dict[int, Array]:
    """Give of the names that hold each word those that have no other, or an initial."""
    role, name, names = columns.row >> 1 & 3, _name_of_cell(columns), len(columns.low)
    words = np.bincount(name[role == WORD], minlength=names)
    initials = np.bincount(name[role == INITIAL], minlength=names)
    chosen = ((words <= 1) | (initials > 0))[posting]
    return {
        SPARSE_AT: starts(chosen)[posting_at].astype(np.int32),
        SPARSE: posting[chosen].astype(np.int32),
    }


def _vocabulary(columns: Columns, held: Array) -> dict[int, Array]:
    tokens, family = columns.tokens, _family_numbers(columns.tokens)
    written = held[tokens.bare[held] == 0]
    family_hash, first = np.unique(tokens.family, return_index=True)
    bearers = np.searchsorted(family_hash, families_of(columns))
    return {
        BY_KEY: held[np.argsort(fold_strings(tokens, KEY, held), kind="stable")].astype(np.int32),
        BY_MISREAD: written[np.argsort(tokens.misread[written], kind="stable")].astype(np.int32),
        FAMILY_HASH: family_hash,
        FAMILY_COMMON: tokens.common[first].astype(np.uint8),
        FAMILY_COUNT: np.bincount(bearers, minlength=len(family_hash)).astype(np.int32),
        FAMILY_AT: starts(np.bincount(family[written], minlength=len(family_hash))).astype(np.int32),
        FAMILY_TOKEN: written[np.argsort(family[written], kind="stable")].astype(np.int32),
    }


def families_of(columns: Columns) -> Array:
    """Give the families of words that records bear in any of their names, each once for each record."""
    weighs = columns.row >> 1 & 3 != PARTICLE
    record = np.repeat(np.arange(len(columns.sex)), np.diff(columns.name_at))[_name_of_cell(columns)[weighs]]
    distinct, number = np.unique(columns.tokens.family, return_inverse=True)
    pairs = _distinct_numbers(record * (len(distinct) + 1) + number[columns.row[weighs] >> 3])
    families: Array = distinct[pairs % (len(distinct) + 1)]
    return families


def _tries(tokens: Tokens, held: Array) -> dict[int, Array]:
    written, bare = held[tokens.bare[held] == 0], held[tokens.bare[held] == 1]
    with_inner = written[tokens.lengths[written, INNER] > 0]
    skeletons, inner = fold_strings(tokens, SKELETON, written), fold_strings(tokens, INNER, with_inner)
    tries = (
        _trie(fold_strings(tokens, COARSE, written), written),
        _trie(np.concatenate((skeletons, inner)), np.concatenate((written, with_inner))),
        _trie(fold_strings(tokens, SKELETON, bare), bare),
    )
    nodes = starts(np.array([len(trie[LETTER]) for trie in tries]))
    folds = starts(np.array([len(trie[GROUP_AT]) for trie in tries]))
    together = {column: np.concatenate([trie[column] for trie in tries]) for column in tries[0]}
    return together | {
        TRIE_AT: nodes.astype(np.int32),
        SKIP: np.concatenate([trie[SKIP] + at for trie, at in zip(tries, nodes, strict=False)]).astype(np.int32),
        GROUP: np.concatenate(
            [np.where(trie[GROUP] == 0, 0, trie[GROUP] + at) for trie, at in zip(tries, folds, strict=False)]
        ).astype(np.int32),
        GROUP_AT: starts(together[GROUP_AT]).astype(np.int32),
        GROUP_TOKEN: together[GROUP_TOKEN].astype(np.int32),
    }


def _trie(folds: Array, tokens: Array) -> dict[int, Array]:
    """Make one trie; its groups are given by their sizes."""
    order = np.lexsort((tokens, folds))
    distinct, counts = np.unique(folds, return_counts=True)
    letters = np.frombuffer(distinct.tobytes(), np.uint8).reshape(len(distinct), folds.itemsize)
    nodes = int(np.count_nonzero(letters))
    letter, depth = np.zeros(nodes, np.uint8), np.zeros(nodes, np.uint8)
    skip, group = np.zeros(nodes, np.int32), np.zeros(nodes, np.int32)
    used = _fill_trie(letters.copy(), letter, depth, skip, group)
    return {
        LETTER: letter[:used],
        DEPTH: depth[:used],
        SKIP: skip[:used],
        GROUP: group[:used],
        GROUP_AT: counts,
        GROUP_TOKEN: tokens[order],
    }


@compiled
def _fill_trie(folds: Array, letter: Array, depth: Array, skip: Array, group: Array) -> int:
    """Write the nodes of a trie of sorted distinct strings, padded with zeros, and count them."""
    width, node = folds.shape[1], 0
    path = np.zeros(width + 1, np.int64)
    open_nodes = 0
    for number in range(len(folds)):
        shared = 0
        while (
            number and shared < width and folds[number, shared] and folds[number, shared] == folds[number - 1, shared]
        ):
            shared += 1
        while open_nodes > shared:
            open_nodes -= 1
            skip[path[open_nodes]] = node
        while open_nodes < width and folds[number, open_nodes]:
            letter[node], depth[node], path[open_nodes] = folds[number, open_nodes], open_nodes + 1, node
            open_nodes += 1
            node += 1
        if open_nodes:
            group[path[open_nodes - 1]] = number + 1
    while open_nodes:
        open_nodes -= 1
        skip[path[open_nodes]] = node
    return node


def _names(columns: Columns) -> dict[int, Array]:
    names = len(columns.low)
    buckets = 1 << joins.BUCKET_BITS
    bucket = columns.join_hash & np.uint32(buckets - 1)
    order = np.argsort(bucket, kind="stable")
    join_name = np.repeat(np.arange(names), np.diff(columns.join_at))
    return {
        ROW_AT: columns.row_at.astype(np.int32),
        ROW: columns.row,
        RECORD: np.repeat(np.arange(len(columns.sex)), np.diff(columns.name_at)).astype(np.int32),
        LOW: columns.low,
        JOIN_AT: starts(np.bincount(bucket, minlength=buckets)).astype(np.int32),
        JOIN_NAME: join_name[order].astype(np.int32),
        JOIN_RUN: columns.join_run[order],
    }


def _combinations(at: Array, members: Array, dtype: type) -> tuple[Array, Array, Array]:
    """Number the distinct lists among many; the empty one is 0."""
    numbers: dict[bytes, int] = {b"": 0}
    values = members.astype(dtype).tobytes()
    size = np.dtype(dtype).itemsize
    ends = (at * size).tolist()
    lists = [values[first:last] for first, last in pairwise(ends)]
    chosen = np.fromiter((numbers.setdefault(one, len(numbers)) for one in lists), np.int32, len(lists))
    return chosen, starts(np.array([len(one) // size for one in numbers])), np.frombuffer(b"".join(numbers), dtype)


def _records(columns: Columns) -> dict[int, Array]:
    day = single_days(columns)
    undated = int(np.count_nonzero(day == 0))
    date = columns.date[: columns.date_at[undated]]
    of_record = np.repeat(np.arange(undated), np.diff(columns.date_at[: undated + 1]))
    filed = np.flatnonzero((date[:, attributes.WHOLE] > 0) & (date[:, attributes.MONTH] > 0))
    month = date[filed, attributes.YEAR] * 10000 + date[filed, attributes.MONTH] * 100
    key = np.where(date[filed, attributes.EXACT] > 0, date[filed, attributes.EXACT], month)
    order = np.argsort(key, kind="stable")
    nation, nation_at, nation_code = _combinations(columns.nation_at, columns.nation, np.int64)
    place, place_at, place_token = _combinations(columns.place_at, columns.place, np.int32)
    return {
        NAME_AT: columns.name_at.astype(np.int32),
        DAY: day,
        NATION: nation,
        SEX: columns.sex,
        PLACE: place,
        DATE_AT: columns.date_at[: undated + 1].astype(np.int32),
        DATE: date,
        NEAR_KEY: key[order].astype(np.int32),
        NEAR_RECORD: of_record[filed][order].astype(np.int32),
        NATION_AT: nation_at.astype(np.int32),
        NATION_CODE: nation_code,
        PLACE_AT: place_at.astype(np.int32),
        PLACE_TOKEN: place_token,
    }


def columns_of(numbers: Array, kept: Array) -> Columns:
    """Give records of a list as the columns that it was made from."""
    day, date_at = view(numbers, DAY, np.int32), view(numbers, DATE_AT, np.int32)
    undated = len(date_at) - 1
    dates = view(numbers, DATE, np.int32).reshape(-1, attributes.DATE_WIDTH)
    date_counts = np.concatenate((np.diff(date_at), np.ones(len(day) - undated, np.int32)))
    nations, nation_at = gathered(view(numbers, NATION_AT, np.int32), view(numbers, NATION, np.int32))
    places, place_at = gathered(view(numbers, PLACE_AT, np.int32), view(numbers, PLACE, np.int32))
    join_at, join_hash, join_run = _joins_of(numbers)
    columns = Columns(
        tokens=_tokens_of(numbers),
        row_at=view(numbers, ROW_AT, np.int32).astype(np.int64),
        row=view(numbers, ROW, np.int32),
        low=view(numbers, LOW, np.uint8),
        join_at=join_at,
        join_hash=join_hash,
        join_run=join_run,
        name_at=view(numbers, NAME_AT, np.int32).astype(np.int64),
        sex=view(numbers, SEX, np.uint8),
        date_at=starts(date_counts),
        date=np.concatenate((dates, _exact_dates(day[undated:]))),
        nation_at=nation_at,
        nation=view(numbers, NATION_CODE, np.int64)[nations],
        place_at=place_at,
        place=view(numbers, PLACE_TOKEN, np.int32)[places],
        identity=view(numbers, IDENTITY, np.int64),
        text_at=view(numbers, TEXT_AT, np.int64),
        text=view(numbers, TEXT, np.uint8),
    )
    return chosen_records(columns, kept)


def _tokens_of(numbers: Array) -> Tokens:
    family = view(numbers, FAMILY, np.int32)
    return Tokens(
        identity=view(numbers, WORD_IDENTITY, np.int64),
        letters=view(numbers, LETTERS, np.uint8),
        at=view(numbers, AT, np.int32),
        lengths=view(numbers, LENGTHS, np.uint8).reshape(-1, FOLDS),
        misread=view(numbers, MISREAD, np.int64),
        family=view(numbers, FAMILY_HASH, np.int64)[family],
        common=view(numbers, FAMILY_COMMON, np.uint8)[family].astype(np.int32),
        bare=view(numbers, BARE, np.uint8),
        code=view(numbers, CODE, np.uint8),
    )


def _joins_of(numbers: Array) -> tuple[Array, Array, Array]:
    """Give the runs of each name again: where they begin, and the numbers of each."""
    names, bucket_at = view(numbers, JOIN_NAME, np.int32), view(numbers, JOIN_AT, np.int32)
    order = np.argsort(names, kind="stable")
    bucket = np.repeat(np.arange(len(bucket_at) - 1, dtype=np.uint32), np.diff(bucket_at))[order]
    run = view(numbers, JOIN_RUN, np.uint32)[order]
    tag = run >> np.uint32(joins.START_BITS + joins.LENGTH_BITS) & np.uint32((1 << joins.COARSE_BITS) - 1)
    counts = np.bincount(names, minlength=len(view(numbers, LOW, np.uint8)))
    return starts(counts), bucket | tag << np.uint32(joins.BUCKET_BITS), run


@compiled
def _exact_dates(days: Array) -> Array:
    """Write exact dates, each given as one number, as dates that are known in part."""
    dates = np.zeros(len(days) * attributes.DATE_WIDTH, np.int32)
    for number in range(len(days)):
        attributes.write_exact(int(days[number]), dates, number * attributes.DATE_WIDTH)
    return dates.reshape((len(days), attributes.DATE_WIDTH))
