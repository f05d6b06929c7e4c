"""Machine-readable zones of travel documents (ICAO Doc 9303): reading, check digits and writing."""

from screening.mrz.centuries import CENTURY_RULE
from screening.mrz.check_digits import check_digit
from screening.mrz.reading import parse
from screening.mrz.result import Check, CheckStatus, Field, Finding, FindingCode, Format, Mrz, Severity, Sex
from screening.mrz.writing import (
    DocumentFields,
    write,
    write_mrv_a,
    write_mrv_b,
    write_td1,
    write_td2,
    write_td3,
)

__all__ = [
    "CENTURY_RULE",
    "Check",
    "CheckStatus",
    "DocumentFields",
    "Field",
    "Finding",
    "FindingCode",
    "Format",
    "Mrz",
    "Severity",
    "Sex",
    "check_digit",
    "parse",
    "write",
    "write_mrv_a",
    "write_mrv_b",
    "write_td1",
    "write_td2",
    "write_td3",
]
