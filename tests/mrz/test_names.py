"""Name fields: reading, and cutting a name to fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.mrz import names
from screening.mrz.names import Names

LETTERS = st.text(alphabet="ABCXYZ", min_size=1, max_size=18)
NAME = st.lists(LETTERS, min_size=1, max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("ERIKSSON<<ANNA<MARIA<<<", Names("ERIKSSON", "ANNA MARIA", may_be_truncated=False)),
        ("VAN<DER<MUELLEN<<ANNA<<", Names("VAN DER MUELLEN", "ANNA", may_be_truncated=False)),
        ("ARKFREITH<<<<<<<<<<<<<<", Names("ARKFREITH", "", may_be_truncated=False)),
        ("ERIKSSON<<ANNA<MARIA", Names("ERIKSSON", "ANNA MARIA", may_be_truncated=True)),
        ("<<ANNA<<<", Names("", "ANNA", may_be_truncated=False)),
        ("<ERIKSSON<<ANNA<<MARIA<", Names("ERIKSSON", "ANNA MARIA", may_be_truncated=False)),
        ("<<<<<<", Names()),
        ("", Names()),
    ],
)
def test_a_name_field_splits_at_its_first_double_filler(field: str, expected: Names) -> None:
    assert names.read(field) == expected


@pytest.mark.parametrize(
    ("surname", "given_names", "width", "expected"),
    [
        ("Eriksson", "Anna Maria", 24, "ERIKSSON<<ANNA<MARIA<<<<"),
        ("D'Artagnan", "", 12, "DARTAGNAN<<<"),
        ("Smith-Jones", "Susie, Margaret", 30, "SMITH<JONES<<SUSIE<MARGARET<<<"),
        ("St. John", "J.", 12, "ST<JOHN<<J<<"),
        ("ERIKSSON", "ANNA MARIA", 20, "ERIKSSON<<ANNA<MARIA"),
        ("ERIKSSON", "ANNA MARIA", 19, "ERIKSSO<<ANNA<MARIA"),
        ("ABCDEFGHIJ", "ANNA", 9, "ABCD<<ANN"),
        ("A B C", "D E F", 8, "A<B<C<<D"),
        ("A B C", "D E F", 6, "A<B<<D"),
    ],
)
def test_a_name_is_written_by_the_rules_of_the_standard(
    surname: str, given_names: str, width: int, expected: str
) -> None:
    assert names.write(surname, given_names, width) == expected


@pytest.mark.parametrize(("surname", "given_names"), [("", "ANNA"), ("MÜLLER", ""), ("ERIKSSON", "ANNA2"), ("-", "")])
def test_a_name_that_no_zone_can_hold_is_refused(surname: str, given_names: str) -> None:
    with pytest.raises(ValueError, match="a name"):
        names.write(surname, given_names, 39)


@given(NAME, NAME | st.just(""), st.sampled_from([30, 31, 39]))
def test_a_written_name_reads_back_component_by_component(surname: str, given_names: str, width: int) -> None:
    field = names.write(surname, given_names, width)
    read = names.read(field)
    assert len(field) == width
    for written, found in ((surname, read.surname), (given_names, read.given_names)):
        # Components may be cut or, at the end, left out; those that stand are prefixes of those written.
        pairs = list(zip(written.split(), found.split(), strict=False))
        assert all(whole.startswith(part) for whole, part in pairs)
        assert len(found.split()) <= len(written.split())
    assert (read.given_names == "") == (given_names == "")
    if (read.surname, read.given_names) == (surname, given_names):
        assert len(surname) + len(given_names) <= width


@given(NAME, NAME, st.sampled_from([30, 31, 39]))
def test_a_name_that_fits_is_never_shortened(surname: str, given_names: str, width: int) -> None:
    if len(surname) + 2 + len(given_names) <= width:
        read = names.read(names.write(surname, given_names, width))
        assert (read.surname, read.given_names) == (surname, given_names)


@given(LETTERS, st.lists(LETTERS, min_size=1, max_size=5).map(" ".join), st.sampled_from([30, 31, 39]))
def test_a_shortened_name_ends_in_a_letter(surname: str, given_names: str, width: int) -> None:
    shortened = len(surname) + 2 + len(given_names) > width
    if shortened:
        assert names.read(names.write(surname, given_names, width)).may_be_truncated
