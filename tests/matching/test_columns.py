"""What a list is folded into: words and runs of them as `names` reads them, and plain text as any other."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from screening.matching import ListedName, Nominal, columns, folding, names, rows, scripts
from screening.matching.compiled import codes, joins
from screening.matching.scripts import Word
from screening.matching.vocabulary import Vocabulary, identity

LETTERS = "ABCDEHIJKLMNOQRSTUWXYZ"
UNEASY = "AL ABD LLAH ABDUL DR ABU AN NAJI J O'NEIL ANNE-MARIE J.R. - 2PAC 12 XMAL, Éva ABDURRAHMAN".split()  # noqa: SIM905
SPELLED = "ALAZZAWI ARRAHMAN ALNUR MENACHEM RUTH ELTHCH XAXX MUHAMMAD SCHTSCHURH YEH DZHEAUX AL".split()  # noqa: SIM905
WORDS = st.lists(
    st.one_of(
        st.sampled_from("AL EL ABD RAHMAN SCHTSCHUR YEH XAVIER DR ABU O J MUELLER محمود عبد כהן".split()),  # noqa: SIM905
        st.text("ABCDEHIJKLNOQSTUWXYZ", min_size=1, max_size=12),
    ),
    max_size=7,
)
TEXTS = st.one_of(
    WORDS.map(" ".join),
    st.lists(st.sampled_from(UNEASY), max_size=20).map(" ".join),
    st.text(st.characters(max_codepoint=127), max_size=60),
)


@given(WORDS)
def test_runs_are_those_that_are_read_from_a_name(words: list[str]) -> None:
    listed = ListedName(full_name=" ".join(words))
    folded = columns.fold([Nominal("one", (listed,))])
    expected = [
        (coarse, fine, span.start, span.stop - span.start - 1)
        for name in names.of_listed(listed)
        for span in name.spans
        for coarse, fine in [columns.run_hashes(span.coarse, span.fine)]
    ]
    begin, length = (1 << joins.START_BITS) - 1, (1 << joins.LENGTH_BITS) - 1
    found = [
        (hashed, run >> joins.START_BITS + joins.LENGTH_BITS + joins.COARSE_BITS, run & begin,
         run >> joins.START_BITS & length)
        for hashed, run in zip(folded.join_hash.tolist(), folded.join_run.tolist(), strict=True)
    ]  # fmt: skip
    assert found == expected


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_plain_text_is_read_as_text_beside_another_script(text: str) -> None:
    assert scripts.readings(text)[0][0] == scripts.readings(text, "é")[0][0]


@given(TEXTS, st.none() | TEXTS, st.none() | TEXTS)
def test_rows_are_those_of_names_read_as_a_whole(surname: str, given_names: str | None, full_name: str | None) -> None:
    listed = ListedName(surname, given_names, full_name)
    vocabulary = Vocabulary()
    expected = [
        [
            vocabulary.number(Word(token.text, token.bare)) << 3 | rows.ROLES[token.role] << 1 | (at in name.surname)
            for at, token in enumerate(name.tokens)
        ]
        for name in names.of_listed(listed)
    ]
    assert rows.Rows(vocabulary).of_listed(listed) == expected


@given(st.lists(st.tuples(st.one_of(st.sampled_from(SPELLED), st.text(LETTERS, min_size=1)), st.booleans())))
def test_words_fold_alike_one_by_one_and_together(words: list[tuple[str, bool]]) -> None:
    vocabulary = Vocabulary()
    expected = dict[int, tuple[str, int, int]]()
    for word in map(Word._make, words):
        vocabulary.number(word)
        token = folding.token(word)
        folds = "".join((token.key, token.fine, token.coarse, token.skeleton, token.inner))
        told = identity(f"{token.key} {token.bare:d} {codes.of_word(token.text)}")
        expected.setdefault(told, (folds, identity(token.misread), identity(token.family)))
    tokens = vocabulary.tokens()
    ends = [*tokens.at.tolist(), len(tokens.letters)]
    together = [tokens.letters[first:last].tobytes().decode() for first, last in pairwise(ends)]
    found = zip(together, tokens.misread.tolist(), tokens.family.tolist(), strict=True)
    assert dict(zip(tokens.identity.tolist(), found, strict=True)) == expected
