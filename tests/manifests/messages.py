"""PAXLST messages for tests, written from the guide's facts; every person is made up."""

HEADER = (
    "UNB+UNOA:4+UTAIR:ZZ+BORDER:ZZ+310501:0930+REF001'"
    "UNH+1+PAXLST:D:02B:UN:IATA'"
    "BGM+745'"
    "RFF+TN:TX4711'"
    "NAD+MS+++DUTY DESK'"
    "COM+UT 555 100:TE'"
    "TDT+20+UT123+4++UT'"
    "LOC+125+UTP'"
    "DTM+189:3105011020:201'"
    "LOC+87+UTQ'"
    "DTM+232:3105011205:201'"
)


def person(reference: str, *, name: str = "LINDQVIST:KARIN:MARIA", kind: str = "FL", number: str = "AB1234567") -> str:
    """Write the segments of one person."""
    return (
        f"NAD+{kind}+++{name}'"
        "ATT+2++F'"
        "DTM+329:740812'"
        "LOC+178+UTP'"
        "LOC+179+UTQ'"
        "NAT+2+SWE'"
        "RFF+AVF:BOOK1'"
        f"RFF+ABO:{reference}'"
        f"DOC+P:110:111+{number}'"
        "DTM+36:330415'"
        "LOC+91+SWE'"
    )


def trailer(count: int) -> str:
    """Write what comes behind the persons."""
    return f"CNT+42:{count}'UNT+99+1'UNZ+1+REF001'"


def message(*persons: str, header: str = HEADER) -> str:
    """Write a whole interchange."""
    return header + "".join(persons) + trailer(len(persons))
