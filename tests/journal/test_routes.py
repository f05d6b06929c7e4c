import json
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from screening.access.permissions import Role
from screening.app.formats import FORMATS
from tests.journal.desks import REPORT, Desks, opened

FILE = b"number,type,issuing_state,reason,theft_country\nL898902C3,PAS,UTO,stolen,UTO\nAA11111,PAS,SWE,lost,UTO\n"


async def test_a_file_is_imported_and_its_rejects_are_named(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    imported = await desks.import_(headers, "documents.csv", FILE)
    assert imported == {
        "id": imported["id"],
        "format": "documents.csv",
        "status": "finished",
        "failure": None,
        "started_at": "2026-03-01T09:00:00Z",
        "updated_at": "2026-03-01T09:00:00Z",
        "finished_at": "2026-03-01T09:00:00Z",
        "read": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
        "rejects": [{"line": 3, "reason": "issuing_state: this bureau owns UTO"}],
    }
    assert (await desks.client.get(f"/v1/imports/{imported['id']}", headers=headers)).json() == imported


async def test_imports_are_listed_newest_first_page_by_page(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    made = [(await desks.import_(headers, "documents.csv", FILE))["id"] for _ in range(3)][::-1]
    page = (await desks.client.get("/v1/imports", params={"limit": 2}, headers=headers)).json()
    assert ([item["id"] for item in page["items"]], page["next"]) == (made[:2], made[1])
    rest = await desks.client.get("/v1/imports", params={"after": page["next"]}, headers=headers)
    assert ([item["id"] for item in rest.json()["items"]], rest.json()["next"]) == (made[2:], None)


async def test_another_organisation_sees_nothing_of_an_import(desks: Desks) -> None:
    imported = await desks.import_(await desks.as_("UTO"), "documents.csv", FILE)
    other = await desks.as_("SWE")
    assert (await desks.client.get(f"/v1/imports/{imported['id']}", headers=other)).status_code == 404
    assert (await desks.client.get("/v1/imports", headers=other)).json() == {"items": [], "next": None}
    assert (await desks.client.get(f"/v1/imports/{uuid4()}", headers=other)).status_code == 404


async def test_an_unknown_format_is_answered_with_the_known_ones(desks: Desks) -> None:
    answer = await desks.client.post(
        "/v1/imports", params={"format": "documents.xls"}, content=FILE, headers=await desks.as_("UTO")
    )
    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        [{"where": "query.format", "message": f"is not known; formats are: {', '.join(sorted(FORMATS))}"}],
    )


async def test_a_file_of_another_kind_is_refused_and_says_what_is_expected(desks: Desks) -> None:
    headers = await desks.as_("UTO")
    answer = await desks.client.post(
        "/v1/imports", params={"format": "documents.csv"}, content=json.dumps(REPORT), headers=headers
    )
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["message"].startswith("Column 1 of the first line is not known. Columns are: theft_date, ")
    (failed,) = (await desks.client.get("/v1/imports", headers=headers)).json()["items"]
    assert failed["status"] == "failed"


@pytest.mark.parametrize(
    "sent",
    [
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Encoding": "gzip"},
    ],
)
async def test_a_form_or_a_packed_file_is_refused(desks: Desks, sent: dict[str, str]) -> None:
    answer = await desks.client.post(
        "/v1/imports", params={"format": "documents.csv"}, content=FILE, headers=await desks.as_("UTO") | sent
    )
    assert answer.status_code == 415


async def chunks(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 100


async def test_a_file_that_is_too_large_is_refused_whether_or_not_it_says_so(database_url: str) -> None:
    async with opened(database_url, largest=500) as desks:
        headers, params = await desks.as_("UTO"), {"format": "documents.csv"}
        said = await desks.client.post("/v1/imports", params=params, content=b"x" * 501, headers=headers)
        unsaid = await desks.client.post("/v1/imports", params=params, content=chunks(6), headers=headers)
        fits = await desks.client.post("/v1/imports", params=params, content=chunks(5), headers=headers)
    assert [answer.status_code for answer in (said, unsaid, fits)] == [413, 413, 422]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/imports?format=documents.csv"), ("GET", "/v1/imports"), ("GET", f"/v1/imports/{uuid4()}")],
)
async def test_imports_are_for_those_who_may(desks: Desks, method: str, path: str) -> None:
    assert (await desks.client.request(method, path)).status_code == 401
    officer = await desks.as_("UTO", Role.FIRST_LINE)
    assert (await desks.client.request(method, path, headers=officer)).status_code == 403


async def test_the_body_is_documented_as_a_file(desks: Desks) -> None:
    documented = desks.app.openapi()["paths"]["/v1/imports"]["post"]
    assert set(documented["requestBody"]["content"]) >= {"text/csv", "application/x-ndjson", "application/octet-stream"}
    assert "documents.ndjson" in documented["description"]
