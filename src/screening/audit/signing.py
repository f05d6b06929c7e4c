"""The key that a process signs with."""

import asyncio
from pathlib import Path

from screening.audit import keyfile, tree_queries
from screening.audit.keyfile import KeyFileError
from screening.audit.receipts import Signer
from screening.audit.tree_queries import Reading


async def get_signer(reading: Reading, log: str, file: Path) -> Signer:
    """Give who signs for a log. Only for a log that nobody ever signed is a missing key made; else KeyFileError."""
    missing = not await asyncio.to_thread(file.exists)
    if missing and await tree_queries.list_keys(reading):
        raise KeyFileError(
            f"{file} is missing, and the log is signed already: bring its key back. A new one is no help."
        )
    return Signer.of(log, await asyncio.to_thread(keyfile.load_or_make, file))
