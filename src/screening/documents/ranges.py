"""Ranges of document numbers: a common beginning, then digits that count up. Numbers are cleaned (A to Z, 0 to 9).

`AB0100` to `AB0199` holds `AB0150`. It does not hold `AB015` (another length), `AC0150` (another beginning) or `AB01Z0`
(which lies between the two only for a computer that sorts characters).
"""

LARGEST = 100_000
"""Numbers that one range may hold. The limit is what lets a look-up find ranges in a plain index: the first number of a
range that holds `n` lies at most this far below `n`."""

DIGITS = "0123456789"


def beginning(number: str) -> str:
    """Give what stands before the digits at the end.

    >>> beginning("A1B0100")
    'A1B'
    """
    return number.rstrip(DIGITS)


def size(first: str, last: str) -> int | None:
    """Count the numbers from the first to the last; None if the two do not make a range."""
    if len(first) != len(last) or beginning(first) != beginning(last) or first > last:
        return None
    start = len(beginning(first))
    if start == len(first):
        return 1
    return int(last[start:]) - int(first[start:]) + 1


def holds(first: str, last: str, number: str) -> bool:
    """Tell whether a number lies in a range."""
    return len(number) == len(first) and beginning(number) == beginning(first) and first <= number <= last


def lowest_first(number: str) -> str:
    """Give the lowest number with which a range of at most `LARGEST` can begin that holds this number."""
    start = len(beginning(number))
    digits = number[start:]
    if not digits:
        return number
    return number[:start] + str(max(int(digits) - LARGEST + 1, 0)).zfill(len(digits))
