"""The files that objects come in: CSV and JSON lines of each kind."""

from functools import partial

from screening.journal import readers
from screening.journal.formats import Format
from screening.objects import batches
from screening.objects.kinds import KINDS, Described


def _formats(described: Described) -> tuple[Format, Format]:
    plural, model = described.plural, described.report
    write = partial(batches.write, described)
    return (
        Format(
            f"{plural}.csv",
            f"{plural.capitalize()}, one a line under a first line that names the columns; their names are those of "
            f"POST /v1/{plural}, and lists are divided by |.",
            partial(readers.read_csv, model=model),
            write,
        ),
        Format(
            f"{plural}.ndjson",
            f"{plural.capitalize()}, one JSON object a line, each as POST /v1/{plural} takes it.",
            partial(readers.read_json_lines, model=model),
            write,
        ),
    )


FORMATS = tuple(form for described in KINDS for form in _formats(described))
"""All of them."""
