"""The UN Security Council Consolidated List as published: imported whole, then screened through the API.

Every listed name, alias and passport number is sent as a traveller would bring it, and the share that comes back as
the person who was sent is printed; then generated innocents. The file is not in the repository: see data/README.md
beside the design documents, or give its path.
"""

import asyncio
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.loading import Answered, installed, load, quantile
from benchmarks.screenings import passport
from screening.crowd import Crowd
from screening.journal.formats import Item
from screening.matching import NameKind
from screening.nominals import un_list
from screening.nominals.schemas import Name, NoticeIn

DEFAULT = Path(__file__).parents[2] / "shared" / "data" / "un_consolidated.xml"
INNOCENTS = 3_000
OWNER = "General Secretariat"


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if not file.exists():
        print(f"skipped: {file.name} is not here; give its path")
        return
    with file.open("rb") as stream:
        notices = [item.content for item in un_list.read(stream) if isinstance(item, Item)]
    with installed() as service:
        gate = service.key("second_line", "--post", "UTO-AIR-1", "--mode", "air")
        kind = ("--kind", "general_secretariat")
        service.command("keys", "create", "--name", "un", "--role", "data_owner", "--organisation", OWNER, *kind)
        form = ("--format", "notices.un.xml", "--organisation", OWNER)
        print("first import: ", service.command("import", str(file), *form))
        print("second import:", service.command("import", str(file), *form))
        with service.serving():
            screened(service.port, gate, notices)
            alarms(service.port, gate)


def screened(port: int, gate: str, notices: list[NoticeIn]) -> None:
    """Send every listed name and document, and print which share finds its person."""
    asked = [(group, notice.reference, submission) for notice in notices for group, submission in asked_of(notice)]
    answers = asyncio.run(load(port, gate, [submission for *_, submission in asked], at_once=1))
    found: dict[str, list[bool]] = defaultdict(list)
    stopped: dict[str, list[bool]] = defaultdict(list)
    for (group, reference, _), answer in zip(asked, answers, strict=True):
        own = [hit for hit in answer.body["hits"] if reference in hit["record"]["details"]["references"]]
        found[group].append(bool(own))
        stopped[group].append(any(hit["desk"] == "first_line" for hit in own))
    for group, facts in found.items():
        print(
            f"{group:<44} {len(facts):5} sent   found {share(facts):7.2%}   "
            f"at the first line {share(stopped[group]):7.2%}"
        )
    spent = [answer.seconds * 1000 for answer in answers]
    print(f"p50 {quantile(spent, 0.5):.2f} ms, p99 {quantile(spent, 0.99):.2f} ms, one at a time")
    print("decisions:", dict(Counter(answer.body["decision"] for answer in answers)))


def asked_of(notice: NoticeIn) -> Iterable[tuple[str, dict[str, Any]]]:
    """Give what travellers who are on the list would bring: each name, alone and with a birth date; each document."""
    subject = notice.subject
    if subject is None:
        return
    born = next((day for day in subject.dates_of_birth if len(day) == len("1980-02-29")), None)
    for name in subject.names:
        label = {
            NameKind.PRIMARY: "primary name",
            NameKind.ALIAS: "alias",
            NameKind.LOW_QUALITY_ALIAS: "low quality alias",
            NameKind.ORIGINAL_SCRIPT: "original script",
        }[name.kind]
        traveller = traveller_of(name)
        yield f"{label}, nothing else", {"traveller": traveller}
        if born:
            yield f"{label}, with birth date", {"traveller": traveller | {"date_of_birth": born}}
    for document in subject.documents:
        if document.issuing_state and len(document.number) <= LONGEST_NUMBER:
            sent = {"number": document.number, "issuing_state": document.issuing_state}
            yield "document, number and State", {"documents": [sent]}


LONGEST_NUMBER = 40


def traveller_of(name: Name) -> dict[str, Any]:
    """Give a name as it would be sent."""
    if name.kind is NameKind.ORIGINAL_SCRIPT:
        return {"name_original": name.full_name}
    parts = {"full_name": name.full_name, "surname": name.surname, "given_names": name.given_names}
    return {field: text for field, text in parts.items() if text}


def alarms(port: int, gate: str) -> None:
    """Send generated innocents with full passports, and print how many are stopped or referred."""
    submissions = [
        {"documents": [{"mrz": passport(person, f"X{number:08d}")}]}
        for number, person in enumerate(Crowd(77).travellers(INNOCENTS))
    ]
    answers: list[Answered] = asyncio.run(load(port, gate, submissions, at_once=1))
    desks = Counter(min((hit["desk"] for hit in answer.body["hits"]), default="none") for answer in answers)
    for desk in ("first_line", "second_line"):
        print(f"generated innocents at the {desk.replace('_', ' ')}: {desks[desk]} of {INNOCENTS:,}")


def share(facts: list[bool]) -> float:
    """Give the share of what is true."""
    return sum(facts) / len(facts)


if __name__ == "__main__":
    main()
