"""Forms of what entries are about, and the keys that hash them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from screening.audit import keyring, subjects
from screening.audit.keyfile import KeyFileError
from screening.audit.keyring import Keyring
from screening.audit.subjects import Asked
from screening.dates import PartialDate
from screening.matching import Traveller

AT = datetime(2026, 11, 23, 19, tzinfo=UTC)
BORN = PartialDate(1974, 8, 12)


def test_a_document_is_found_however_its_number_is_written_with_or_without_its_state() -> None:
    written = subjects.of_document("l898 902-c3", "D<<")
    assert written == {"document DEU L898902C3", "document - L898902C3"}
    assert Asked(number="L898902C3", issuing_state="DEU").forms == {"document DEU L898902C3"}
    assert Asked(number="L898902C3").forms == {"document - L898902C3"}


def test_a_document_of_another_state_is_another_document() -> None:
    assert not Asked(number="L898902C3", issuing_state="SWE").forms & subjects.of_document("L898902C3", "DEU")


def test_a_person_is_found_by_the_words_of_the_name_in_any_order_and_as_icao_prints_them() -> None:
    written = subjects.of_person(Traveller("Ångström-Müller", "Jörg", date_of_birth=BORN))
    for name in ("JOERG MUELLER AANGSTROEM", "Jörg Müller Ångström", "Angström Muller, Jorg"):
        assert Asked(person=Traveller(full_name=name, date_of_birth=BORN)).forms & written, name


def test_names_that_only_sound_alike_are_different_persons() -> None:
    written = subjects.of_person(Traveller("Meier", "Anna", date_of_birth=BORN))
    assert not Asked(person=Traveller("Mayer", "Anna", date_of_birth=BORN)).forms & written


def test_a_birth_date_that_is_given_must_agree_and_one_that_is_not_asks_nothing() -> None:
    written = subjects.of_person(Traveller("Eriksson", "Anna", date_of_birth=BORN))
    assert not Asked(person=Traveller("Eriksson", "Anna", date_of_birth=PartialDate(1974, 8, 13))).forms & written
    assert Asked(person=Traveller("Eriksson", "Anna")).forms & written


def test_a_ring_finds_what_any_of_its_keys_wrote_and_writes_with_the_newest() -> None:
    old = Keyring.fresh(AT)
    new = old.rotated(AT + timedelta(days=1))
    assert new.digests(["x"]) != old.digests(["x"])
    assert set(old.digests(["x"])) | set(new.digests(["x"])) == set(new.every_digest(["x"]))
    request = {"a": 1}
    assert new.is_request(request, old.request_digest(request))
    assert not new.is_request({"a": 2}, old.request_digest(request))


@pytest.mark.parametrize(
    ("oldest", "kept"),
    [(AT - timedelta(days=1), 3), (AT + timedelta(days=11), 3), (AT + timedelta(days=11, hours=1), 2), (None, 1)],
)
def test_a_key_goes_when_nothing_can_be_found_by_it_any_more(oldest: datetime | None, kept: int) -> None:
    ring = Keyring.fresh(AT).rotated(AT + timedelta(days=10)).rotated(AT + timedelta(days=20))
    assert ring.without_idle(oldest).keys == ring.keys[:kept]


def test_processes_that_start_together_agree_on_one_ring_that_only_they_can_read(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "subject.keys"
    first = keyring.load_or_make(file, AT)
    assert keyring.load_or_make(file, AT) == first
    assert file.stat().st_mode & 0o777 == 0o600
    keyring.replace(file, first.rotated(AT + timedelta(days=1)))
    assert keyring.load(file).keys[1:] == first.keys
    assert first.keys[0].secret.hex() not in repr(first)


@pytest.mark.parametrize("text", ["", "[]", "{}", '[{"secret": "00", "since": "2026-01-01T00:00:00Z"}]', "nonsense"])
def test_a_file_that_is_no_ring_is_not_replaced_silently(tmp_path: Path, text: str) -> None:
    file = tmp_path / "subject.keys"
    file.write_text(text)
    with pytest.raises(KeyFileError):
        keyring.load_or_make(file, AT)
    assert file.read_text() == text
