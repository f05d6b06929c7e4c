"""Each check digit of a zone, judged apart."""

from collections.abc import Iterator
from functools import lru_cache

from screening.mrz import check_digits
from screening.mrz.check_digits import FILLER
from screening.mrz.layouts import Layout
from screening.mrz.lines import GAP
from screening.mrz.numbers import DocumentNumber
from screening.mrz.result import Check, CheckStatus, Field, Finding, FindingCode

_DIGITS = frozenset("0123456789")


def read(zone: str, values: bytes, layout: Layout, number: DocumentNumber) -> tuple[Check, ...]:
    """Judge every check digit that the format has; a visa has neither an optional nor a composite one."""
    birth, expiry = layout.birth_date, layout.expiry_date
    checks = [
        _judge(Field.NUMBER, number.check, check_digits.check_digit(number.covered or GAP)),
        _judge(Field.BIRTH_DATE, zone[birth.check], check_digits.digit(values[birth.span])),
        _judge(Field.EXPIRY_DATE, zone[expiry.check], check_digits.digit(values[expiry.span])),
    ]
    if layout.optional_check is not None:
        expected = check_digits.digit(values[layout.optional])
        checks.append(_judge(Field.OPTIONAL, zone[layout.optional_check], expected))
    if layout.composite_check is not None:
        expected = check_digits.digit(b"".join([values[span] for span in layout.composite]))
        checks.append(_judge(Field.COMPOSITE, zone[layout.composite_check], expected))
    return tuple(checks)


@lru_cache(maxsize=1024)
def _judge(field: Field, found: str, expected: str | None) -> Check:
    """Compare the character in the place of a check digit with the digit computed.

    Remembered, since zones ask the same few questions over and over: that halves the time of `read`.
    """
    if found == GAP:
        return Check(field, "", expected, CheckStatus.UNREADABLE)
    return Check(field, found, expected, _status(found, expected))


def _status(found: str, expected: str | None) -> CheckStatus:
    if expected is None:
        return CheckStatus.UNREADABLE
    if found == expected:
        return CheckStatus.OK
    if found == FILLER:
        return CheckStatus.ABSENT
    return CheckStatus.FAILED if found in _DIGITS else CheckStatus.UNREADABLE


def findings(checks: tuple[Check, ...], number: DocumentNumber) -> Iterator[Finding]:
    """Say which check digits disagree, are missing or cannot be read, each by its field."""
    for check in checks:
        if check.status is CheckStatus.OK:
            continue
        name = check.field.replace("_", " ")
        if check.status is CheckStatus.FAILED:
            text = f"The check digit ({name}) disagrees with the characters that it covers."
            yield Finding(FindingCode.CHECK_DIGIT_FAILED, check.field, text)
        elif check.status is CheckStatus.ABSENT and not _may_be_absent(check, number):
            text = f"A filler stands in the place of the check digit ({name})."
            yield Finding(FindingCode.CHECK_DIGIT_MISSING, check.field, text)
        elif check.status is CheckStatus.UNREADABLE and check.found and check.expected is not None:
            text = f"The check digit ({name}) is no digit."
            yield Finding(FindingCode.CHECK_DIGIT_UNREADABLE, check.field, text)


def _may_be_absent(check: Check, number: DocumentNumber) -> bool:
    """Allow a filler as the check digit of optional data that is empty (ICAO Doc 9303-4, 4.2.2)."""
    return check.field is Field.OPTIONAL and not number.optional.strip(FILLER)
