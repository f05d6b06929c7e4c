"""`screening bench alarms`, as an operator uses it."""

import json
import re
from pathlib import Path

from screening.crowd import Crowd
from tests.processes import install

REPORT = re.compile(r"^  (standard|strict|wide) +(\d+\.\d+)% +([\d,]+) +([\d,]+) +([\d,]+) +([\d,]+)$", re.MULTILINE)


def notices(count: int) -> str:
    """Write notices of made-up people, one a line."""
    crowd = Crowd(1)
    lines = []
    for number, person in enumerate(crowd.people(count)):
        name = crowd.written(person)
        subject = {
            "names": [{"kind": "primary", "surname": name.surname or name.given, "given_names": name.given or None}],
            "dates_of_birth": [str(person.birth_date)],
            "sex": person.sex,
        }
        lines.append({"kind": "notice", "colour": "blue", "reference": f"2026/{number}", "subject": subject})
    return "".join(json.dumps(line) + "\n" for line in lines)


def test_the_curve_and_every_profile_are_printed_for_the_loaded_list(database_url: str, open_folder: Path) -> None:
    installed = install(open_folder, database_url=database_url)
    installed.key("bureau")
    file = open_folder / "notices.ndjson"
    file.write_text(notices(60))
    installed.command("import", str(file), "--format", "notices.ndjson", "--organisation", "Bureau of Utopia")
    said = installed.command("bench", "alarms", "--travellers", "200")
    assert "60 persons on the list; 60 of them sent" in said
    found = {row[0]: [float(value.replace(",", "")) for value in row[1:]] for row in REPORT.findall(said)}
    assert found.keys() == {"standard", "strict", "wide"}
    assert found["strict"][0] <= found["standard"][0] <= found["wide"][0]
    assert found["standard"][0] > 80
    assert found["strict"][1] <= found["standard"][1] <= found["wide"][1]


def test_a_list_too_short_to_measure_is_told_so(database_url: str, open_folder: Path) -> None:
    installed = install(open_folder, database_url=database_url)
    installed.command("bench", "alarms", status=1)
    assert "too few to measure" in installed.said[-1]
