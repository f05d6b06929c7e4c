"""Settings of a process: environment variables that begin with SCREENING_, read once where the application is built."""

from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Seconds = Annotated[float, Field(gt=0)]
Days = Annotated[int, Field(ge=2, le=36_500)]
"""At least two: a retry of a request is answered from its payload for a day."""


def _state_directory() -> Path:
    return Path(platformdirs.user_state_dir("screening", appauthor=False))


class Settings(BaseSettings):
    """What an operator may set; `.env` files are not read, secrets come from the environment or from files."""

    model_config = SettingsConfigDict(env_prefix="SCREENING_", frozen=True)

    database_url: SecretStr | None = None
    """`postgresql://user:password@host/database` of a PostgreSQL 15 or newer; our own embedded server when unset."""

    data_dir: Path = Field(default_factory=_state_directory)
    """Where the embedded PostgreSQL and the signing key live."""

    signing_key_file: Path | None = None
    """The Ed25519 key of receipts (PKCS#8 PEM); `signing.key` in `data_dir`, made at first start, when unset."""

    log_name: str = "screening.local/audit"
    """The name of the audit log, printed in each receipt: one name per log, for ever."""

    subject_keys_file: Path | None = None
    """The keys that hash what entries are about; `subject.keys` in `data_dir`, made at first start, when unset."""

    keep_no_hit_days: Days = 30
    """How long the log keeps what was asked when nothing was found. No source gives a figure (DOMAIN.md 3.2.3: as long
    as the purpose needs): a complaint about a crossing comes within weeks, and the traveller did nothing."""

    keep_hit_days: Days = 3 * 365
    """How long it keeps what was asked and answered when a record matched: the SIS keeps its logs for 3 years
    (DOMAIN.md 3.2.10), and cases, redress and courts need them."""

    keep_other_days: Days = 5 * 365
    """How long it keeps all other payloads, such as versions of records: the first period of a record is five years
    (DOMAIN.md 3.2.3)."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080

    deadline_seconds: Seconds = 0.5
    """What a screening may take before sources that have not answered count as timed out."""

    freshness_seconds: Seconds = 5.0
    """How long after it was last seen to be current the name index counts as stale."""

    pool_size: Annotated[int, Field(ge=1, le=100)] = 8
    """Database connections that screenings of one process share."""

    log_level: str = "INFO"

    @property
    def key_file(self) -> Path:
        """The file of the signing key."""
        return self.signing_key_file or self.data_dir / "signing.key"

    @property
    def hash_key_file(self) -> Path:
        """The file of the keys that hash what entries are about."""
        return self.subject_keys_file or self.data_dir / "subject.keys"

    @property
    def checkpoint_folder(self) -> Path:
        """Where this machine remembers the newest checkpoint that it saw: beside the database, never in it."""
        return self.data_dir
