"""A copy of the built warehouse into which a test puts rows of its own, and what the models make of them."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from orchestration.dbt_runner import Warehouse

WEEK = "2026-W46"
DAY = datetime(2026, 11, 11, 10)  # a Wednesday of that week
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
METRIC_TABLES = ("sums", "quantiles", "estimates")
CONTACT_CENTRE = "staging.stg_contact_centre__"


class Peers:
    """Conversations and answers as rows; estimates of the metrics as a result.

    Every centre is open day and night, so that a minute of the clock is one of work.
    """

    def __init__(self, warehouse: Warehouse, folder: Path) -> None:
        copy = shutil.copy(warehouse.home / "warehouse" / "cx.duckdb", folder / "cx.duckdb")
        self.models = warehouse.manifest_path.parent / "compiled/cx_warehouse/models"
        self.database = duckdb.connect(str(copy))
        self.count = 0

    def offices(self, *codes: str) -> None:
        """Open centres of one region."""
        self._put(
            "staging.stg_ais__offices", [{"office_id": code, "region": "r", "time_zone": "UTC"} for code in codes]
        )
        hours = {"opens_at": "00:00", "closes_at": "24:00"}
        self._put(
            "staging.stg_ais__schedules",
            [{"office_id": code, "weekday": day, **hours} for code in codes for day in range(1, 8)],
        )

    def conversation(
        self,
        received: datetime,
        messages: Iterable[tuple[str, datetime]] = (),
        events: Iterable[tuple[str, datetime]] = (),
        week: str = WEEK,
        **about: Any,
    ) -> None:
        """A conversation with its messages (author, moment) and events (kind, moment)."""
        self.count += 1
        code = f"c{self.count:03d}"
        row = {"interaction_id": code, "region": "r", "office_id": "A", "channel": "chat", "initiated_by": "client"}
        self._put(f"{CONTACT_CENTRE}conversations", [row | {"received_at": received, "week": week} | about])
        self._put(
            f"{CONTACT_CENTRE}messages",
            [
                {"message_id": f"{code}m{at}", "interaction_id": code, "author_type": author, "sent_at": sent}
                | {"is_public": True, "week": week}
                for at, (author, sent) in enumerate(messages)
            ],
        )
        self._put(
            f"{CONTACT_CENTRE}conversation_events",
            [
                {"event_id": f"{code}e{at}", "interaction_id": code, "event_type": kind, "occurred_at": occurred}
                for at, (kind, occurred) in enumerate(events)
            ],
        )

    def answers(self, question: str, points: int, positions: Sequence[int], office: str = "A") -> None:
        """Valid answers to a question, each of one contact."""
        row = {"region": "r", "office_id": office, "question": question, "scale_points": points}
        self._put(
            "marts.fct_survey_answers",
            [
                row | {"answer_id": f"{question}{office}{at}", "answer_position": position}
                for at, position in enumerate(positions)
            ],
        )

    def estimates(self) -> None:
        """Make the tables that follow from the rows."""
        kept = (
            "marts/fct_interactions",
            "intermediate/int_interaction_solutions",
            "intermediate/int_conversation_reopenings",
        )
        for model in (*kept, *(f"metrics/metric_{each}" for each in METRIC_TABLES)):
            sql = (self.models / f"{model}.sql").read_text(encoding="utf-8")
            self.database.execute(f"create or replace table {model.replace('/', '.')} as {sql}")

    def estimate(self, metric: str, week: str = WEEK, **cut: str) -> dict[str, Any] | None:
        """The only estimate of a metric in a cut of the region."""
        dimensions = ("office_id", "journey", "stage", "touchpoint", "channel", "client_group", "segment")
        rows = self.database.execute(
            "select * from metrics.metric_estimates where metric = ? and week = ? and region = 'r' and "
            + " and ".join(f"{name} is not distinct from ?" for name in dimensions),
            [metric, week, *(cut.get(name) for name in dimensions)],
        ).pl()
        assert rows.height <= 1
        return rows.row(0, named=True) if rows.height else None

    def value(self, metric: str, week: str = WEEK, **cut: str) -> float | None:
        """Its value."""
        found = self.estimate(metric, week, **cut)
        return found["value"] if found else None

    def _put(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Add rows; a view of landed files becomes a table first."""
        schema, name = table.split(".")
        if self.database.execute(
            "select 1 from duckdb_views() where schema_name = ? and view_name = ?", [schema, name]
        ).fetchall():
            self.database.execute(f"create table {table}_own as select * from {table} limit 0")
            self.database.execute(f"drop view {table}")
            self.database.execute(f"alter table {table}_own rename to {name}")
        if rows:
            self.database.register("added", pl.DataFrame([{"week": WEEK} | row for row in rows]))
            self.database.execute(f"insert into {table} by name select * from added")
