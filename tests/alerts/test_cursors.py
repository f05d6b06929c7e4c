"""Cursors: read as they were written, and telling nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.alerts.cursors import CursorError, Cursors

CURSORS = Cursors(bytes(32))


@given(position=st.integers(0, 2**63 - 1))
def test_a_cursor_is_read_as_it_was_written(position: int) -> None:
    assert CURSORS.read(CURSORS.write(position)) == position


def test_neighbours_do_not_show_that_they_are() -> None:
    cursors = [CURSORS.write(position) for position in range(1000)]
    assert len(set(cursors)) == 1000
    assert cursors != sorted(cursors)
    assert len({cursor[:4] for cursor in cursors}) > 900


@pytest.mark.parametrize("cursor", ["0" * 32, Cursors(b"another key, of 32 bytes as well").write(7)])
def test_what_was_not_written_here_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError):
        CURSORS.read(cursor)
