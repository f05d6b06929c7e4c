"""What a list is folded into: runs of words as `names` reads them, and plain text as any other."""

from hypothesis import given
from hypothesis import strategies as st

from screening.matching import ListedName, Nominal, columns, names, scripts
from screening.matching.compiled import joins

WORDS = st.lists(
    st.one_of(
        st.sampled_from("AL EL ABD RAHMAN SCHTSCHUR YEH XAVIER DR ABU O J MUELLER محمود عبد כהן".split()),  # noqa: SIM905
        st.text("ABCDEHIJKLNOQSTUWXYZ", min_size=1, max_size=12),
    ),
    max_size=7,
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
