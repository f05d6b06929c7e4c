"""The compiled code is plain Python as well, and answers the same without a compiler."""

import os
import subprocess
import sys

QUESTION = """
from screening.dates import PartialDate
from screening.matching import Index, ListedName, Nominal, Traveller
names = ("Abernathy Quentin", "Khair Ullah Masri", "M\\u00fcller Anna",
         "\\u0645\\u062d\\u0645\\u0648\\u062f", "J Smith")
dates = [PartialDate(1974, 8, day) for day in range(12, 17)]
built = Index.build(Nominal(name, (ListedName(full_name=name),), (day,)) for name, day in zip(names, dates))
for name in ("KWENTIN ABERNETTY", "KHAIRULLAH MASRI", "ANNA MUELLER", "MAHMOUD", "JOHN SMITH"):
    found = built.search(Traveller(full_name=name, date_of_birth=PartialDate(1974, 8, 13)), threshold=0.0, limit=9)
    print([(each.nominal_id, round(each.score, 9)) for each in found.candidates])
"""


def answer(**environment: str) -> str:
    command = [sys.executable, "-W", "error", "-c", QUESTION]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True).stdout


def test_the_code_answers_the_same_uncompiled() -> None:
    uncompiled = answer(NUMBA_DISABLE_JIT="1")
    assert uncompiled.count("(") >= 5
    assert answer() == uncompiled
