"""The files that notices come in."""

from collections.abc import Iterator
from typing import BinaryIO

from pydantic import ValidationError

from screening.journal.formats import Format, Item, Reject
from screening.nominals import batches, interpol, json_objects, un_list
from screening.nominals.kinds import Colour
from screening.nominals.reasons import reason_of
from screening.nominals.schemas import NoticeIn


def read_lines(stream: BinaryIO) -> Iterator[Item[NoticeIn] | Reject]:
    """Read one notice a line, each as POST /v1/notices takes it."""
    for each in json_objects.read_lines(stream):
        if isinstance(each, Reject):
            yield each
            continue
        try:
            yield Item(each.line, each.raw, NoticeIn.model_validate(each.content))
        except ValidationError as error:
            yield Reject(each.line, each.raw, reason_of(error))


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
