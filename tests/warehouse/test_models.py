"""What every model of the dbt project promises: its grain, its descriptions, its weeks, its engine."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import duckdb

from ingestion.contract import ENTITIES, LOADS
from ingestion.methodology.check import check_methodology
from ingestion.reference_contract import REFERENCE
from orchestration.dbt_runner import PROJECT
from tests.methodology.edited import METHODOLOGY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orchestration.dbt_runner import Warehouse

RUN_VARIABLES = re.compile(
    r"in_run\(|in_history\(|relation_sums\(|var\(\s*[\"'](run_week|from_week|as_of)|materialized='(weekly|table)'"
)
READS_LANDING = re.compile(r"landing\('(\w+)', '(\w+)'\)")


def models(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (node for node in manifest["nodes"].values() if node["resource_type"] == "model")


def test_grain_stands_on_the_first_line_and_in_the_description(manifest: dict[str, Any]) -> None:
    for model in models(manifest):
        first = model["raw_code"].splitlines()[0]
        assert first.startswith("-- grain: one row per "), model["name"]
        assert model["description"].startswith("One row per "), model["name"]


def test_every_column_is_described_and_every_description_has_its_column(
    empty_warehouse: Warehouse, manifest: dict[str, Any]
) -> None:
    with duckdb.connect(str(empty_warehouse.home / "warehouse" / "cx.duckdb"), read_only=True) as connection:
        built = defaultdict(set)
        for schema, table, column in connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
        ).fetchall():
            built[schema, table].add(column)
    assert set(built) == {(model["schema"], model["alias"]) for model in models(manifest)}
    for model in models(manifest):
        assert set(model["columns"]) == built[model["schema"], model["alias"]], model["name"]
        assert all(column["description"] for column in model["columns"].values()), model["name"]


def test_a_column_means_the_same_everywhere(manifest: dict[str, Any]) -> None:
    meanings = defaultdict(set)
    for model in models(manifest):
        for name, column in model["columns"].items():
            meanings[name].add(column["description"])
    assert {name: texts for name, texts in meanings.items() if len(texts) > 1} == {}


def test_doc_blocks_are_all_used(manifest: dict[str, Any]) -> None:
    used = {column["description"] for model in models(manifest) for column in model["columns"].values()}
    blocks = {name: doc["block_contents"].strip() for name, doc in manifest["docs"].items() if "cx_warehouse" in name}
    assert {name for name, text in blocks.items() if text not in {description.strip() for description in used}} == set()


def test_models_that_name_the_weeks_of_the_run_are_made_in_every_run(manifest: dict[str, Any]) -> None:
    named = {model["name"] for model in models(manifest) if RUN_VARIABLES.search(model["raw_code"])}
    tagged = {model["name"] for model in models(manifest) if "by_run" in model["tags"]}
    assert named == tagged


def test_every_metric_of_the_registry_has_its_formula_in_one_family(manifest: dict[str, Any]) -> None:
    families = [model["config"]["meta"]["family"] for model in models(manifest) if "family" in model["config"]["meta"]]
    formulas = [metric for family in families for metric in family["metrics"]]
    registry = check_methodology(METHODOLOGY, "demo").metrics
    assert len(families) == len(list((PROJECT / "models" / "metrics").glob("metrics_*.sql")))
    assert sorted(formulas) == sorted(registry)


def test_survey_metrics_of_one_question_count_the_same_answers(manifest: dict[str, Any]) -> None:
    """They are hidden together by the first word of their definition, so that word must tell the rows counted."""
    registry = check_methodology(METHODOLOGY, "demo").metrics
    rows = defaultdict(set)
    for family in (model["config"]["meta"].get("family") for model in models(manifest)):
        for metric, formula in (family["metrics"] if family else {}).items():
            if registry[metric].is_survey:
                question = registry[metric].question
                rows[question].add((family["relation"], formula["rows"]))
    assert {question: len(found) for question, found in rows.items()} == dict.fromkeys(rows, 1)
    assert len(set.union(*rows.values())) == len(rows) > 5


def test_engines_differ_only_in_their_macros() -> None:
    for path in PROJECT.rglob("*.sql"):
        if "engine" not in path.parts:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"target\.type|adapter\.dispatch|read_parquet|parquet\.`", text), path


def test_every_landed_entity_is_known_to_the_models(manifest: dict[str, Any]) -> None:
    landed = {(entity.source, entity.name) for entity in ENTITIES}
    landed |= {(source, "loads") for source, _ in landed} | {("reference", name) for name in REFERENCE}
    read = {pair for model in models(manifest) for pair in READS_LANDING.findall(model["raw_code"])}
    declared = {(node["source_name"], node["name"]) for node in manifest["sources"].values()}
    assert read <= declared <= landed
    waiting = {("reference", "parameters")}  # dbt takes them as a variable
    assert landed - declared == waiting


def test_staging_takes_its_columns_from_the_contract(manifest: dict[str, Any]) -> None:
    columns = {(entity.source, entity.name): set(entity.schema) for entity in ENTITIES}
    columns |= {("reference", name): set(schema) for name, schema in REFERENCE.items()}
    for model in models(manifest):
        found = READS_LANDING.findall(model["raw_code"])
        if len(found) == 1 and found[0] in columns:
            read = set(re.findall(r"^    (\w+)(?: as \w+)?,?$", model["raw_code"], flags=re.MULTILINE))
            assert read - {"week"} <= columns[found[0]], model["name"]
    assert set(LOADS) < set(next(m for m in models(manifest) if m["name"] == "stg_landing__loads")["columns"])
