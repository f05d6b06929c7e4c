"""Every kind of file that can be imported, by name."""

from screening.documents.formats import FORMATS as DOCUMENTS
from screening.journal.formats import BulkFormat, Format
from screening.nominals.formats import FORMATS as NOTICES
from screening.objects.formats import FORMATS as OBJECTS

_EVERY: tuple[Format | BulkFormat, ...] = (*DOCUMENTS, *NOTICES, *OBJECTS)
FORMATS = {each.name: each for each in _EVERY}
