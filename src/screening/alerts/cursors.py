"""How positions travel: as texts that tell neither order nor distance.

A position counts everybody's alerts, silent ones too: who could see a gap between two of his own would know that
something matched that he must not know of.
"""

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

POSITION_BYTES = 8
CHECK = bytes(8)
"""Tells a cursor of ours from any other text: the other half of its block."""


class CursorError(ValueError):
    """Not a cursor that this installation gave."""


class Cursors:
    """Writes and reads cursors; one block of AES each, so the same position has the same cursor everywhere."""

    def __init__(self, key: bytes) -> None:
        derived = HKDF(SHA256(), len(key), salt=None, info=b"screening alert cursors").derive(key)
        self._cipher = Cipher(AES(derived), ECB())  # noqa: S305 - a single block is all that there is

    def write(self, position: int) -> str:
        """Write a position."""
        return self._cipher.encryptor().update(position.to_bytes(POSITION_BYTES) + CHECK).hex()

    def read(self, cursor: str) -> int:
        """Read a position; CursorError for what was not written here."""
        block = self._cipher.decryptor().update(bytes.fromhex(cursor))
        if len(block) != POSITION_BYTES + len(CHECK) or block[POSITION_BYTES:] != CHECK:
            raise CursorError("this is no cursor of this installation")
        return int.from_bytes(block[:POSITION_BYTES])
