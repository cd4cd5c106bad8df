"""Whether a region asks what ``questionnaires.yml`` says: the survey of its description against the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.errors import IngestionError

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.methodology.questionnaires import Questionnaires
    from ingestion.sources.survey.config import Survey


def check_survey(path: Path, survey: Survey | None, registry: Questionnaires) -> None:
    """Check the questions of a region's survey.

    Args:
        path: the description of the region.
        survey: its survey; a region without one has nothing to check.
        registry: the questions and questionnaires in force in the region.

    Raises:
        IngestionError: a line for each error.
    """
    if survey is None:
        return
    errors = []
    known = {(entry.questionnaire, entry.version): entry for entry in registry.questionnaires.values()}
    asked = known.get((survey.questionnaire or "", survey.questionnaire_version or ""))
    if asked is None:
        names = ", ".join(f"{name} {version}" for name, version in known)
        errors.append(
            f"questionnaire: анкеты {survey.questionnaire} {survey.questionnaire_version} нет; можно: {names}"
        )
    else:
        scales = {code: question.scale for code, question in registry.asked_in(asked).items()}
        for code, question in survey.questions.items():
            if code not in scales:
                errors.append(f"questions.{code}: вопроса нет в анкете; можно: {', '.join(scales)}")
            elif question.scale != scales[code]:
                labels = ", ".join(str(label) for label in scales[code])
                errors.append(f"questions.{code}.scale: подписи не те, что в анкете: {labels}")
    if errors:
        raise IngestionError("\n".join(f"Регион {path}: поле sources.survey.{error}." for error in errors))
