"""What a machine-readable zone says: its fields, its check digits and what is odd about it."""

from dataclasses import dataclass
from enum import StrEnum

from screening.dates import PartialDate


class Format(StrEnum):
    """The layouts of ICAO Doc 9303, parts 4 to 7."""

    TD1 = "td1"
    TD2 = "td2"
    TD3 = "td3"
    MRV_A = "mrv_a"
    MRV_B = "mrv_b"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    """The holder's sex as the document states it; X is unspecified."""

    F = "F"
    M = "M"
    X = "X"


class Field(StrEnum):
    """Where in the zone something was read or found."""

    ZONE = "zone"
    LINE_1 = "line_1"
    LINE_2 = "line_2"
    LINE_3 = "line_3"
    DOCUMENT_CODE = "document_code"
    ISSUING_STATE = "issuing_state"
    NUMBER = "number"
    NATIONALITY = "nationality"
    NAME = "name"
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    EXPIRY_DATE = "expiry_date"
    OPTIONAL = "optional"
    OPTIONAL_2 = "optional_2"
    COMPOSITE = "composite"


class CheckStatus(StrEnum):
    """How a check digit compares with the characters that it covers."""

    OK = "ok"
    FAILED = "failed"
    ABSENT = "absent"
    """A filler stands where the digit belongs."""
    UNREADABLE = "unreadable"
    """The digit, or a character that it covers, is missing or is none that a zone may hold."""


class Severity(StrEnum):
    """Whether a finding only explains the reading, or speaks against the document or its scan."""

    INFO = "info"
    WARNING = "warning"


class FindingCode(StrEnum):
    """What may be odd about a zone; the words are part of the answer's contract."""

    UNKNOWN_FORMAT = "unknown_format"
    WRONG_LENGTH = "wrong_length"
    SPACE_FOR_FILLER = "space_for_filler"
    SPACES_REMOVED = "spaces_removed"
    ILLEGAL_CHARACTER = "illegal_character"
    MISSING_FIELD = "missing_field"
    UNEXPECTED_DOCUMENT_CODE = "unexpected_document_code"
    UNKNOWN_ISSUER = "unknown_issuer"
    UNKNOWN_NATIONALITY = "unknown_nationality"
    SPECIMEN = "specimen"
    NUMBER_OVERFLOW = "number_overflow"
    TRUNCATED_NAME = "truncated_name"
    SEX_X = "sex_x"
    UNEXPECTED_SEX = "unexpected_sex"
    IMPOSSIBLE_DATE = "impossible_date"
    UNKNOWN_DATE = "unknown_date"
    DATE_WITHOUT_YEAR = "date_without_year"
    DAY_WITHOUT_MONTH = "day_without_month"
    ZERO_IN_DATE = "zero_in_date"
    IMPLAUSIBLE_EXPIRY = "implausible_expiry"
    CHECK_DIGIT_FAILED = "check_digit_failed"
    CHECK_DIGIT_MISSING = "check_digit_missing"
    CHECK_DIGIT_UNREADABLE = "check_digit_unreadable"


_INFORMATIVE = frozenset(
    {
        FindingCode.TRUNCATED_NAME,
        FindingCode.SEX_X,
        FindingCode.UNKNOWN_DATE,
        FindingCode.DATE_WITHOUT_YEAR,
        FindingCode.DAY_WITHOUT_MONTH,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One odd thing, where it is, and a sentence for the officer that repeats nothing personal."""

    code: FindingCode
    field: Field
    text: str

    @property
    def severity(self) -> Severity:
        """Tell what merely explains the reading from what speaks against the document or its scan."""
        return Severity.INFO if self.code in _INFORMATIVE else Severity.WARNING


@dataclass(frozen=True, slots=True)
class Check:
    """One check digit: as found (empty outside the line given) and as computed (None if it cannot be)."""

    field: Field
    found: str
    expected: str | None
    status: CheckStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Mrz:
    """One zone as read. Text is upper case; a field that could not be read is empty, a date or sex None.

    `complete` says that every line had its full length. Nothing is repaired: what had to be normalised
    beyond upper case and line breaks is among the findings.
    """

    format: Format
    lines: tuple[str, ...]
    complete: bool
    document_code: str = ""
    issuing_state: str = ""
    """As printed, without fillers: `D` for Germany."""
    number: str = ""
    """Without fillers; a long number of TD1 or TD2 is joined (ICAO Doc 9303-5, 4.2.2)."""
    number_field: str = ""
    """What the number's check digit covers, fillers kept: `L898902C<`."""
    nationality: str = ""
    surname: str = ""
    given_names: str = ""
    surname_truncated: bool = False
    """The surname may be shortened: compare its components by prefix (ICAO Doc 9303-4, 4.2.3)."""
    given_names_truncated: bool = False
    sex: Sex | None = None
    birth_date: PartialDate | None = None
    expiry_date: PartialDate | None = None
    optional: str = ""
    """Optional data without outer fillers; of TD1 the first field."""
    optional_2: str = ""
    """The second field of optional data, which only TD1 has."""
    checks: tuple[Check, ...] = ()
    findings: tuple[Finding, ...] = ()
    century_rule: str

    def find_check(self, field: Field) -> Check | None:
        """Return the check digit of a field, or None where the format or the reading has none."""
        return next((check for check in self.checks if check.field is field), None)

    @property
    def number_is_reliable(self) -> bool:
        """Say whether the zone is complete and the number agrees with its check digit."""
        check = self.find_check(Field.NUMBER)
        return self.complete and self.number != "" and check is not None and check.status is CheckStatus.OK
