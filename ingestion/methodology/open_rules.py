"""What the methodology leaves open, and how it is settled here."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from ingestion.methodology.profiles import Text  # noqa: TC001
from ingestion.methodology.reading import Strict, code_of, wrong


class OpenRule(Strict):
    """A rule: the default is one of the options, and the numbers that go with it are parameters."""

    gap: int = Field(ge=1)
    clause: Text
    question: Text
    default: Text
    options: Annotated[dict[str, Text], Field(min_length=2)]
    parameters: list[code_of("parameters")] = Field(default_factory=list)  # type: ignore[valid-type]
    why: Text

    @model_validator(mode="after")
    def _default_is_an_option(self) -> Self:
        if self.default not in self.options:
            raise wrong(f"такого варианта нет; можно: {', '.join(self.options)}", "default")
        return self


class OpenRules(Strict):
    """``open_rules.yml``: rules by name."""

    rules: dict[str, OpenRule]
