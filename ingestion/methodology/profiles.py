"""Profiles (portraits) of clients: clause 2.2.4 and Appendix 2. A journey is walked by the client of a profile."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel, ValidationInfo, field_validator

from ingestion.methodology.reading import Strict, code_of, wrong

Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[list[Text], Field(min_length=1)]


class Profile(Strict):
    """One portrait: every field of the example of Appendix 2.

    A person has an age, a family status and an education; an organisation has a description instead.
    """

    name: Text
    source: Text
    client_group: code_of("client_groups")  # type: ignore[valid-type]
    segments: list[code_of("segments")] = Field(min_length=1)  # type: ignore[valid-type]
    age: Text | None = None
    family_status: Text | None = None
    education: Text | None = None
    organisation: Text | None = Field(default=None, validate_default=True)
    region: Text
    preferred_contacts: Texts
    readiness_to_visit: Text
    goal: Text
    values_and_interests: Texts
    wishes: Texts
    pains: Texts
    client_kpis: Texts

    @field_validator("organisation")
    @classmethod
    def _is_person_or_organisation(cls, organisation: str | None, info: ValidationInfo) -> str | None:
        person = [info.data.get(field) for field in ("age", "family_status", "education")]
        if organisation is None and not all(person):
            raise wrong("нужны age, family_status и education человека или organisation организации")
        if organisation is not None and any(person):
            raise wrong("у организации нет age, family_status и education; уберите их или organisation")
        return organisation


class Profiles(RootModel[dict[str, Profile]]):
    """``profiles.yml``: profiles by code."""
