"""Settings of a process: environment variables that begin with SCREENING_, read once where the application is built."""

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import parse_qs, urlsplit

import platformdirs
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Seconds = Annotated[float, Field(gt=0)]
AnswerTime = Annotated[str, Field(pattern=r"^[a-z_]+/(immediate|urgent|routine)$")]
Days = Annotated[int, Field(ge=2, le=36_500)]
"""At least two: a retry of a request is answered from its payload for a day."""


def _split(value: object) -> object:
    """Read a list as it is written in an environment variable: with commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _finds_the_primary(address: SecretStr) -> SecretStr:
    """Refuse addresses of several servers by which records could be read from any of them, or from the last alone."""
    query = parse_qs(urlsplit(address.get_secret_value()).query)
    if len(query.get("host", ())) > 1 or "," in urlsplit(address.get_secret_value()).netloc:
        raise ValueError(
            "several servers are written postgresql://user:password@/database?host=a,b,c&port=5432,5432,5432"
        )
    if "," in query.get("host", [""])[0] and query.get("target_session_attrs") not in (["primary"], ["read-write"]):
        raise ValueError("several servers need target_session_attrs=primary: a standby may not know the newest record")
    return address


Address = Annotated[SecretStr, AfterValidator(_finds_the_primary)]

Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_split)]


def _state_directory() -> Path:
    return Path(platformdirs.user_state_dir("screening", appauthor=False))


class WitnessSetting(BaseModel):
    """One witness of the log: its key, and the way to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    """Name, id and key in one line, as the witness publishes it (C2SP tlog-cosignature)."""

    url: Annotated[str | None, Field(pattern=r"^(https://|http://(localhost|127\.0\.0\.1)(:\d+)?(/|$))")] = None
    """It is sent checkpoints at `<url>/add-checkpoint` …"""

    folder: Path | None = None
    """… or fetches them from this folder."""

    @model_validator(mode="after")
    def _has_one_way(self) -> Self:
        if (self.url is None) == (self.folder is None):
            raise ValueError("a witness has either an https url or a folder")
        return self


class Settings(BaseSettings):
    """What an operator may set; `.env` files are not read, secrets come from the environment or from files."""

    model_config = SettingsConfigDict(env_prefix="SCREENING_", frozen=True)

    database_url: Address | None = None
    """`postgresql://user:password@host/database` of a PostgreSQL 15 or newer; our own embedded server when unset. Of
    several servers, one of them the primary: `…@/database?host=a,b&port=5432,5432&target_session_attrs=primary`."""

    database_owner_url: Address | None = None
    """The same database for the role that owns its tables: migrations and maintenance use it, requests never do."""

    reading_url: SecretStr | None = None
    """A standby of the same database for searches, streams and statistics of the log, which may be seconds behind; with
    `target_session_attrs=prefer-standby` the primary stands in while no standby answers. The primary when unset."""

    data_dir: Path = Field(default_factory=_state_directory)
    """Where the embedded PostgreSQL and the signing key live."""

    signing_key_file: Path | None = None
    """The Ed25519 key of receipts (PKCS#8 PEM); `signing.key` in `data_dir`, made at first start, when unset."""

    redress_key_file: Path | None = None
    """The secret that hashes of travel documents are keyed with; `redress.key` in `data_dir`, made at first start, when
    unset. Every process of one database has the same: with another, no redress applies and travellers are stopped."""

    answer_slot_seconds: Annotated[float, Field(ge=0, le=1)] = 0.025
    """Screenings are answered at multiples of this since their arrival, so that time does not tell of silent hits: just
    above what 99 of 100 take when the machine is not busy."""

    answer_times: dict[AnswerTime, timedelta] = Field(default_factory=dict)
    """How long the owner of a record may take to confirm a hit, by list and seriousness where it differs from ours:
    `{"sltd/urgent": "PT6H"}`."""

    log_name: str = "screening.local/audit"
    """The name of the audit log, printed in each receipt: one name per log, for ever."""

    witnesses: tuple[WitnessSetting, ...] = ()
    """Who cosigns checkpoints, as JSON: `[{"key": "witness.example+…", "url": "https://witness.example"}]`."""
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

    keep_alert_days: Days = 90
    """How long alerts, and what became of their deliveries, are kept: a receiver that was away a quarter goes on behind
    its cursor. No source gives a figure; the cases themselves are kept as long as hits are."""

    keep_dead_letter_days: Days = 180
    """How long a delivery that failed for good can be replayed; its alert is kept as long."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080

    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """How many processes serve; about one for each core that PostgreSQL leaves."""

    grace_seconds: Annotated[float, Field(ge=0, le=300)] = 3.0
    """How long requests are still taken after SIGTERM, while `/health/ready` says 503 already: a load balancer needs to
    notice."""

    policy: Literal["standard", "strict", "wide"] = "standard"
    """The profile that decides about persons: how much is found against how many alarms; `GET /v1/policy` has all."""

    deadline_seconds: Annotated[float, Field(gt=0, le=2)] = 0.5
    """What a screening may take before sources that have not answered count as timed out. An answer leaves within 3 s,
    and its entry has to become durable in what remains."""

    freshness_seconds: Seconds = 5.0
    """How long after it was last seen to be current the name index counts as stale."""

    pool_size: Annotated[int, Field(ge=1, le=100)] = 8
    """Database connections that screenings of one process share."""

    webhook_key_file: Path | None = None
    """The key (32 bytes) that the secrets of webhooks are encrypted with; `webhooks.key` in `data_dir` when unset."""

    webhook_networks: Networks = ()
    """Networks that webhooks may be sent to although they are not public, as `10.20.0.0/16,192.0.2.7/32`."""

    deliver_alerts: bool = True
    """Whether serving processes deliver webhooks too; false where `screening worker` does."""

    report_smallest_cell: Annotated[int, Field(ge=1, le=1000)] = 5
    """Reports tell those who do not coordinate an operation no figure of others between 1 and below this."""

    log_level: str = "INFO"

    @property
    def key_file(self) -> Path:
        """The file of the signing key."""
        return self.signing_key_file or self.data_dir / "signing.key"

    @property
    def redress_key(self) -> Path:
        """The file of the secret for hashes of travel documents."""
        return self.redress_key_file or self.data_dir / "redress.key"

    @property
    def hash_key_file(self) -> Path:
        """The file of the keys that hash what entries are about."""
        return self.subject_keys_file or self.data_dir / "subject.keys"

    @property
    def sealing_key_file(self) -> Path:
        """The file of the key that encrypts the secrets of webhooks."""
        return self.webhook_key_file or self.data_dir / "webhooks.key"

    @property
    def checkpoint_folder(self) -> Path:
        """Where this machine remembers the newest checkpoint that it saw: beside the database, never in it."""
        return self.data_dir
