"""How a region describes its survey: what all systems share, and what each of them needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ingestion.config import OURS, Codes, SecretName, Strict, of_its_system
from ingestion.weeks import ZONES

if TYPE_CHECKING:
    from pydantic import ModelWrapValidatorHandler

SurveyRole = Literal[
    "id",
    "submitted_at",
    "invited_at",
    "office_id",
    "interaction_id",
    "touchpoint",
    "client_group",
    "client",
    "last_page",
    "incentive",
]


class Question(Strict):
    """A question of a survey.

    Attributes:
        header: its wording, which is also its header in a file.
        code: its code in the system, where that is not the header.
        scale: of a closed one, its answers from the worst to the best.
        answer_codes: the codes that the system writes for the answers of the scale, in the same order.
        optional: it may be absent from an export: then it was not asked there.
    """

    header: str
    code: str | None = None
    scale: list[str | int] = Field(default_factory=list)
    answer_codes: list[str | int] = Field(default_factory=list)
    optional: bool = False

    @model_validator(mode="after")
    def _has_a_code_for_each_answer(self) -> Self:
        if self.answer_codes and len(self.answer_codes) != len(self.scale):
            raise PydanticCustomError(OURS, "кодов ответов (answer_codes) не столько, сколько подписей в scale")
        return self

    @property
    def name(self) -> str:
        """What the system calls it."""
        return self.code or self.header


class Survey(Strict):
    """What the columns and questions of a survey mean; a description becomes that of its system.

    Attributes:
        ignore: columns that never land, such as addresses of computers.
        not_asked: what the system writes for a question that was not asked.
        time_zone: zone of the system's moments; None: each moment is local to its centre.
    """

    columns: dict[SurveyRole, str] = Field(default_factory=dict)
    questions: dict[str, Question] = Field(default_factory=dict)
    ignore: list[str] = Field(default_factory=list)
    not_asked: str | None = None
    time_zone: str | None = None
    period: str | None = None
    last_page: int = 1
    feedback_channel: str | None = None
    questionnaire: str | None = None
    questionnaire_version: str | None = None
    interaction_source: str = "ais"
    codes: Codes = Field(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _is_known_zone(cls, name: str | None) -> str | None:
        if name is not None and name not in ZONES:
            raise PydanticCustomError(OURS, "нет такого часового пояса; нужен вид Asia/Yakutsk")
        return name

    @model_validator(mode="wrap")
    @classmethod
    def _of_its_system(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Any:
        if cls is not Survey or not isinstance(value, dict):
            return handler(value)
        return of_its_system(value, _SYSTEMS, "limesurvey_export")


class SurveyFiles(Survey):
    """A survey that is files; ``{home}`` and ``{week}`` stand in their paths."""

    files: str


class LimeSurveyExport(SurveyFiles):
    """LimeSurvey's export as CSV or XLSX: two header rows."""

    system: Literal["limesurvey_export"] = "limesurvey_export"


class SurveyTable(SurveyFiles):
    """Any table of responses: one header row."""

    system: Literal["table"] = "table"


class LimeSurveyApi(Survey):
    """LimeSurvey's RemoteControl 2.

    Attributes:
        url: address that ends in ``/admin/remotecontrol``.
        survey_id: number of the survey.
        user: name of the account.
        password: name of the secret that holds its password.
        begun_within_days: a response counts in the week in which it was sent; it is looked for among those that were
            begun up to so many days before.
    """

    system: Literal["limesurvey_api"] = "limesurvey_api"
    url: str
    survey_id: int
    user: str
    password: SecretName
    begun_within_days: int = Field(default=14, ge=1, le=365)


class Formbricks(Survey):
    """Formbricks' management API.

    Attributes:
        url: address of the server.
        survey_id: id of the survey.
        token: name of the secret that holds the key of the API.
        page: responses that are asked for at once.
    """

    system: Literal["formbricks"] = "formbricks"
    url: str
    survey_id: str
    token: SecretName
    page: int = Field(default=100, ge=10, le=1000)


_SYSTEMS: dict[str, type[Survey]] = {
    "limesurvey_export": LimeSurveyExport,
    "limesurvey_api": LimeSurveyApi,
    "formbricks": Formbricks,
    "table": SurveyTable,
}
