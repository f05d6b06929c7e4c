"""Made-up people of many naming cultures, and what documents, forms and fingers do to their names and birth dates.

The same seed gives the same people. Nobody here exists: names are drawn from `cultures.toml`, dates are random. What
is made here measures the name engine (`screening bench alarms`, `benchmarks/names`); the service never imports it.
"""

from screening.crowd.births import BirthChange
from screening.crowd.crowd import Crowd
from screening.crowd.errors import NameChange
from screening.crowd.people import Person
from screening.crowd.strangers import Relation

__all__ = ["BirthChange", "Crowd", "NameChange", "Person", "Relation"]
