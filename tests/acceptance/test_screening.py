"""Whole stories over HTTP: what a border post sends, and what comes back."""

import asyncio
import base64
import json
import re
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from screening import mrz
from screening.access.permissions import Role
from screening.access.schemas import OrganisationKind
from screening.audit.canonical import canonical
from screening.cli.keys import Place
from screening.dates import PartialDate
from tests.services import SECRETARIAT, SPECIMEN, SWEDEN, UTOPIA, Service

STOLEN = {
    "number": "UT4471093",
    "type": "PAS",
    "issuing_state": "UTO",
    "reason": "stolen",
    "theft_date": "2026-02-11",
    "theft_country": "UTO",
}
WANTED: dict[str, Any] = {
    "kind": "notice",
    "colour": "red",
    "reference": "2026/90001",
    "subject": {
        "names": [{"kind": "primary", "surname": "GRUBENTHALER", "given_names": "KONSTANTIN ALOIS"}],
        "dates_of_birth": ["1979-03-14"],
        "sex": "M",
        "nationalities": ["AUT"],
        "documents": [{"number": "U8812345", "type": "PAS", "issuing_state": "AUT"}],
    },
    "cautions": ["May be armed"],
}
TRAVELLER = {
    "surname": "Grubentaler",
    "given_names": "Konstantin",
    "date_of_birth": "1979-03-14",
    "sex": "M",
    "nationality": "AUT",
}
INNOCENT = {"surname": "Lindqvist", "given_names": "Elsa", "date_of_birth": "1991-06-02", "nationality": "SWE"}


async def post(service: Service, path: str, record: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    answer = await service.client.post(path, json=record, headers=headers)
    assert answer.status_code == 201, answer.text
    await service.current()
    created: dict[str, Any] = answer.json()
    return created


def statuses(answer: dict[str, Any]) -> dict[str, str]:
    return {entry["source"]: entry["status"] for entry in answer["coverage"]}


async def test_a_stolen_passport_stops_at_the_first_line_with_reason_owner_and_next_step(service: Service) -> None:
    await post(service, "/v1/documents", STOLEN, await service.as_(Role.BUREAU))
    gate = await service.as_(Role.FIRST_LINE)
    answer = await service.screen(gate, documents=[{"type": "P", "number": "ut-447 1093", "issuing_state": "UTO"}])
    [hit] = answer["hits"]
    assert (answer["decision"], answer["desk"]) == ("hit", "first_line")
    assert (hit["source"], hit["strength"], hit["record"]["reason"]) == ("sltd", "exact", "stolen")
    assert hit["record"]["owner"] == {"id": hit["record"]["owner"]["id"], "name": UTOPIA.organisation, "country": "UTO"}
    assert hit["action"]["code"] == "keep_document_stolen"
    assert answer["action"] == hit["action"]
    assert hit["record"]["details"] is None


async def test_a_hit_says_what_would_have_to_be_otherwise_and_then_it_is_none(service: Service) -> None:
    await post(service, "/v1/notices", WANTED, await service.as_(Role.BUREAU))
    gate = await service.as_(Role.SECOND_LINE)
    [hit] = (await service.screen(gate, traveller=TRAVELLER))["hits"]
    found = re.fullmatch(r"no hit if born in (\d{4})", hit["counterfactual"])
    assert found
    cleared = await service.screen(gate, traveller=TRAVELLER | {"date_of_birth": f"{found[1]}-03-14"})
    assert (cleared["decision"], cleared["hits"]) == ("no_hit", [])
    [seen] = (await service.screen(await service.as_(Role.FIRST_LINE), traveller=TRAVELLER))["hits"]
    assert seen["counterfactual"] is None  # it tells of the record


async def test_a_partner_with_a_seat_in_a_state_does_not_write_its_records(service: Service) -> None:
    partner = Place("Institute of Utopia", "UTO", OrganisationKind.PARTNER)
    answer = await service.client.post(
        "/v1/documents", json=STOLEN, headers=await service.as_(Role.DATA_OWNER, partner)
    )
    assert answer.status_code == 403


async def test_a_diplomatic_passport_on_record_is_found_from_an_ordinary_code(service: Service) -> None:
    await post(service, "/v1/documents", STOLEN | {"type": "DIP"}, await service.as_(Role.BUREAU))
    gate = await service.as_(Role.FIRST_LINE)
    answer = await service.screen(gate, documents=[{"type": "P<", "number": "UT4471093", "issuing_state": "UTO"}])
    assert answer["decision"] == "hit"


async def test_a_german_passport_is_found_by_the_code_that_its_mrz_prints(service: Service) -> None:
    german = Place("Bureau of Germany", "DEU")
    record = STOLEN | {"issuing_state": "D", "number": "C01X00T47"}
    await post(service, "/v1/documents", record, await service.as_(Role.BUREAU, german))
    gate = await service.as_(Role.FIRST_LINE)
    for state in ("D", "DEU"):
        document = {"type": "P", "number": "C01X00T47", "issuing_state": state}
        assert (await service.screen(gate, documents=[document]))["decision"] == "hit"


async def test_a_blank_out_of_a_stolen_lot_is_found(service: Service) -> None:
    lot = STOLEN | {"number": "UT5000000", "number_last": "UT5001999", "reason": "stolen_blank", "batch": "LOT-7"}
    await post(service, "/v1/documents", lot, await service.as_(Role.BUREAU))
    gate = await service.as_(Role.FIRST_LINE)
    inside = {"type": "P", "number": "UT5001234", "issuing_state": "UTO"}
    outside = {"type": "P", "number": "UT5002000", "issuing_state": "UTO"}
    assert (await service.screen(gate, documents=[inside]))["hits"][0]["record"]["reason"] == "stolen_blank"
    assert (await service.screen(gate, documents=[outside]))["decision"] == "no_hit"


async def test_a_misread_that_no_check_digit_catches_is_possible_and_names_the_character(
    service: Service,
) -> None:
    """6 and G have the same value modulo 10, so the MRZ with the wrong one verifies (DOMAIN.md 4.2.5)."""
    await post(service, "/v1/documents", STOLEN | {"number": "UTG471093"}, await service.as_(Role.BUREAU))
    gate = await service.as_(Role.FIRST_LINE)
    zone = mrz.write_td3(
        mrz.DocumentFields(
            document_code="P",
            issuing_state="UTO",
            number="UT6471093",
            surname="ERIKSSON",
            given_names="ANNA",
            nationality="UTO",
            birth_date=PartialDate(1974, 8, 12),
            sex=mrz.Sex.F,
            expiry_date=PartialDate(2031, 4, 15),
        )
    )
    answer = await service.screen(gate, documents=[{"mrz": list(zone)}])
    [hit] = answer["hits"]
    assert (hit["strength"], hit["desk"]) == ("possible", "second_line")
    assert any("6" in part["text"] and "G" in part["text"] for part in hit["evidence"])


async def test_a_wanted_person_is_found_under_a_misspelt_name(service: Service) -> None:
    await post(service, "/v1/notices", WANTED, await service.as_(Role.BUREAU))
    answer = await service.screen(await service.as_(Role.SECOND_LINE), traveller=TRAVELLER)
    [hit] = answer["hits"]
    assert (answer["decision"], hit["source"], hit["record"]["colour"]) == ("hit", "notices", "red")
    assert hit["desk"] == "first_line"
    assert "arrest" not in hit["action"]["text"].replace("provisional arrest: check national law", "")
    assert hit["record"]["cautions"] == ["May be armed"]
    assert {part["field"] for part in hit["evidence"]} >= {"birth_date", "nationality"}


async def test_a_name_alone_is_referred_to_the_second_line_and_no_further(service: Service) -> None:
    await post(service, "/v1/notices", WANTED, await service.as_(Role.BUREAU))
    gate = await service.as_(Role.FIRST_LINE)
    answer = await service.screen(gate, traveller={"surname": "Grubenthaler", "given_names": "Konstantin Alois"})
    assert (answer["decision"], answer["desk"], answer["hits"][0]["strength"]) == ("hit", "second_line", "possible")


async def test_a_common_name_submitted_alone_brings_whoever_bears_it_and_with_more_only_who_fits(
    service: Service,
) -> None:
    names = [{"kind": "primary", "surname": "KHAN", "given_names": "MOHAMMED"}]
    subject = {"names": names, "dates_of_birth": ["1979-03-14"], "nationalities": ["PAK"]}
    await post(service, "/v1/notices", WANTED | {"subject": subject}, await service.as_(Role.BUREAU))
    gate = await service.as_(Role.FIRST_LINE)
    name = {"surname": "Khan", "given_names": "Mohammed"}
    alone = await service.screen(gate, traveller=name)
    assert [(hit["strength"], hit["desk"]) for hit in alone["hits"]] == [("possible", "second_line")]
    other = await service.screen(gate, traveller=name | {"date_of_birth": "1952-08-01", "nationality": "IND"})
    assert other["decision"] == "no_hit"


async def test_a_passport_tied_to_a_notice_answers_as_its_own_source(service: Service) -> None:
    await post(service, "/v1/notices", WANTED, await service.as_(Role.BUREAU))
    gate = await service.as_(Role.FIRST_LINE)
    answer = await service.screen(gate, documents=[{"type": "P", "number": "U8812345", "issuing_state": "AUT"}])
    [hit] = answer["hits"]
    assert (hit["source"], hit["strength"], hit["record"]["colour"]) == ("tdawn", "exact", "red")
    assert statuses(answer) == {"sltd": "answered", "tdawn": "answered", "notices": "not_asked"}


async def test_an_innocent_traveller_is_no_hit_and_told_what_that_does_not_prove(service: Service) -> None:
    await post(service, "/v1/notices", WANTED, await service.as_(Role.BUREAU))
    gate = await service.as_(Role.FIRST_LINE)
    answer = await service.screen(gate, traveller=INNOCENT)
    assert (answer["decision"], answer["desk"], answer["hits"]) == ("no_hit", None, [])
    assert "not proof" in answer["statement"]


async def test_a_truncated_mrz_is_incomplete_and_clears_nobody(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE)
    answer = await service.screen(gate, documents=[{"mrz": SPECIMEN[:-12]}])
    assert (answer["decision"], answer["desk"]) == ("incomplete", "second_line")
    assert "wrong_length" in {finding["code"] for finding in answer["findings"]}
    assert statuses(answer)["sltd"] == "insufficient"


async def test_the_specimen_is_read_with_each_check_digit_and_referred(service: Service) -> None:
    answer = await service.screen(await service.as_(Role.FIRST_LINE), documents=[{"mrz": SPECIMEN}])
    assert (answer["decision"], answer["desk"], answer["action"]["code"]) == ("no_hit", "second_line", "refer_document")
    assert {finding["code"] for finding in answer["findings"]} >= {"specimen", "expired"}
    [reading] = answer["readings"]
    assert {check["status"] for check in reading["checks"]} == {"ok"}
    assert reading["century_rule"]


async def test_a_withdrawn_record_is_silent_from_that_moment_on(service: Service) -> None:
    bureau, gate = await service.as_(Role.BUREAU), await service.as_(Role.FIRST_LINE)
    document = await post(service, "/v1/documents", STOLEN, bureau)
    notice = await post(service, "/v1/notices", WANTED, bureau)
    for path in (f"/v1/documents/{document['id']}", f"/v1/notices/{notice['id']}"):
        answer = await service.client.post(f"{path}/withdrawal", json={"reason": "Entered in error."}, headers=bureau)
        assert answer.status_code == 200, answer.text
    submission = {"traveller": TRAVELLER, "documents": [{"type": "P", "number": "UT4471093", "issuing_state": "UTO"}]}
    assert (await service.screen(gate, **submission))["hits"] == []


@pytest.mark.parametrize("colour", ["black", "purple", "silver"])
async def test_black_purple_and_silver_never_match_a_traveller(service: Service, colour: str) -> None:
    await post(service, "/v1/notices", WANTED | {"colour": colour}, await service.as_(Role.BUREAU))
    document = {"type": "P", "number": "U8812345", "issuing_state": "AUT"}
    answer = await service.screen(await service.as_(Role.FIRST_LINE), traveller=TRAVELLER, documents=[document])
    assert answer["hits"] == []


async def test_a_discreet_record_looks_like_no_hit_to_the_first_line_and_shows_to_its_bureau(service: Service) -> None:
    bureau, gate = await service.as_(Role.BUREAU), await service.as_(Role.FIRST_LINE)
    await post(service, "/v1/notices", WANTED | {"discreet": True}, bureau)
    unseen = await service.screen(gate, traveller=TRAVELLER)
    clear = await service.screen(gate, traveller=INNOCENT)
    varying = {"id", "receipt", "screened_at", "took_ms", "coverage"}
    assert {k: v for k, v in unseen.items() if k not in varying} == {k: v for k, v in clear.items() if k not in varying}
    seen = await service.client.get(f"/v1/screenings/{unseen['id']}", headers=bureau)
    assert (seen.json()["decision"], seen.json()["desk"]) == ("hit", "silent")
    hits = (await service.client.get("/v1/hits", headers=bureau)).json()["items"]
    assert [hit["desk"] for hit in hits] == ["silent"]


async def test_a_silent_hit_is_seen_by_the_owner_of_the_record_only(
    service: Service,
) -> None:
    await post(service, "/v1/notices", WANTED | {"discreet": True}, await service.as_(Role.BUREAU, SWEDEN))
    await service.screen(await service.as_(Role.FIRST_LINE), traveller=TRAVELLER)
    finder = await service.client.get("/v1/hits", headers=await service.as_(Role.SECOND_LINE))
    owner = await service.client.get("/v1/hits", headers=await service.as_(Role.BUREAU, SWEDEN))
    assert (len(finder.json()["items"]), len(owner.json()["items"])) == (0, 1)


async def test_a_retry_gets_the_same_answer_and_leaves_one_entry(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE) | {"Idempotency-Key": "crossing-0001"}
    submission = {"traveller": INNOCENT}
    first, *others = await asyncio.gather(
        *(service.client.post("/v1/screenings", json=submission, headers=gate) for _ in range(8))
    )
    later = await service.client.post("/v1/screenings", json=submission, headers=gate)
    assert {first.content, later.content, *(other.content for other in others)} == {first.content}
    pool = service.app.state.database.pool
    assert await pool.fetchval("SELECT count(*) FROM audit_entries WHERE kind = 'screening'") == 1


async def test_an_idempotency_key_does_not_serve_another_submission(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE) | {"Idempotency-Key": "crossing-0001"}
    await service.screen(gate, traveller=INNOCENT)
    answer = await service.client.post("/v1/screenings", json={"traveller": TRAVELLER}, headers=gate)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_an_earlier_answer_can_be_read_again_by_its_organisation_and_by_no_other(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE)
    answer = await service.screen(gate, traveller=INNOCENT)
    own = await service.client.get(f"/v1/screenings/{answer['id']}", headers=gate)
    other = await service.client.get(
        f"/v1/screenings/{answer['id']}", headers=await service.as_(Role.FIRST_LINE, SWEDEN)
    )
    assert (own.json(), other.status_code) == (answer, 404)


async def test_a_receipt_verifies_offline_and_its_entry_can_be_found(service: Service) -> None:
    answer = await service.screen(await service.as_(Role.FIRST_LINE), traveller=INNOCENT)
    receipt = answer["receipt"]
    key = (await service.client.get("/v1/audit/key")).json()
    signed = canonical({name: receipt[name] for name in ("at", "entry", "leaf_hash", "log")})
    public: Any = load_pem_public_key(key["pem"].encode())
    public.verify(base64.b64decode(receipt["signature"]), b"screening/receipt/v1\n" + signed)
    with pytest.raises(InvalidSignature):
        public.verify(base64.b64decode(receipt["signature"]), b"screening/receipt/v1\n" + signed + b" ")
    auditor = await service.as_(Role.AUDITOR, SECRETARIAT)
    entry = (await service.client.get(f"/v1/audit/entries/{receipt['entry']}", headers=auditor)).json()
    assert entry["receipt"] == receipt
    assert entry["payload"]["submission"]["traveller"]["surname"] == "Lindqvist"
    assert "Lindqvist" not in json.dumps(entry["envelope"])


async def test_what_printed_zone_and_chip_say_otherwise_is_named(service: Service) -> None:
    document = {
        "mrz": SPECIMEN,
        "printed": {"surname": "Erikson", "number": "L898902C8", "date_of_birth": "1974-08-21", "sex": "M"},
        "chip": {"passive_authentication": "failed", "data": {"nationality": "SWE"}},
    }
    answer = await service.screen(await service.as_(Role.FIRST_LINE), documents=[document])
    found = {(finding["code"], finding["field"]) for finding in answer["findings"]}
    assert found >= {
        ("mismatch", "documents.0.surname"),
        ("mismatch", "documents.0.number"),
        ("mismatch", "documents.0.date_of_birth"),
        ("mismatch", "documents.0.sex"),
        ("mismatch", "documents.0.nationality"),
        ("chip_failed", "documents.0.chip.passive_authentication"),
    }


async def test_the_printed_number_is_looked_up_too_when_it_differs_from_the_mrz(service: Service) -> None:
    await post(service, "/v1/documents", STOLEN, await service.as_(Role.BUREAU))
    document = {"mrz": SPECIMEN, "printed": {"number": "UT4471093"}}
    answer = await service.screen(await service.as_(Role.FIRST_LINE), documents=[document])
    assert [hit["record"]["reason"] for hit in answer["hits"]] == ["stolen"]


NAMELESS = {
    key: value for key, value in WANTED["subject"].items() if key not in {"names", "dates_of_birth", "documents"}
}


@pytest.mark.parametrize(
    ("name", "born", "submitted"),
    [
        ({"full_name": "Sukarnoto"}, "1977", {"full_name": "Sukarnoto", "date_of_birth": "1977"}),
        ({"full_name": "Abu Talhat"}, None, {"full_name": "Abu Talhat"}),
        ({"full_name": "محمد الحسن"}, "1985-02-01", {"name_original": "محمد الحسن"}),
        (
            {"surname": "KHAN", "given_names": "ALI"},
            None,
            {"surname": "Ali", "given_names": "Khan", "nationality": "AUT"},
        ),
    ],
)
async def test_whoever_bears_just_the_name_of_a_record_is_referred_unless_something_contradicts(
    service: Service, name: dict[str, str], born: str | None, submitted: dict[str, str]
) -> None:
    subject = NAMELESS | {"names": [name | {"kind": "primary"}], "dates_of_birth": [born] if born else []}
    await post(service, "/v1/notices", WANTED | {"subject": subject}, await service.as_(Role.BUREAU))
    gate = await service.as_(Role.FIRST_LINE)
    answer = await service.screen(gate, traveller=submitted)
    assert [hit["desk"] for hit in answer["hits"]] == ["second_line"]
    other = await service.screen(gate, traveller=submitted | {"date_of_birth": "1941-08-09", "sex": "F"})
    assert other["hits"] == []


async def test_a_field_named_twice_is_refused_because_one_of_them_would_go_unseen(service: Service) -> None:
    gate = await service.as_(Role.FIRST_LINE) | {"Content-Type": "application/json"}
    body = '{"documents": [{"number": "UT4471093", "number": "X1111111", "issuing_state": "UTO"}]}'
    answer = await service.client.post("/v1/screenings", content=body, headers=gate)
    assert answer.status_code == 422
    assert "names the same field twice" in answer.text


async def test_a_record_whose_number_would_lose_a_character_is_refused(service: Service) -> None:
    record = STOLEN | {"number": "\u0410\u0412123456"}
    answer = await service.client.post("/v1/documents", json=record, headers=await service.as_(Role.BUREAU))
    assert answer.status_code == 422
    assert "A-Z and 0-9" in answer.text
