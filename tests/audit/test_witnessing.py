"""Checkpoints go to witnesses, and their cosignatures are kept, served, exported and verified."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import asyncpg
import httpx
import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from screening.access.permissions import Role
from screening.audit import keyfile, notes, sequencer, witnessing
from screening.audit.notes import NoteError
from screening.audit.receipts import Signer
from screening.audit.sequencer import Sequencer, State
from screening.audit.witnesses import Correspondent, Fetching, Pushed
from screening.audit.witnessing import Witnessing
from screening.cli.main import app
from screening.settings import WitnessSetting
from tests.audit import logs
from tests.audit.logs import SIGNER, Place, until
from tests.audit.witness import Handler, TinyWitness, client
from tests.services import running

URL = "https://witness.example/"


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    async with logs.place(database_url, tmp_path / "data") as made:
        yield made


@pytest.fixture
def tiny() -> TinyWitness:
    return TinyWitness("witness.example/w1", SIGNER.public)


def leader(place: Place) -> Sequencer:
    """A sequencer that leads as far as it says, and does nothing."""
    idle = Sequencer(place.opened.url, place.signer, place.memory, lambda: logs.draft().at)
    idle.state = State(sequencer.Role.LEADER)
    return idle


def correspondence(place: Place, *correspondents: Correspondent) -> Witnessing:
    return Witnessing(place.opened.pool, leader(place), correspondents)


def pushed(tiny: TinyWitness, handle: Handler | None = None) -> Pushed:
    return Pushed(tiny.witness, URL, client(handle or tiny.handle))


async def cosigned(place: Place, witnesses: int = 1) -> str:
    return await witnessing.get_cosigned(place.opened.pool, witnesses) or ""


async def test_a_witness_cosigns_each_checkpoint_that_grew_out_of_the_one_before(
    place: Place, tiny: TinyWitness
) -> None:
    correspondent = pushed(tiny)
    writing = correspondence(place, correspondent)
    for count in (5, 300, 1):
        await place.grow(count)
        await writing.write_to(correspondent)
        note = notes.parse(await cosigned(place))
        assert tiny.witness.find_cosignature(note) is not None
        assert notes.parse_checkpoint(note.text).head == tiny.head
    assert writing.states == [witnessing.State(tiny.name, 306)]
    assert tiny.asked == 3


async def test_a_checkpoint_that_is_cosigned_is_not_sent_again(place: Place, tiny: TinyWitness) -> None:
    correspondent = pushed(tiny)
    writing = correspondence(place, correspondent)
    await place.grow(5)
    await writing.write_to(correspondent)
    await writing.write_to(correspondent)
    assert tiny.asked == 1


async def test_the_empty_tree_is_not_sent(place: Place, tiny: TinyWitness) -> None:
    correspondent = pushed(tiny)
    async with place.sequencing():
        await place.integrated()
    await correspondence(place, correspondent).write_to(correspondent)
    assert tiny.asked == 0


async def test_who_does_not_lead_writes_to_nobody(place: Place, tiny: TinyWitness) -> None:
    correspondent = pushed(tiny)
    await place.grow(5)
    writing = correspondence(place, correspondent)
    writing._sequencer.state = State(sequencer.Role.WAITING)
    await writing.write_to(correspondent)
    assert tiny.asked == 0


async def test_a_witness_that_knows_another_size_is_sent_the_proof_from_there(place: Place, tiny: TinyWitness) -> None:
    """Its answer to the last checkpoint was lost on the way, or our database came from a backup."""
    correspondent = pushed(tiny)
    writing = correspondence(place, correspondent)
    await place.grow(5)
    tiny.head = notes.open_checkpoint(await place.note(), [SIGNER.public])[0].head
    await place.grow(7)
    await writing.write_to(correspondent)
    assert writing.states == [witnessing.State(tiny.name, 12)]
    assert tiny.asked == 2


async def test_a_witness_refuses_a_fork_and_that_is_said(place: Place, tiny: TinyWitness) -> None:
    correspondent = pushed(tiny)
    writing = correspondence(place, correspondent)
    await place.grow(5)
    tiny.head = notes.empty()._replace(size=5, root=bytes(32))  # another log of five leaves under the same key
    await place.grow(2)
    await writing.write_to(correspondent)
    [state] = writing.states
    assert (state.size, state.failures) == (0, 1)
    assert "did not grow out of the tree that it cosigned" in (state.trouble or "")
    assert await cosigned(place) == ""


async def test_a_log_that_was_rolled_back_is_told_so_by_its_witness(place: Place, tiny: TinyWitness) -> None:
    correspondent = pushed(tiny)
    writing = correspondence(place, correspondent)
    await place.grow(5)
    tiny.head = tiny.head._replace(size=9)
    await writing.write_to(correspondent)
    assert "saw 9 leaves, and this log has 5: it was rolled back or forked" in (writing.states[0].trouble or "")


def answering(status: int, text: str = "") -> Handler:
    return lambda _request: httpx.Response(status, text=text)


def down(_request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route")


async def forged(place: Place, tiny: TinyWitness) -> Handler:
    """Somebody else signs in the name of the witness."""
    other = TinyWitness(tiny.name, tiny.log)
    text = notes.parse(await place.note()).text
    line = other.cosignature(text).line
    return answering(200, line)


@pytest.mark.parametrize(
    ("handle", "trouble"),
    [
        (down, "cannot be reached (ConnectError)"),
        (answering(500), "answers 500"),
        (answering(404), "answers 404"),
        (answering(302), "answers 302"),
        (answering(200, "nonsense"), "something else than cosignatures"),
        (answering(200, ""), "did not cosign a checkpoint of ours"),
        (answering(409, "many"), "names a size that is none"),
        (answering(200, "x" * 100_000), "more than any cosignature needs"),
        (None, "did not cosign a checkpoint of ours with the key that we know"),
    ],
)
async def test_a_witness_that_fails_is_left_alone_for_longer_each_time(
    place: Place, tiny: TinyWitness, handle: Handler | None, trouble: str
) -> None:
    await place.grow(5)
    correspondent = pushed(tiny, handle or await forged(place, tiny))
    writing = correspondence(place, correspondent)
    pauses = []
    for _ in range(3):
        await writing.write_to(correspondent)
        pauses.append(writing.states[0].pause)
    assert trouble in (writing.states[0].trouble or "")
    assert pauses == sorted(set(pauses))
    assert witnessing.State(tiny.name, failures=1000).pause == witnessing.LONGEST_PAUSE_SECONDS
    assert await cosigned(place) == ""
    correspondent = pushed(tiny)
    await writing.write_to(correspondent)
    assert writing.states == [witnessing.State(tiny.name, 5)]


async def test_a_witness_fetches_from_a_folder_and_leaves_its_cosignature_there(
    place: Place, tiny: TinyWitness, tmp_path: Path
) -> None:
    folder = tmp_path / "drop"
    correspondent = Fetching(tiny.witness, folder)
    writing = correspondence(place, correspondent)
    await place.grow(5)
    await writing.write_to(correspondent)
    assert writing.states == [witnessing.State(tiny.name, 0)]
    fetch(tiny, folder)
    await place.grow(3)
    await writing.write_to(correspondent)
    assert writing.states == [witnessing.State(tiny.name, 5)]
    await writing.write_to(correspondent)
    fetch(tiny, folder)
    await writing.write_to(correspondent)
    assert writing.states == [witnessing.State(tiny.name, 8)]
    assert tiny.head.size == 8


def fetch(tiny: TinyWitness, folder: Path) -> None:
    """What a witness without a network would do, once a day."""
    body = (folder / "add-checkpoint").read_bytes()
    status, line = tiny.add_checkpoint(body)
    assert status == 200, line
    note = body.decode().partition("\n\n")[2]
    (folder / "cosigned").write_text(note + line)


async def test_a_witness_at_the_folder_can_name_the_size_that_it_knows(
    place: Place, tiny: TinyWitness, tmp_path: Path
) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    correspondent = Fetching(tiny.witness, folder)
    writing = correspondence(place, correspondent)
    await place.grow(5)
    tiny.head = notes.open_checkpoint(await place.note(), [SIGNER.public])[0].head
    (folder / "size").write_text("5\n")
    await place.grow(3)
    await writing.write_to(correspondent)
    (folder / "size").unlink()
    fetch(tiny, folder)
    await writing.write_to(correspondent)
    assert writing.states == [witnessing.State(tiny.name, 8)]


@pytest.mark.parametrize("name", ["size", "cosigned"])
async def test_what_cannot_be_read_in_the_folder_is_said(
    place: Place, tiny: TinyWitness, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"\xff\xfe")
    correspondent = Fetching(tiny.witness, tmp_path)
    writing = correspondence(place, correspondent)
    await place.grow(5)
    await writing.write_to(correspondent)
    assert writing.states[0].trouble is not None


async def test_an_export_shows_which_witnesses_cosigned_what(place: Place, tmp_path: Path) -> None:
    early, late, none = (TinyWitness(f"witness.example/{name}", SIGNER.public) for name in ("early", "late", "none"))
    ways = [pushed(early), pushed(late)]
    writing = correspondence(place, *ways)
    await place.grow(5)
    await writing.write_to(ways[0])
    await place.grow(300)
    await writing.write_to(ways[1])
    await place.grow(2)
    known = [each.witness for each in (early, late, none)]
    report = await place.verified(tmp_path / "out", witnesses=known)
    assert report.findings == []
    assert {name: size for name, (size, _) in report.cosigned.items()} == {early.name: 5, late.name: 305}
    line = [option for each in (late, none) for option in ("--witness", each.witness.verifier)]
    said = CliRunner().invoke(app, ["audit", "verify", str(tmp_path / "out"), *line])
    assert said.exit_code == 0, said.output
    assert "witness.example/late cosigned 305 leaves, 2026-09-21" in said.output
    assert "witness.example/none cosigned none of these checkpoints" in said.output


async def test_the_newest_checkpoint_that_enough_witnesses_cosigned_is_given(place: Place) -> None:
    first, second = (pushed(TinyWitness(f"witness.example/{n}", SIGNER.public)) for n in (1, 2))
    writing = correspondence(place, first, second)
    for both in (True, False):
        await place.grow(5)
        await writing.write_to(first)
        if both:
            await writing.write_to(second)
    sizes = [notes.parse_checkpoint(notes.parse(await cosigned(place, n)).text).head.size for n in (0, 1, 2)]
    assert sizes == [10, 10, 5]
    assert len(notes.parse(await cosigned(place, 2)).signatures) == 3
    assert await cosigned(place, 3) == ""


async def test_a_cosignature_stays(place: Place, tiny: TinyWitness) -> None:
    correspondent = pushed(tiny)
    await place.grow(5)
    await correspondence(place, correspondent).write_to(correspondent)
    with pytest.raises(asyncpg.RaiseError, match="only ever added"):
        await place.opened.pool.execute("DELETE FROM audit_cosignatures")


def test_a_key_of_a_witness_is_not_one_of_a_log(tiny: TinyWitness) -> None:
    assert notes.read_witness(tiny.witness.verifier) == tiny.witness
    for wrong in (SIGNER.public.verifier, tiny.witness.verifier.replace("w1", "w2"), "x", "x+00000000+AAAA"):
        with pytest.raises(NoteError):
            notes.read_witness(wrong)


@pytest.mark.parametrize(
    "way", [{}, {"url": "http://witness.example"}, {"url": "file:///x"}, {"url": URL, "folder": "/x"}]
)
def test_a_witness_has_one_safe_way(way: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        WitnessSetting.model_validate({"key": "x", **way})


@contextmanager
def listening(tiny: TinyWitness) -> Iterator[str]:
    """Let a witness listen on a socket of this machine."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = tiny.add_checkpoint(body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


async def test_the_service_serves_what_its_witnesses_cosigned_and_says_who_is_down(
    service_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnessing, "PUSH_SECONDS", 0.05)
    signer = Signer.of("example.org/log", keyfile.load_or_make(tmp_path / "signing.key"))
    up, away = (TinyWitness(f"witness.example/{name}", signer.public) for name in ("up", "away"))
    with listening(up) as url:
        settings = (
            WitnessSetting(key=up.witness.verifier, url=url),
            WitnessSetting(key=away.witness.verifier, url="http://127.0.0.1:1/"),
        )
        async with running(service_url, tmp_path, log_name="example.org/log", witnesses=settings) as service:
            await service.as_(Role.FIRST_LINE)

            async def served() -> bool:
                return (await service.client.get("/v1/audit/checkpoint?witnesses=1")).status_code == 200

            await until(served)
            note = notes.parse((await service.client.get("/v1/audit/checkpoint?witnesses=1")).text)
            assert up.witness.find_cosignature(note) is not None
            assert (await service.client.get("/v1/audit/checkpoint?witnesses=2")).status_code == 404

            async def told() -> bool:
                found = (await service.client.get("/health/ready")).json()
                return [each["cause"] for each in found["troubles"]] == ["witness"]

            await until(told)
            ready = await service.client.get("/health/ready")
            assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
            figures = (await service.client.get("/metrics")).text
            assert 'screening_trouble{cause="witness"} 1.0' in figures
            assert f'screening_witness_size{{witness="{away.name}"}} 0.0' in figures
            assert f'screening_witness_size{{witness="{up.name}"}} {float(up.head.size)}' in figures
