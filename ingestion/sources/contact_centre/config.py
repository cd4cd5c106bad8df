"""How a region describes its contact centre: what all systems share, and what each of them needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ingestion.config import OURS, Codes, SecretName, Strict, of_its_system

if TYPE_CHECKING:
    from pydantic import ModelWrapValidatorHandler

TalkRole = Literal["office_id", "service", "touchpoint", "client_group", "client_id"]


# lines of Chatwoot's activity in English and Russian
_ACTIVITY = {
    "solved": ["marked resolved|resolved by", "завершил диалог|Разговор был закрыт|решённым"],
    "reopened": ["reopened", "открыл заново|переоткрыла"],
    "transferred": [
        r"^Assigned to (.+?) (?:via (?:.+?) )?by ",
        r"^(.+?) self-assigned",
        r"^(.+?) назначил\(а\) разговор себе",
        r"назначил (.+?) (?:ответственным|в )",
    ],
    "automatic": ["Automation System"],
}


def _pattern(written: str) -> str:
    try:
        re.compile(written)
    except (re.error, OverflowError, RecursionError):
        raise PydanticCustomError(OURS, "не регулярное выражение") from None
    return written


Pattern = Annotated[str, AfterValidator(_pattern)]


class ContactCentre(Strict):
    """Conversations of a contact centre; a description becomes that of its system.

    Attributes:
        default_touchpoint: of a conversation that names none.
    """

    default_touchpoint: str | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _of_its_system(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Any:
        if cls is not ContactCentre or not isinstance(value, dict):
            return handler(value)
        return of_its_system(value, _SYSTEMS, "json_lines")


class JsonLines(ContactCentre):
    """Lines in our own form; ``{home}`` and ``{week}`` stand in the paths."""

    system: Literal["json_lines"] = "json_lines"
    files: str
    codes: Codes = Field(default_factory=dict)


class Desk(ContactCentre):
    """A system with an API of its own, and words of its own for what happens.

    Attributes:
        url: address of the server.
        fields: by role the field of the system that holds it, as a path with points.
        offices: centres by the value of that field, such as a group; a value that is not here is the centre itself.
        codes: what the values of the system mean; ``channel`` for its kinds of conversation.
        bots: ids of accounts that are programs.
        higher: groups or people that are a higher line: a hand-over to one of them goes up.
        kept_out: tags of conversations that count in no metric, by what they are.
    """

    url: str
    fields: dict[TalkRole, str] = Field(default_factory=dict)
    offices: dict[str, str] = Field(default_factory=dict)
    codes: Codes = Field(default_factory=dict)
    bots: list[str] = Field(default_factory=list)
    higher: list[str] = Field(default_factory=list)
    kept_out: dict[Literal["spam", "test", "duplicate"], list[str]] = Field(default_factory=dict)


class Zammad(Desk):
    """Zammad's REST API.

    Attributes:
        token: name of the secret that holds the access token.
    """

    system: Literal["zammad"] = "zammad"
    token: SecretName


class Chatwoot(Desk):
    """Chatwoot's application API.

    Attributes:
        account_id: number of the account.
        token: name of the secret that holds the access token of an administrator.
        activity: patterns of the lines that tell what happened; the group of ``transferred`` is who got it. Those of
            an account in English or Russian are known.
    """

    system: Literal["chatwoot"] = "chatwoot"
    account_id: int
    token: SecretName
    activity: dict[Literal["solved", "reopened", "transferred", "automatic"], list[Pattern]] = Field(
        default_factory=dict, validate_default=True
    )

    @field_validator("activity")
    @classmethod
    def _is_whole(cls, activity: dict[str, list[str]]) -> dict[str, list[str]]:
        return {**_ACTIVITY, **activity}


class Zendesk(Desk):
    """Zendesk's Support API.

    Attributes:
        user: e-mail address of the account that reads.
        token: name of the secret that holds its API token.
    """

    system: Literal["zendesk"] = "zendesk"
    user: str
    token: SecretName


_SYSTEMS: dict[str, type[ContactCentre]] = {
    "json_lines": JsonLines,
    "zammad": Zammad,
    "chatwoot": Chatwoot,
    "zendesk": Zendesk,
}
