"""The files that notices come in."""

from collections.abc import Iterator
from typing import BinaryIO

from screening.journal import readers
from screening.journal.formats import Format, Item, Reject
from screening.nominals import batches, interpol, un_list
from screening.nominals.kinds import Colour
from screening.nominals.schemas import NoticeIn


def read_lines(stream: BinaryIO) -> Iterator[Item[NoticeIn] | Reject]:
    """Read one notice a line, each as POST /v1/notices takes it."""
    return readers.read_json_lines(stream, NoticeIn)


def _interpol(name: str, described: str, colour: Colour | None) -> Format:
    return Format(f"notices.{name}.json", described, interpol.reader(colour), batches.write)


FORMATS = (
    Format("notices.ndjson", "One notice a line, as POST /v1/notices takes it.", read_lines, batches.write),
    _interpol("interpol", "INTERPOL's public notices as JSON; the colour comes from _links.self.href.", None),
    _interpol("interpol_red", "INTERPOL's public red notices as JSON.", Colour.RED),
    _interpol("interpol_yellow", "INTERPOL's public yellow notices as JSON.", Colour.YELLOW),
    _interpol("interpol_un", "INTERPOL's public UN special notices of persons as JSON.", Colour.UN),
    Format(
        "notices.un.xml",
        "The UN Security Council Consolidated List as published; individuals only.",
        un_list.read,
        batches.write,
    ),
)
"""All of them. Names follow those of the other records: `<records>.<format>`."""
