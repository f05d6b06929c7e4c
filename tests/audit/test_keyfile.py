"""The file of the signing key."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from screening.audit import keyfile


def test_a_key_is_made_once_and_read_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "signing.key"
    made = keyfile.load_or_make(file)
    assert keyfile.load_or_make(file).private_bytes_raw() == made.private_bytes_raw()


def test_only_the_service_may_read_the_key(tmp_path: Path) -> None:
    file = tmp_path / "signing.key"
    keyfile.load_or_make(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    file = tmp_path / "signing.key"
    with ThreadPoolExecutor(8) as threads:
        keys = {key.private_bytes_raw() for key in threads.map(keyfile.load_or_make, [file] * 16)}
    assert len(keys) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["signing.key"]


def test_a_file_without_a_key_is_named(tmp_path: Path) -> None:
    file = tmp_path / "signing.key"
    file.write_text("nothing")
    with pytest.raises(keyfile.KeyFileError, match="not a private key in PEM"):
        keyfile.load_or_make(file)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "signing.key"
    pem = generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(pem)
    with pytest.raises(keyfile.KeyFileError, match="signs with Ed25519"):
        keyfile.load_or_make(file)


def test_a_secret_is_made_once_for_all_processes_and_read_by_the_service_alone(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "redress.key"
    with ThreadPoolExecutor(8) as threads:
        secrets = set(threads.map(keyfile.load_or_make_secret, [file] * 16))
    assert [len(secret) for secret in secrets] == [keyfile.SECRET_BYTES]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_secret_of_another_length_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "redress.key"
    file.write_bytes(b"short")
    with pytest.raises(keyfile.KeyFileError, match="no secret of 32 bytes"):
        keyfile.load_or_make_secret(file)
