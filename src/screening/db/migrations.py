"""Brings the tables of a database to the form that this version of the code expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config

_PACKAGED = Path(__file__).parent.parent / "_migrations"
_CHECKOUT = Path(__file__).parents[3] / "migrations"


def config(url: str) -> Config:
    """Give alembic's configuration for the database at `url` (postgresql://…)."""
    configured = Config()
    configured.set_main_option("script_location", str(_PACKAGED if _PACKAGED.is_dir() else _CHECKOUT))
    configured.set_main_option("path_separator", "os")
    configured.attributes["url"] = url
    return configured


def upgrade(url: str) -> None:
    """Apply what is missing; processes that do so at the same time wait for each other. Blocks."""
    command.upgrade(config(url), "head")
