"""Signed notes and checkpoints, as C2SP has them."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from screening.audit import notes, receipts
from screening.audit.notes import Checkpoint, Note, NoteError, Signature, Witness
from screening.audit.receipts import Signer
from screening.audit.tree import Head

PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example of golang.org/x/mod/sumdb/note, where the format comes from."""

SIGNER = Signer.of("example.org/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
CHECKPOINT = Checkpoint("example.org/log", Head(5, bytes(range(32))))
TEXT = "example.org/log\n5\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
WITNESS_KEY = Ed25519PrivateKey.from_private_bytes(bytes([7] * 32))
WITNESS = Witness("witness.example", WITNESS_KEY.public_key())


def cosigned(note: Note, seconds: int = 1_700_000_000) -> Signature:
    signed = f"cosignature/v1\ntime {seconds}\n{note.text}".encode()
    return Signature(WITNESS.name, WITNESS.key_id, seconds.to_bytes(8, "big") + WITNESS_KEY.sign(signed))


def test_a_published_note_opens_with_its_published_key() -> None:
    note = notes.parse(PUBLISHED_NOTE)
    key = notes.read_verifier(PUBLISHED_KEY)
    assert notes.signed_by(note, [key]) == key
    assert str(note) == PUBLISHED_NOTE


def test_a_checkpoint_has_these_bytes_and_no_others() -> None:
    assert CHECKPOINT.text == TEXT
    note = str(notes.sign(CHECKPOINT, SIGNER))
    head, _, line = note.rpartition("\n\n")
    assert head + "\n" == TEXT
    assert line.startswith("— example.org/log ")
    assert notes.parse(note).signatures[0].key_id == SIGNER.key_id


def test_a_signed_checkpoint_opens_with_the_key_of_its_log() -> None:
    checkpoint, _, key = notes.open_checkpoint(str(notes.sign(CHECKPOINT, SIGNER)), [SIGNER.public])
    assert (checkpoint, key) == (CHECKPOINT, SIGNER.public)


@pytest.mark.parametrize(
    ("old", "new"),
    [("\n5\n", "\n6\n"), ("AAEC", "AAED"), ("example.org/log\n", "example.org/other\n"), ("\n\n", "\nx\n\n")],
)
def test_a_checkpoint_with_anything_changed_does_not_open(old: str, new: str) -> None:
    note = str(notes.sign(CHECKPOINT, SIGNER)).replace(old, new, 1)
    with pytest.raises(NoteError):
        notes.open_checkpoint(note, [SIGNER.public])


def test_the_key_of_another_log_opens_nothing() -> None:
    other = Signer.of("example.org/other", SIGNER.key)
    assert other.key_id != SIGNER.key_id
    with pytest.raises(NoteError, match="no known key"):
        notes.open_checkpoint(str(notes.sign(CHECKPOINT, SIGNER)), [other.public])


def test_lines_behind_the_root_are_kept() -> None:
    extended = replace(CHECKPOINT, extensions=("more", "and more"))
    assert notes.open_checkpoint(str(notes.sign(extended, SIGNER)), [SIGNER.public])[0] == extended


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\n", receipts.CONTEXT.decode().strip()])
def test_some_names_sign_nothing(name: str) -> None:
    """A plus or a space would break the line of the signature; one name would let a receipt's signature pass."""
    with pytest.raises(NoteError):
        notes.sign(replace(CHECKPOINT, origin=name), SIGNER)


def test_cosignatures_are_kept_and_verify_with_the_key_of_the_witness() -> None:
    note = notes.sign(CHECKPOINT, SIGNER)
    both = note.cosigned([cosigned(note), cosigned(note)])
    again = notes.parse(str(both))
    assert again == both
    assert len(again.signatures) == 2
    assert WITNESS.verifies(again, again.signatures[1])
    assert not WITNESS.verifies(again, again.signatures[0])
    assert notes.open_checkpoint(str(both), [SIGNER.public])[0] == CHECKPOINT


def test_a_cosignature_of_another_checkpoint_or_time_does_not_verify() -> None:
    note = notes.sign(CHECKPOINT, SIGNER)
    other = notes.sign(replace(CHECKPOINT, head=Head(6, bytes(32))), SIGNER)
    later = cosigned(note, 1_700_000_001)
    assert not WITNESS.verifies(note, cosigned(other))
    assert not WITNESS.verifies(note, replace(cosigned(note), content=later.content[:8] + cosigned(note).content[8:]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text",
        "text\n\n",
        "text\n\nno dash AAAAAAAA\n",
        "text\n\n— name\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name !!!!\n",
        "text\r\n\n— name AAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        notes.parse(text)


@pytest.mark.parametrize("size", ["-1", "01", "1.0", "", "x", "\uff11"])
def test_a_size_is_a_plain_number(size: str) -> None:
    with pytest.raises(NoteError):
        notes.parse_checkpoint(TEXT.replace("\n5\n", f"\n{size}\n"))


@pytest.mark.parametrize("line", ["", "name+00000000+AAAA", PUBLISHED_KEY.replace("c74f", "c74e"), PUBLISHED_KEY + "x"])
def test_what_is_no_verifier_key_is_refused(line: str) -> None:
    with pytest.raises(NoteError):
        notes.read_verifier(line)


@given(st.text(max_size=60))
def test_any_text_is_a_note_or_refused(text: str) -> None:
    for read in (notes.parse, notes.parse_checkpoint, notes.read_verifier):
        try:
            read(text)
        except NoteError:
            continue


def test_neither_receipt_nor_checkpoint_passes_for_the_other() -> None:
    """What a receipt signs can never be the text of a checkpoint, as its second line is no number."""
    signed = receipts.CONTEXT.decode() + '{"at":"2026-11-23T19:00:00.000000Z"}\n'
    with pytest.raises(NoteError):
        notes.parse_checkpoint(signed)
