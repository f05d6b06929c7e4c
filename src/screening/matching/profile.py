"""The numbers of the evidence model, in one named and versioned place.

Weights are natural log-odds. They are not likelihood ratios of a population: the name weights are compressed, and the
prior stands for a pair that a search brings up, chosen so that a score is a probability at `LISTED_SHARE`
(`benchmarks/names/calibration.py`, ADR 0030).
They were tuned on one half of the UN list and generated people (`benchmarks/names`), and hold on the other.
"""

NAME = "exhaustive-2026"
VERSION = 3

FIRST_LINE = 0.98
"""From this score on, and only when corroborated, a candidate is worth stopping a traveller.

A name and a nationality come to 0.91 at most: without a birth date, a place of birth or a document nobody is stopped.
"""

SECOND_LINE = 0.50
"""From this score on a candidate is worth a look at the second desk."""

PRIOR = -8.2
"""Before any evidence: logistic(-8.2) is one in 3,600."""
LISTED_SHARE = 0.5
"""The prior at which a score is a probability: every other traveller who is searched is on the list, of 110,000.

At another share s the odds that a score states are multiplied by s / (1 - s).
"""

# Names, per word.
COMMON_WORD = 2.2
"""What agreement on one of the commonest words (MOHAMMED) weighs."""
RARE_WORD = 5.5
"""What agreement on a word that hardly anybody bears weighs."""
COMMON_NATS = 3.5
"""-ln(frequency) up to which a word counts as one of the commonest: 3 % of names."""
RARE_NATS = 10.0
"""-ln(frequency) from which a word counts as rare: 1 name in 22,000."""
NAME_CAP = 9.0
"""The most that a name can weigh, so that an exact rare name alone stays below the first line."""
SIMILARITY_FLOOR = 0.66
"""Words less alike than this are different words."""
AT_FLOOR = -1.0
"""What a word as little alike as the floor allows weighs; from there to full agreement the weight grows evenly."""
SLIP = 0.0
"""Two short words that one letter tells apart, KIM and KIN: no conflict, and no evidence either."""
INITIAL = 0.8
"""An initial that agrees; initials alone never make a candidate."""
PARTICLE = 0.2
"""AL, BIN, VAN and titles say little when they agree and nothing when they are missing."""
CONFLICT = 4.5
"""One word on each side that have nothing in common."""
INITIAL_CONFLICT = 1.5
"""An initial that begins none of the words left over."""
MISSING_WORD = 0.5
"""A word that only the record has."""
EXTRA_WORD = 0.6
"""A word that only the traveller has."""
REVERSED_PATRONYMIC = 9.0
"""SALMAN BIN MUHAMMAD against MUHAMMAD BIN SALMAN: father and son."""
SWAPPED_FIELDS = 0.8
"""Surname given as given name and the reverse: an error of forms, and another person now and then."""
CROSSED = 1.5
"""Given names in another order: people and clerks keep it, and brothers or cousins share the words."""
LOW_QUALITY = 0.85
"""The share of its weight that a low quality alias keeps."""
TRUNCATED_SHARE = ((6, 0.85), (4, 0.65), (3, 0.45), (2, 0.25))
"""The share of a word's weight that its first letters carry, by their number, where the MRZ may have cut it."""

# Other fields.
NATIONALITY_AGREES = 0.8
NATIONALITY_CONTRADICTS = -1.2
SEX_AGREES = 0.5
SEX_CONTRADICTS = -3.0
PLACE_AGREES = 1.5
PLACE_CONTRADICTS = -0.3
CORROBORATING = 1.0
"""A birth date weighs at least this much when it is to corroborate a name."""
