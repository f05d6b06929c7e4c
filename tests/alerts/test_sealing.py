"""The secrets of webhooks: of use to the service alone, each in its own place."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from screening.alerts import sealing
from screening.alerts.sealing import Sealer, SealError

ONE, OTHER = UUID(int=1), UUID(int=2)


def test_what_was_sealed_opens_and_is_never_stored_the_same() -> None:
    sealer, secret = Sealer(bytes(32)), sealing.mint()
    first, second = sealer.seal(ONE, secret), sealer.seal(ONE, secret)
    assert first != second
    assert secret.encode() not in first
    assert sealer.open(ONE, first) == sealer.open(ONE, second) == secret


def test_a_secret_does_not_open_with_another_key_nor_for_another_webhook_nor_changed() -> None:
    sealed = Sealer(bytes(32)).seal(ONE, sealing.mint())
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for sealer, webhook, content in (
        (Sealer(b"another key, of 32 bytes as well"), ONE, sealed),
        (Sealer(bytes(32)), OTHER, sealed),
        (Sealer(bytes(32)), ONE, changed),
        (Sealer(bytes(32)), ONE, b""),
    ):
        with pytest.raises(SealError):
            sealer.open(webhook, content)


def test_a_secret_is_one_that_the_library_reads() -> None:
    secret = sealing.mint()
    assert secret.startswith("whsec_")
    Webhook(secret).sign("id", datetime(2026, 3, 1, tzinfo=UTC), "{}")


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    file = tmp_path / "of" / "webhooks.key"
    with ThreadPoolExecutor(8) as threads:
        sealers = list(threads.map(sealing.load_or_make, [file] * 8))
    sealed = sealers[0].seal(ONE, "secret")
    assert {sealer.open(ONE, sealed) for sealer in sealers} == {"secret"}
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["webhooks.key"]


def test_a_file_that_holds_no_key_is_named(tmp_path: Path) -> None:
    file = tmp_path / "webhooks.key"
    file.write_bytes(b"short")
    with pytest.raises(SealError, match="put the key of webhooks there"):
        sealing.load_or_make(file)
