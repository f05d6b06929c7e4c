"""The bytes of entries and receipts: fixed for ever, so they are compared to the byte."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from screening.audit import entries
from screening.audit.entries import Draft, EntryKind, Party
from screening.audit.receipts import PublicKey, Signer

AT = datetime(2026, 11, 23, 19, 0, 0, 123456, tzinfo=UTC)
PARTY = Party(UUID(int=1), UUID(int=2), "first_line", UUID(int=3), "UTO")
DRAFT = Draft(
    id=UUID(int=4),
    kind=EntryKind.SCREENING,
    at=AT,
    party=PARTY,
    subject="screening:00000000-0000-0000-0000-000000000004",
    outcome={"decision": "no_hit"},
    request_id="r-1",
    purpose="border_control",
    payload={"b": 1, "a": "é"},
)
SALT = bytes(range(32))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
SIGNER = Signer.of("example.org/log", KEY)


def test_the_envelope_has_these_bytes_and_no_others() -> None:
    sealed = entries.seal(DRAFT, log="example.org/log", salt=SALT)
    assert sealed.payload == '{"a":"é","b":1}'.encode()
    commitment = hashlib.sha256(SALT + sealed.payload).hexdigest()
    assert sealed.envelope.decode() == (
        '{"actor":{"client":"00000000-0000-0000-0000-000000000002","country":"UTO",'
        '"organisation":"00000000-0000-0000-0000-000000000001","post":"00000000-0000-0000-0000-000000000003",'
        '"role":"first_line"},"at":"2026-11-23T19:00:00.123456Z","commitment":"' + commitment + '",'
        '"id":"00000000-0000-0000-0000-000000000004","kind":"screening","log":"example.org/log","operation":null,'
        '"outcome":{"decision":"no_hit"},"purpose":"border_control","request":"r-1",'
        '"subject":"screening:00000000-0000-0000-0000-000000000004","v":1}'
    )
    assert sealed.leaf_hash == hashlib.sha256(b"\0" + sealed.envelope).digest()


def test_an_entry_without_payload_commits_to_nothing() -> None:
    sealed = entries.seal(replace(DRAFT, payload=None), log="example.org/log", salt=SALT)
    assert (sealed.payload, sealed.salt, json.loads(sealed.envelope)["commitment"]) == (None, None, None)


def test_an_empty_payload_is_committed_to() -> None:
    sealed = entries.seal(replace(DRAFT, payload={}), log="example.org/log", salt=SALT)
    assert (sealed.payload, sealed.salt) == (b"{}", SALT)


def test_an_envelope_that_fits_no_bundle_is_refused() -> None:
    with pytest.raises(ValueError, match="fits no bundle"):
        entries.seal(replace(DRAFT, subject="x" * 2**16), log="example.org/log", salt=SALT)


def test_whole_seconds_are_written_with_microseconds() -> None:
    assert entries.instant(AT.replace(microsecond=0)) == "2026-11-23T19:00:00.000000Z"


def test_a_receipt_verifies_with_the_public_key_alone() -> None:
    receipt = SIGNER.receipt(entries.seal(DRAFT, log="example.org/log", salt=SALT))
    assert PublicKey("example.org/log", KEY.public_key()).verifies(receipt)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("entry", str(UUID(int=5))),
        ("log", "example.org/other"),
        ("leaf_hash", "00" * 32),
        ("at", "2026-11-23T19:00:00.123457Z"),
        ("key_id", "00000000"),
        ("signature", "AAAA"),
        ("signature", "not base64"),
    ],
)
def test_a_receipt_with_anything_changed_does_not_verify(field: str, value: str) -> None:
    receipt = SIGNER.receipt(entries.seal(DRAFT, log="example.org/log", salt=SALT))
    assert not SIGNER.public.verifies(replace(receipt, **{field: value}))


def test_another_key_does_not_verify_a_receipt() -> None:
    receipt = SIGNER.receipt(entries.seal(DRAFT, log="example.org/log", salt=SALT))
    stranger = PublicKey("example.org/log", Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)).public_key())
    assert not stranger.verifies(receipt)


def test_a_verifier_line_names_log_and_key_as_signed_notes_do() -> None:
    name, key_id, encoded = SIGNER.public.verifier.split("+", 2)
    assert (name, key_id) == ("example.org/log", SIGNER.public.key_id)
    assert encoded.startswith("A")  # 0x01, the type of Ed25519, leads the key


@given(st.dictionaries(st.text(max_size=5), st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5), max_size=5))
def test_the_order_of_a_payload_never_changes_its_commitment(payload: dict[str, int | str]) -> None:
    turned = dict(reversed(payload.items()))
    first = entries.seal(replace(DRAFT, payload=payload), log="l", salt=SALT)
    second = entries.seal(replace(DRAFT, payload=turned), log="l", salt=SALT)
    assert first.envelope == second.envelope
