"""The schema of the methodology as it lands: the one home of its column names and types.

What does not belong here: how the files of the methodology are read (``methodology/``) or made into rows
(``reference.py``).
"""

from __future__ import annotations

import polars as pl

from ingestion.contract import DATE, FLAG, INTEGER, NUMBER, TEXT

# Lists of methodology/ as tables: they land with each week, so that a week can be rebuilt as it was.
REFERENCE: dict[str, pl.Schema] = {
    # dictionary: the column that holds its codes
    "codes": pl.Schema({"dictionary": TEXT, "code": TEXT, "name": TEXT, "position": INTEGER}),
    "services": pl.Schema(
        # is_first_contact: not on the governed list of what cannot be solved at first contact
        {"service": TEXT, "name": TEXT, "journey": TEXT, "is_first_contact": FLAG, "position": INTEGER}
    ),
    "stages": pl.Schema({"journey": TEXT, "stage": TEXT, "name": TEXT, "position": INTEGER}),
    # stage: the first one of the journey in which the touchpoint stands
    "stage_touchpoints": pl.Schema({"journey": TEXT, "stage": TEXT, "touchpoint": TEXT}),
    "weeks": pl.Schema({"reference_week": TEXT, "week_number": INTEGER, "starts_on": DATE, "ends_on": DATE}),
    "metrics": pl.Schema(
        {
            "metric": TEXT,
            "name": TEXT,
            "unit": TEXT,
            "better": TEXT,  # higher, lower, none
            "kind": TEXT,  # share, net, mean, ratio, count, median, quantile
            "quantile": NUMBER,  # which, of kind quantile
            "decimals": INTEGER,
            "definition_id": TEXT,
            "definition_version": TEXT,
            "clause": TEXT,
            "description": TEXT,
            "aspect": TEXT,  # which one the question is asked about, of a metric by aspect
            "is_lead": FLAG,  # shown on pages and cut in every way; else a variant
            "is_additive": FLAG,
            "is_survey": FLAG,  # answers of people: small n is hidden
            "has_touchpoint": FLAG,
            "maturity_weeks": INTEGER,
            "position": INTEGER,
        }
    ),
    "metric_sources": pl.Schema({"metric": TEXT, "source": TEXT}),
    # each corridor for the weeks in which it and its set hold; better: higher, lower, middle
    "kpi_corridors": pl.Schema(
        {
            **dict.fromkeys(("kpi_set", "client_group", "segment", "kpi", "name"), TEXT),
            "kpi_rank": INTEGER,
            **dict.fromkeys(("metric", "owner"), TEXT),
            **dict.fromkeys(("lower_bound", "upper_bound"), NUMBER),
            **dict.fromkeys(("better", "act"), TEXT),
            **dict.fromkeys(("valid_from", "valid_to"), DATE),
        }
    ),
    # each reason of dissatisfaction as each version of the committee's judgement has it
    "reasons": pl.Schema(
        {"reason": TEXT, "name": TEXT, "criticality": INTEGER, "reasons_version": TEXT}
        | {"valid_from": DATE, "position": INTEGER}
    ),
    # where a journey wants a metric to be watched, in the order of its map
    "metric_plan": pl.Schema(
        {**dict.fromkeys(("journey", "stage", "touchpoint", "metric"), TEXT), "position": INTEGER}
    ),
    "parameters": pl.Schema({"parameter": TEXT, "value": NUMBER}),
    "calendar_days": pl.Schema(
        {
            "calendar": TEXT,  # federal, or the region that has days of its own
            "day": DATE,
            "day_kind": TEXT,  # working, shortened, weekend, off
            "weekday": INTEGER,  # whose hours the day has: a working weekend has those of the day that it stands for
            "closes_earlier_minutes": INTEGER,
            "is_official": FLAG,  # false: the calendar of the year is not published, and computed by the law alone
        }
    ),
}
