"""Two-byte codes for the words that every row holds. They are stored, so they never change."""

from screening.documents.vocabulary import Reason

_LETTERS = 26
_A = ord("A")

_OF_REASON = {Reason.STOLEN: 1, Reason.LOST: 2, Reason.STOLEN_BLANK: 3, Reason.REVOKED: 4, Reason.INVALID: 5}
_REASONS = {code: reason for reason, code in _OF_REASON.items()}


def of_reason(reason: Reason) -> int:
    """Give the code of a reason."""
    return _OF_REASON[reason]


def reason(code: int) -> Reason:
    """Give the reason of a code."""
    return _REASONS[code]


def of_letters(letters: str) -> int:
    """Give the code of a document type or a State, which is three letters A to Z, read as a number to the base 26.

    >>> of_letters("PAS")
    10158
    """
    first, second, third = (ord(letter) - _A for letter in letters)
    return (first * _LETTERS + second) * _LETTERS + third


def letters(code: int) -> str:
    """Give the document type or the State of a code.

    >>> letters(10158)
    'PAS'
    """
    rest, third = divmod(code, _LETTERS)
    first, second = divmod(rest, _LETTERS)
    return chr(_A + first) + chr(_A + second) + chr(_A + third)
