"""Words by which a text finds its touchpoint, its reasons and its tone (2.3.4, 2.4.2)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ingestion.methodology.reading import Strict, code_of

# Words in any form and order, a few others between, or, where a «+» stands, anywhere in the text; «а|б» either, «хам*»
# whatever begins so, «=скажу» this form only.
Phrase = Annotated[str, Field(pattern=r"^[a-zа-яё|*=-]+(?: (?:\+ )?[a-zа-яё|*=-]+){0,3}$")]
Weight = Annotated[int, Field(ge=-9, le=9)]  # zero takes a phrase of the base out of a region's rules
Phrases = dict[Phrase, Weight]


class TouchpointWords(Strict):
    """``text_touchpoints.yml``: words of each touchpoint, and the touchpoint that a reason alone tells."""

    touchpoints: dict[code_of("touchpoints"), Phrases]  # type: ignore[valid-type]
    from_reasons: dict[code_of("reasons"), code_of("touchpoints")]  # type: ignore[valid-type]


class ReasonWords(Strict):
    """``text_reasons.yml``: words of each reason of dissatisfaction, and the touchpoints that it stands at."""

    stands_at: dict[code_of("reasons"), list[code_of("touchpoints")]]  # type: ignore[valid-type]
    reasons: dict[code_of("reasons"), Phrases]  # type: ignore[valid-type]


class ToneWords(Strict):
    """``text_tone.yml``: words of praise and blame, of irony, and those that turn a word into its opposite."""

    positive: Phrases
    negative: Phrases
    irony: Phrases
    signs: dict[Literal["positive", "negative", "irony"], dict[str, Weight]]
    asking: list[Phrase]
    contrasts: list[Phrase]
    negators: list[str]
    absences: list[str]
    intensifiers: list[str]
    denials: list[Phrase]


Tone = Literal["positive", "negative", "neutral", "unknown"]
Points = dict[Tone, Annotated[int, Field(ge=-999, le=999)]]  # hundredths of a logit; what is not here is zero


class ToneLearnt(Strict):
    """``text_tone_learnt.yml``: what signs and single words say for each tone, as labelled texts teach."""

    evidence: dict[Literal["always", "praise", "blame", "asks", "both", "irony"], Points]
    words: dict[Annotated[str, Field(pattern=r"^[a-zа-яё-]+$")], Points]
