"""The demo region: an invented region whose sources are written in their real formats, with known truth.

``write_region`` plans what happened (``contacts``, ``opinions``), decides what goes wrong on the way
(``faults``), writes the sources (``database``, ``exports``, ``workbooks``) and, from the plan alone, the right
answers (``truth``). Nothing here knows how the product reads or computes.
"""

from __future__ import annotations

import json
import shutil
from itertools import chain
from typing import TYPE_CHECKING

import polars as pl

from ingestion.demo import faults as deliveries
from ingestion.demo import truth
from ingestion.demo.contacts import plan_appeals, plan_conversations
from ingestion.demo.database import write_ais
from ingestion.demo.dialogues import plan_messages
from ingestion.demo.exports import write_conversations, write_posts, write_reviews, write_survey
from ingestion.demo.geography import plan_offices, plan_schedules
from ingestion.demo.opinions import plan_book, plan_evaluations, plan_mentions, plan_survey
from ingestion.demo.outcomes import plan_hand_overs
from ingestion.demo.shape import Shape, parse_week, weeks_between
from ingestion.demo.texts import PLANTED_PERSONAL_DATA
from ingestion.demo.truth_cells import cells
from ingestion.demo.truth_contacts import gather, judge, of_contacts, of_visits
from ingestion.demo.truth_loads import loads
from ingestion.demo.truth_reasons import reason_weights
from ingestion.demo.truth_survey import of_survey
from ingestion.demo.truth_talks import of_reopenings, of_replies, of_words
from ingestion.demo.workbooks import write_books, write_evaluations
from ingestion.demo.working_time import plan_working_time

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TRUTH = "truth"
DEFAULT_OFFICES = 12


def write_region(
    folder: Path,
    *,
    first_week: str,
    last_week: str,
    factor: float = 1.0,
    offices: int = DEFAULT_OFFICES,
    regions: int = 1,
    seed: int = 1,
    faults: bool = True,
    with_truth: bool = True,
    ais_url: str | None = None,
) -> None:
    """Write the sources of the demo region, in place of those that are there.

    Args:
        folder: where the files go; the same arguments give the same bytes.
        first_week: first ISO week, such as ``2026-W35``.
        last_week: last ISO week.
        factor: size; 1 is about 6,000 appeals a week.
        offices: number of centres.
        regions: number of regions that the centres are spread over.
        seed: of the streams of chance.
        faults: plant broken, missing, doubled and stray deliveries; the last week is always sound.
        with_truth: write the right answers into ``truth/``, which only tests read.
        ais_url: SQLAlchemy URL of the AIS; a SQLite file in the folder unless given.

    Raises:
        ValueError: the weeks stand in the wrong order.
    """
    shape = Shape(weeks_between(first_week, last_week), factor, offices, regions, seed, faults)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    centres = plan_offices(shape)
    schedules = plan_schedules(centres, parse_week(first_week))
    appeals = plan_appeals(shape, centres)
    conversations = plan_conversations(shape, centres)
    messages = plan_messages(shape, conversations)
    moved = {
        name: plan_hand_overs(shape, part, name) for name, part in (("appeals", appeals), ("talks", conversations))
    }
    survey = deliveries.deliver_survey(shape, plan_survey(shape, centres, appeals))
    book = deliveries.deliver_book(shape, plan_book(shape, centres))
    reviews = deliveries.deliver_reviews(shape, plan_mentions(shape, centres, "two_gis", 60))
    posts = deliveries.deliver_posts(shape, plan_mentions(shape, centres, "vk", 40))
    evaluations = plan_evaluations(shape, centres)
    write_ais(ais_url or f"sqlite:///{folder / 'ais.db'}", centres, schedules, appeals, moved["appeals"])
    write_survey(folder / "survey", shape, centres, survey)
    write_books(folder / "complaints_book", shape, centres, book)
    write_conversations(folder / "contact_centre", shape, centres, conversations, messages, moved["talks"])
    write_reviews(folder / "two_gis", shape, centres, reviews)
    write_posts(folder / "vk", shape, centres, posts)
    write_evaluations(folder / "evaluations", shape, centres, evaluations)
    if with_truth:
        time = plan_working_time(shape, centres, schedules)
        visits, talks = judge(shape, centres, appeals), judge(shape, centres, conversations)
        contacts = gather(shape, visits, talks, moved)
        contributions = chain(
            of_contacts(shape, contacts, time),
            of_visits(visits, survey),
            of_words(contacts, messages),
            of_replies(talks, messages, time),
            [of_reopenings(shape, talks, messages, time)],
            of_survey(shape, centres, survey),
            [truth.of_book(shape, centres, book), truth.of_evaluations(shape, centres, evaluations)],
            truth.of_mentions(shape, centres, reviews),
            truth.of_mentions(shape, centres, posts),
        )
        delivered = {
            ("survey", "responses"): survey,
            ("survey", "answers"): survey,
            ("complaints_book", "entries"): book,
            ("two_gis", "mentions"): reviews,
            ("vk", "mentions"): posts,
        }
        _write_truth(folder / TRUTH, shape, centres, contributions, delivered)
        stars = [reviews.with_columns(stars="rating"), posts.with_columns(stars=pl.lit(None, pl.Int64))]
        weights = reason_weights(shape, centres, book, survey, stars)
        weights.write_parquet(folder / TRUTH / "reason_weights.parquet")


def _write_truth(
    folder: Path,
    shape: Shape,
    centres: pl.DataFrame,
    contributions: Iterable[pl.DataFrame],
    delivered: dict[tuple[str, str], pl.DataFrame],
) -> None:
    folder.mkdir()
    values = cells(shape, centres, contributions).sort("week", "metric", "region", *truth.DIMENSIONS)
    values.write_parquet(folder / "metric_values.parquet")
    loads(shape, delivered).write_parquet(folder / "loads.parquet")
    personal = json.dumps(PLANTED_PERSONAL_DATA, ensure_ascii=False, indent=1)
    (folder / "personal_data.json").write_text(personal + "\n", encoding="utf-8")
