"""The closed sets of words that screenings use, on the wire and in the code."""

from enum import StrEnum

from screening.access.vocabulary import Purpose as Purpose  # noqa: PLC0414 - a word of screenings too
from screening.access.vocabulary import Source as Source  # noqa: PLC0414


class Decision(StrEnum):
    """What a screening comes to."""

    HIT = "hit"
    NO_HIT = "no_hit"
    INCOMPLETE = "incomplete"


class BoardingVerdict(StrEnum):
    """What a carrier is told of a passenger (the codes 0Z, 1Z, 2Z and 4Z of CUSRES; DOMAIN.md 5.2.2)."""

    BOARD = "board"
    DO_NOT_BOARD = "do_not_board"
    REFER = "refer"
    """Look again, and call the State's desk."""
    INSUFFICIENT = "insufficient"


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
    CONTAINER = "container"
    AIRCRAFT = "aircraft"


class Strength(StrEnum):
    """How firmly a record matches."""

    EXACT = "exact"
    STRONG = "strong"
    POSSIBLE = "possible"


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


class ActionCode(StrEnum):
    """The next step, for software. Those of records are given by the colour or the reason of the record."""

    PROCEED = "proceed"
    REFER_DOCUMENT = "refer_document"
    ASK_AGAIN = "ask_again"
    REPORT_SILENTLY = "report_silently"
    VERIFY = "verify"
    COMPARE_NUMBER = "compare_number"
    KEEP_DOCUMENT_STOLEN = "keep_document_stolen"
    KEEP_DOCUMENT_LOST = "keep_document_lost"
    KEEP_DOCUMENT_STOLEN_BLANK = "keep_document_stolen_blank"
    KEEP_DOCUMENT_REVOKED = "keep_document_revoked"
    KEEP_DOCUMENT_INVALID = "keep_document_invalid"
    COMPARE_OBJECT = "compare_object"
    HOLD_VEHICLE_STOLEN = "hold_vehicle_stolen"
    HOLD_VEHICLE_MISAPPROPRIATED = "hold_vehicle_misappropriated"
    HOLD_VEHICLE_LOST = "hold_vehicle_lost"
    HOLD_VEHICLE_TRAFFICKED = "hold_vehicle_trafficked"
    HOLD_VESSEL_STOLEN = "hold_vessel_stolen"
    HOLD_VESSEL_MISAPPROPRIATED = "hold_vessel_misappropriated"
    HOLD_VESSEL_LOST = "hold_vessel_lost"
    HOLD_VESSEL_TRAFFICKED = "hold_vessel_trafficked"
    HOLD_FIREARM_STOLEN = "hold_firearm_stolen"
    HOLD_FIREARM_MISAPPROPRIATED = "hold_firearm_misappropriated"
    HOLD_FIREARM_LOST = "hold_firearm_lost"
    HOLD_FIREARM_TRAFFICKED = "hold_firearm_trafficked"
    HOLD_CONTAINER_STOLEN = "hold_container_stolen"
    HOLD_CONTAINER_MISAPPROPRIATED = "hold_container_misappropriated"
    HOLD_CONTAINER_LOST = "hold_container_lost"
    HOLD_CONTAINER_TRAFFICKED = "hold_container_trafficked"
    HOLD_AIRCRAFT_STOLEN = "hold_aircraft_stolen"
    HOLD_AIRCRAFT_MISAPPROPRIATED = "hold_aircraft_misappropriated"
    HOLD_AIRCRAFT_LOST = "hold_aircraft_lost"
    HOLD_AIRCRAFT_TRAFFICKED = "hold_aircraft_trafficked"
    CHECK_PROVISIONAL_ARREST = "check_provisional_arrest"
    LOCATE_AND_COLLECT = "locate_and_collect"
    WARN = "warn"
    PROTECT = "protect"
    GUARD_AGAINST_THREAT = "guard_against_threat"
    CHECK_TRAVEL_BAN = "check_travel_ban"


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
    CONTAINER_CHECK_DIGIT_FAILED = "container_check_digit_failed"
    UNEXPECTED_CONTAINER_NUMBER = "unexpected_container_number"
    UNEXPECTED_REGISTRATION = "unexpected_registration"
    UNKNOWN_STATE = "unknown_state"


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
