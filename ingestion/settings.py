"""Settings of ingestion: the only place of this package that reads the environment."""

from __future__ import annotations

import os
import re
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_SECRET = re.compile(r"[A-Z][A-Z0-9_]*")


def secret(name: str) -> str | None:
    """A secret of a source, from ``CX_SECRET_<NAME>``; None where it is not set, or no such name can be.

    Args:
        name: capital letters, digits and underscores.
    """
    return os.environ.get(f"CX_SECRET_{name}") if _SECRET.fullmatch(name) else None


class Settings(BaseSettings):
    """Where data lives, which region is loaded, and the key of pseudonyms.

    Environment: ``CX_HOME``, ``CX_REGION``, ``CX_PSEUDONYM_KEY``.
    """

    model_config = SettingsConfigDict(env_prefix="CX_", frozen=True)

    home: Path = Path("var")
    region: Path = Path("methodology/regions/demo.yml")
    methodology: Path = Path(__file__).resolve().parents[1] / "methodology"
    pseudonym_key: SecretStr | None = None

    @property
    def landing(self) -> Path:
        """Folder of landed Parquet."""
        return self.home / "landing"

    @property
    def quarantine(self) -> Path:
        """Folder of what could not be used."""
        return self.home / "quarantine"
