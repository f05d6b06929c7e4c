"""The files that documents come in."""

from collections.abc import Iterator
from typing import BinaryIO

from screening.documents import batches, bulk, reload
from screening.documents.schemas import DocumentIn
from screening.journal import readers
from screening.journal.formats import BulkFormat, Format, Item, Reject


def read_json_lines(stream: BinaryIO) -> Iterator[Item[DocumentIn] | Reject]:
    """Read one document a line, each as POST /v1/documents takes it."""
    return readers.read_json_lines(stream, DocumentIn)


CSV = BulkFormat(
    "documents.csv",
    "Documents, one a line under a first line that names the columns; their names are those of POST /v1/documents.",
    bulk.read_csv,
    bulk.write,
    reload.write,
)
NDJSON = Format(
    "documents.ndjson",
    "Documents, one JSON object a line, each as POST /v1/documents takes it.",
    read_json_lines,
    batches.write,
)
FORMATS = (CSV, NDJSON)
"""All of them."""
