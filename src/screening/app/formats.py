"""Every kind of file that can be imported, by name."""

from screening.documents.formats import FORMATS as DOCUMENTS
from screening.journal.formats import Format
from screening.nominals.formats import FORMATS as NOTICES
from screening.objects.formats import FORMATS as OBJECTS

FORMATS: dict[str, Format] = {each.name: each for each in (*DOCUMENTS, *NOTICES, *OBJECTS)}
