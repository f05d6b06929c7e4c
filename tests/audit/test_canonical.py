"""Canonical JSON is the same whichever encoder writes it."""

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from screening.audit.canonical import canonical

ODD = st.sampled_from([0.0, -0.0, 1.0, -3.0, 1e-7, 1e-5, 1e16, 1e21, 5e-324, 2**53, 2**53 - 1, 2**53 + 1, 2**70])
TEXTS = st.text() | st.sampled_from(["\U0001f600", "\ue000", "\x00\x1f\x7f\u2028", ':1e-07,"', ":2.0,", '\\"/'])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | ODD | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=12)


@given(st.lists(VALUES) | st.dictionaries(TEXTS, VALUES))
@example({"\U0001f600": 1, "\ue000": 2})
@example([1e-07, 2.0, 0.25])
@example({"text": "\ud800"})
@example([float("nan")])
def test_it_is_what_the_reference_writes(value: object) -> None:
    try:
        expected = rfc8785.dumps(value)  # type: ignore[arg-type] # what it refuses is part of the question
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - each refuses in words of its own
            canonical(value)  # type: ignore[arg-type]
    else:
        assert canonical(value) == expected  # type: ignore[arg-type]
