"""How a region describes its mailbox."""

from __future__ import annotations

from pydantic import Field, field_validator

from ingestion.config import Strict


class Letters(Strict):
    """A mailbox as a folder: files ``.eml``, or a Maildir.

    Attributes:
        folder: where it is; ``{home}`` and ``{week}`` stand in it.
        own_addresses: of the service, ``reception@czn.example`` or ``@czn.example`` for all of a domain: what comes
            from them is an answer.
        offices: by address of the service, the centre whose it is.
        feedback_channel: code of the channel by which letters come.
    """

    folder: str
    own_addresses: list[str] = Field(default_factory=list)
    offices: dict[str, str] = Field(default_factory=dict)
    feedback_channel: str = "email"

    @field_validator("own_addresses", mode="after")
    @classmethod
    def _lower(cls, addresses: list[str]) -> list[str]:
        return [address.strip().lower() for address in addresses]

    @field_validator("offices", mode="after")
    @classmethod
    def _lower_keys(cls, offices: dict[str, str]) -> dict[str, str]:
        return {address.strip().lower(): office for address, office in offices.items()}

    def is_own(self, address: str) -> bool:
        """Whether an address is one of the service."""
        own = {*self.own_addresses, *self.offices}
        return address in own or f"@{address.rpartition('@')[2]}" in own
