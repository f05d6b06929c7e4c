"""The closed sets of words that screenings use, on the wire and in the code."""

from enum import StrEnum


class Decision(StrEnum):
    """What a screening comes to."""

    HIT = "hit"
    NO_HIT = "no_hit"
    INCOMPLETE = "incomplete"


class Desk(StrEnum):
    """Who has to act, most urgent first."""

    FIRST_LINE = "first_line"
    SECOND_LINE = "second_line"
    SILENT = "silent"


class HitKind(StrEnum):
    """What of a submission a record matched."""

    PERSON = "person"
    DOCUMENT = "document"
    VEHICLE = "vehicle"
    VESSEL = "vessel"
    FIREARM = "firearm"


class Strength(StrEnum):
    """How firmly a record matches."""

    EXACT = "exact"
    STRONG = "strong"
    POSSIBLE = "possible"


class Source(StrEnum):
    """What a submission is checked against."""

    SLTD = "sltd"
    """Stolen, lost, revoked and invalid documents, and stolen blanks."""
    TDAWN = "tdawn"
    """Travel documents associated with notices."""
    NOTICES = "notices"
    """Persons who are the subject of notices and diffusions."""
    ADMINISTRATIVE_DOCUMENTS = "administrative_documents"
    """Papers of vehicles, driving licences and birth certificates; asked when one may have been submitted."""
    VEHICLES = "vehicles"
    VESSELS = "vessels"
    FIREARMS = "firearms"
    """Objects that are looked for; each is asked when an object of its kind was submitted."""


class CoverageStatus(StrEnum):
    """What became of asking a source (after the result codes of DOMAIN.md 1.4.6)."""

    ANSWERED = "answered"
    NOT_ASKED = "not_asked"
    """Nothing that this source knows of was submitted."""
    INSUFFICIENT = "insufficient"
    """What was submitted cannot be searched: an unreadable number, a name without letters."""
    TIMEOUT = "timeout"
    DENIED = "denied"
    TOO_MANY = "too_many"
    STALE = "stale"
    ERROR = "error"


class Severity(StrEnum):
    """What a finding asks for."""

    REFER = "refer"
    """Second line should look at it."""
    INFO = "info"


class FindingCode(StrEnum):
    """What can be noticed: first what an MRZ shows by itself, then what parts of documents do, then objects."""

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

    NUMBER_UNREADABLE = "number_unreadable"
    NAME_UNREADABLE = "name_unreadable"
    UNKNOWN_TYPE = "unknown_type"
    MISMATCH = "mismatch"
    EXPIRED = "expired"
    EXPIRY_BEFORE_ISSUE = "expiry_before_issue"
    BIRTH_AFTER_ISSUE = "birth_after_issue"
    CHIP_FAILED = "chip_failed"
    PERSONAL_NUMBER_CHECK_FAILED = "personal_number_check_failed"

    VIN_CHECK_DIGIT_FAILED = "vin_check_digit_failed"
    UNEXPECTED_VIN = "unexpected_vin"
    IMO_CHECK_DIGIT_FAILED = "imo_check_digit_failed"
    UNEXPECTED_MMSI = "unexpected_mmsi"
    MMSI_FLAG_MISMATCH = "mmsi_flag_mismatch"
    UNEXPECTED_CALL_SIGN = "unexpected_call_sign"
    UNEXPECTED_HULL_NUMBER = "unexpected_hull_number"
    UNKNOWN_STATE = "unknown_state"


class Purpose(StrEnum):
    """Why a search is made (RPD, purposes of processing; point (h) for border control)."""

    BORDER_CONTROL = "border_control"
    INVESTIGATION = "investigation"
    ACCREDITATION = "accreditation"
    VISA = "visa"


class Direction(StrEnum):
    """Which way a traveller crosses."""

    ENTRY = "entry"
    EXIT = "exit"
    TRANSIT = "transit"


class Mode(StrEnum):
    """How a traveller crosses."""

    LAND = "land"
    AIR = "air"
    SEA = "sea"


class Sex(StrEnum):
    """As documents state it (ICAO Doc 9303-4)."""

    F = "F"
    M = "M"
    X = "X"


class Verdict(StrEnum):
    """What a reader says of one check of a chip."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not_done"
