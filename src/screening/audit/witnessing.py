"""Sends each witness the newest checkpoint and keeps its cosignature. A witness that is down hurts nothing.

The leader does it, each witness in a task of its own: what fails is tried again, later each time.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx
import structlog

from screening import background
from screening.audit import notes, proofs, tree_queries, witness_queries
from screening.audit.notes import Note
from screening.audit.sequencer import Role, Sequencer
from screening.audit.tree_queries import Reading, StoredCheckpoint
from screening.audit.witnesses import (
    Correspondent,
    Fetching,
    Pushed,
    Submission,
    WitnessConflictError,
    WitnessError,
)
from screening.settings import WitnessSetting

PUSH_SECONDS = 10.0
"""How often a witness is sent the newest checkpoint, while the log grows."""

LONGEST_PAUSE_SECONDS = 600.0
"""How long one that fails is left alone at most."""

ANSWER_SECONDS = 10.0

logger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """How one witness does."""

    name: str
    size: int = 0
    """The leaves that it cosigned last."""
    failures: int = 0
    trouble: str | None = None

    @property
    def pause(self) -> float:
        """How long to wait before the next attempt."""
        return min(PUSH_SECONDS * 2.0 ** min(self.failures, 30), LONGEST_PAUSE_SECONDS)


class Witnessing:
    """The correspondence of one process with all witnesses."""

    def __init__(self, reading: Reading, sequencer: Sequencer, correspondents: Sequence[Correspondent]) -> None:
        self._reading = reading
        self._sequencer = sequencer
        self._correspondents = correspondents
        self._states = {each.witness.key_id: State(each.witness.name) for each in correspondents}

    @property
    def states(self) -> list[State]:
        """How each witness does."""
        return list(self._states.values())

    async def run(self) -> None:
        """Write to every witness, for ever."""
        await asyncio.gather(*(self._correspond(each) for each in self._correspondents))

    async def _correspond(self, correspondent: Correspondent) -> None:
        key_id = correspondent.witness.key_id
        while True:
            await self.write_to(correspondent)
            await asyncio.sleep(self._states[key_id].pause)

    async def write_to(self, correspondent: Correspondent) -> None:
        """Send one witness the newest checkpoint, if it has not cosigned that and this process leads."""
        witness = correspondent.witness
        state = self._states[witness.key_id]
        try:
            size = await witness_queries.find_cosigned_size(self._reading, witness.key_id)
            if self._sequencer.state.role is Role.LEADER:
                size = await self._exchange(correspondent, size)
            fresh = State(witness.name, size)
        except WitnessError as error:
            fresh = replace(state, failures=state.failures + 1, trouble=f"{witness.name} {error}")
        except Exception as error:  # noqa: BLE001 - the log goes on without its witnesses
            trouble = f"{witness.name} could not be written to: {type(error).__name__}"
            fresh = replace(state, failures=state.failures + 1, trouble=trouble)
        if fresh.trouble != state.trouble:
            (logger.warning if fresh.trouble else logger.info)("witness", name=witness.name, trouble=fresh.trouble)
        self._states[witness.key_id] = fresh

    async def _exchange(self, correspondent: Correspondent, cosigned: int) -> int:
        """Send the newest checkpoint unless it is cosigned; gives the size that is cosigned then."""
        newest = await proofs.get_checkpoint(self._reading)
        if newest.size in {0, cosigned}:
            return cosigned
        try:
            note = await self._submit(correspondent, cosigned, newest)
        except WitnessConflictError as conflict:
            if conflict.size > newest.size:
                raise WitnessError(
                    f"saw {conflict.size} leaves, and this log has {newest.size}: it was rolled back or forked"
                ) from None
            note = await self._submit(correspondent, conflict.size, newest)
        return cosigned if note is None else max(cosigned, await self._keep(correspondent, note))

    async def _submit(self, correspondent: Correspondent, old: int, newest: StoredCheckpoint) -> Note | None:
        proof = await proofs.prove_consistency(self._reading, old, newest.size)
        return await correspondent.submit(Submission(old, proof.hashes, newest.note))

    async def _keep(self, correspondent: Correspondent, note: Note) -> int:
        """Keep the cosignature of a checkpoint of ours; gives its size."""
        witness = correspondent.witness
        found = witness.find_cosignature(note)
        head = notes.parse_checkpoint(note.text).head
        stored = await witness_queries.find_checkpoint_of(self._reading, head.size)
        if found is None or stored is None or notes.parse(stored.note).text != note.text:
            raise WitnessError("did not cosign a checkpoint of ours with the key that we know")
        await witness_queries.keep_cosignature(self._reading, head.size, found[0])
        return head.size


async def get_cosigned(reading: Reading, witnesses: int) -> str | None:
    """Give the newest checkpoint that so many witnesses cosigned, as a note with their lines; None for none."""
    find = witness_queries.find_cosigned(reading, witnesses) if witnesses else tree_queries.find_checkpoint(reading)
    checkpoint = await find
    return (await witness_queries.write_cosigned(reading, [checkpoint]))[0] if checkpoint else None


@asynccontextmanager
async def running(
    reading: Reading, sequencer: Sequencer, settings: Sequence[WitnessSetting]
) -> AsyncIterator[Witnessing]:
    """Write to the witnesses for as long as the block lasts. Raises NoteError for a key that is none."""
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS, headers={"Content-Type": "text/plain"}) as client:
        witnessing = Witnessing(reading, sequencer, [_correspondent(each, client) for each in settings])
        async with background.running(witnessing.run(), "audit witnesses"):
            yield witnessing


def _correspondent(setting: WitnessSetting, client: httpx.AsyncClient) -> Correspondent:
    witness = notes.read_witness(setting.key)
    if setting.folder is not None:
        return Fetching(witness, setting.folder)
    return Pushed(witness, setting.url or "", client)
