"""Exports that the demo region delivers: surveys as CSV, conversations as JSON lines, reviews and posts as pages."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from ingestion.demo import codes
from ingestion.demo.faults import DUPLICATES, EMPTY_SURVEY, UNKNOWN_OFFICE, UNREADABLE, happens
from ingestion.demo.outcomes import events_of
from ingestion.demo.shape import DAY
from ingestion.demo.texts import snils_like, texts_of

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.demo.shape import Shape

_SURVEY_HEADERS = (
    *("ID ответа", "Дата отправки", "Последняя страница", "Дата приглашения", "Код центра", "Номер обращения"),
    *("Точка контакта", "Группа клиента", "Номер клиента", "Вознаграждение"),
    *(header for header, _ in codes.QUESTIONS.values()),
    "Готовы ли Вы рекомендовать нас друзьям и знакомым?",
    "Что нам улучшить?",
)
_PAGE = 50
BROKEN_LINE = '{"id": "K-broken", "office_id": "C01", "messages": [{"text": "+7 914 555-01-23"'
DUPLICATE_LINES = 3


def write_survey(folder: Path, shape: Shape, offices: pl.DataFrame, survey: pl.DataFrame) -> None:
    """Write LimeSurvey's CSV: BOM, semicolons, two header rows, local times."""
    folder.mkdir(parents=True, exist_ok=True)
    fault = pl.col("fault")

    def moment(column: str) -> pl.Expr:
        return pl.from_epoch(column, time_unit="s").dt.strftime("%Y-%m-%d %H:%M:%S")

    rows = survey.with_columns(
        client=snils_like(survey["client"]),
        comment=texts_of(survey["comment_kind"]),
        office_id=offices["office_id"].gather(survey["office"]),
        **{
            f"{question}_label": pl.Series([*labels]).gather(survey[question].cast(pl.UInt32) - 1)
            for question, (_, labels) in codes.QUESTIONS.items()
        },
    ).select(
        "file",
        pl.when(fault.ne_missing("missing_id")).then(pl.col("response_id").cast(pl.String)),
        pl.when(fault.ne_missing("unreadable_date")).then(moment("submitted")).otherwise(pl.lit("32.13.2026")),
        pl.col("last_page").cast(pl.String),
        moment("invited").alias("invited_at"),
        pl.when(fault.ne_missing("unknown_office")).then("office_id").otherwise(pl.lit(UNKNOWN_OFFICE)),
        pl.col("number").cast(pl.String),
        "own_code",
        "group_name",
        "client",
        pl.when("incentive").then(pl.lit("да")).otherwise(pl.lit("нет")).alias("incentive"),
        *(f"{question}_label" for question in codes.QUESTIONS),
        pl.col("nps").cast(pl.String),
        "comment",
    )
    by_week = rows.partition_by("file", as_dict=True)
    for position, week in enumerate(shape.weeks):
        path = folder / f"{week}.csv"
        if happens(shape, position) and position == EMPTY_SURVEY:
            path.write_bytes(b"")
            continue
        part = by_week.get((position,), rows.clear()).drop("file")
        content = io.StringIO(newline="")
        writer = csv.writer(content, delimiter=";", lineterminator="\r\n")
        writer.writerows([_SURVEY_HEADERS, [""] * len(_SURVEY_HEADERS), *part.rows()])
        path.write_text(content.getvalue(), encoding="utf-8-sig", newline="")


def _iso(column: str) -> pl.Expr:
    return pl.from_epoch(column, time_unit="s").dt.strftime("%Y-%m-%dT%H:%M:%S") + pl.col("zone")


def write_conversations(
    folder: Path,
    shape: Shape,
    offices: pl.DataFrame,
    conversations: pl.DataFrame,
    messages: pl.DataFrame,
    hand_overs: pl.DataFrame,
) -> None:
    """Write JSON lines: each week the conversations with activity in it, as they stood at its end."""
    folder.mkdir(parents=True, exist_ok=True)
    zones = offices.select(
        pl.col("office").cast(pl.Int64),
        "office_id",
        zone=pl.format("+{}:00", (pl.col("offset") // 3600).cast(pl.String).str.zfill(2)),
    )
    messages = messages.with_columns(
        week=pl.Series(shape.week_of(messages["at"].to_numpy())), text=texts_of(messages["kind"])
    ).join(zones, on="office")
    events = events_of(conversations, hand_overs)
    # numbered in time: an event keeps its id in every later export
    events = events.with_columns(number=pl.int_range(pl.len()).over("id") + 1)
    events = events.with_columns(week=pl.Series(shape.week_of(events["at"].to_numpy()))).join(zones, on="office")
    message = pl.struct(
        pl.format("{}-{}", "id", "order").alias("id"), "author", "author_id", "public", _iso("at").alias("at"), "text"
    )
    event = pl.struct(
        pl.format("{}-{}", "id", "number").alias("id"),
        "type",
        _iso("at").alias("at"),
        "direction",
        pl.col("is_automatic").alias("automatic"),
    )
    heads = (
        conversations.with_columns(
            client_id=snils_like(conversations["client"]),
            touchpoint=pl.lit(None, pl.String),
            _week=pl.Series(shape.week_of(conversations["received"].to_numpy())),
        )
        .join(zones, on="office")
        .with_columns(created_at=_iso("received"), ended_at=_iso("ended"))
        .select(
            *("id", "office_id", "channel", "service", "touchpoint", "client_group", "client_id", "topic"),
            *("initiated_by", "created_at", "ended_at", "_week"),
        )
    )
    messages = messages.sort("id", "at", "order").select("id", "week", message=message)
    events = events.sort("id", "number").select("id", "week", event=event)
    active = pl.concat([heads.select("id", week="_week"), messages.select("id", "week"), events.select("id", "week")])
    for position, week in enumerate(shape.weeks):
        ids = active.filter(pl.col("week") == position).select("id").unique()
        past = pl.col("week") <= position
        said = messages.join(ids, on="id", how="semi").filter(past).group_by("id").agg(messages="message")
        done = events.join(ids, on="id", how="semi").filter(past).group_by("id").agg(events="event")
        lines = (
            heads.join(ids, on="id", how="semi")
            .join(said, on="id", how="left")
            .join(done, on="id", how="left")
            .sort("id")
            .with_columns(pl.col("events").fill_null([]), id=pl.format("K-{}", "id"))
        )
        fresh = lines.filter(pl.col("_week") == position).head(DUPLICATE_LINES)
        if happens(shape, position) and position == DUPLICATES:
            lines = pl.concat([lines, fresh])
        path = folder / f"{week}.jsonl"
        lines.drop("_week").write_ndjson(path)
        if happens(shape, position) and position == UNREADABLE:
            with path.open("a", encoding="utf-8") as file:
                file.write(BROKEN_LINE + "\n")


def _pages(folder: Path, items: list[dict[str, Any]], wrap: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, max(1, len(items)), _PAGE), start=1):
        page = wrap(items[start : start + _PAGE])
        path = folder / f"page-{number:03d}.json"
        path.write_text(json.dumps(page, ensure_ascii=False, indent=1), encoding="utf-8")


def write_reviews(folder: Path, shape: Shape, offices: pl.DataFrame, reviews: pl.DataFrame) -> None:
    """Write pages of 2GIS, and the file that ties its branches to centres."""
    folder.mkdir(parents=True, exist_ok=True)
    branches = {str(70_000_000_000_000_001 + number): office for number, office in enumerate(offices["office_id"])}
    (folder / "branches.json").write_text(json.dumps(branches, indent=1), encoding="utf-8")
    home = int(offices["offset"][0])
    offset = np.where(reviews["office"] < 0, home, offices["offset"].to_numpy()[reviews["office"].to_numpy()])
    frame = reviews.with_columns(
        text=texts_of(reviews["text_kind"]),
        zone=pl.format("+{}:00", (pl.Series(offset) // 3600).cast(pl.String).str.zfill(2)),
        replied=pl.col("published") + 2 * DAY,
    ).with_columns(published_at=_iso("published"), replied_at=_iso("replied"))
    for position, week in enumerate(shape.weeks):
        items = [
            {
                "id": str(row["id"]),
                "text": row["text"],
                "rating": row["rating"],
                "provider": "2gis",
                "is_hidden": row["is_hidden"],
                "url": "",
                "date_created": row["published_at"],
                "date_edited": None,
                # -1 stands for a branch that the file of branches does not know
                "object": {"id": str(70_000_000_000_000_001 + row["office"]), "type": "branch"},
                "user": {"id": str(row["author"]), "name": "ИМЯ ФАМИЛИЯ"},
                "official_answer": {"text": "Спасибо за отзыв!", "date_created": row["replied_at"]}
                if row["is_answered"]
                else None,
            }
            for row in frame.filter(pl.col("file") == position).iter_rows(named=True)
        ]
        _pages(folder / week, items, lambda part: {"meta": {"code": 200, "total_count": len(part)}, "reviews": part})


def write_posts(folder: Path, shape: Shape, offices: pl.DataFrame, posts: pl.DataFrame) -> None:
    """Write pages of VK; a centre is known by its hashtag."""
    home = int(offices["offset"][0])
    offset = np.where(posts["office"] < 0, home, offices["offset"].to_numpy()[posts["office"].to_numpy()])
    tag = pl.Series([f" #ЦЗН_{office}" for office in offices["office_id"]] + [""])
    frame = posts.with_columns(
        text=texts_of(posts["text_kind"])
        + tag.gather(pl.Series(np.where(posts["office"] < 0, len(offices), posts["office"]))),
        date=pl.col("published") - pl.Series(offset),
    )
    for position, week in enumerate(shape.weeks):
        rows = frame.filter((pl.col("file") == position) & pl.col("fault").is_null())
        if rows.is_empty():
            continue
        items = [
            {
                "id": row["id"],
                "from_id": codes.OWN_VK_ID if row["is_own"] else row["author"],
                "owner_id": codes.OWN_VK_ID,
                "date": row["date"],
                "type": "post",
                "text": row["text"],
                **({"copy_history": [{"id": 1, "owner_id": -777}]} if row["is_repost"] else {}),
            }
            for row in rows.iter_rows(named=True)
        ]
        _pages(folder / week, items, lambda part: {"response": {"count": len(part), "items": part}})
