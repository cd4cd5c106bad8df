"""The description of a region, the methodology beside it, and the codes of the demo region."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import yaml

from ingestion.demo import codes
from ingestion.errors import IngestionError
from ingestion.methodology.check import check_methodology
from ingestion.reference import reference_tables
from ingestion.region import load_region
from ingestion.run import land
from ingestion.settings import Settings
from tests.ingestion.home import WEEK
from tests.ingestion.test_survey import SURVEY

if TYPE_CHECKING:
    from pathlib import Path

METHODOLOGY = Settings().methodology
REGION = {
    "region": "north",
    "name": "Север",
    "time_zone": "Asia/Yakutsk",
    "first_week": WEEK,
    "last_week": WEEK,
}


def load(tmp_path: Path, content: bytes) -> Any:
    path = tmp_path / "region.yml"
    path.write_bytes(content)
    return load_region(Settings(region=path))


def described(**changes: Any) -> bytes:
    return yaml.safe_dump({**REGION, **changes}, allow_unicode=True).encode()


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "поле «весь файл»: нужен список полей со значениями"),
        (b"- region", "поле «весь файл»"),
        (b"region: [", "это не YAML"),
        ("name: Область".encode("windows-1251"), "файл не в UTF-8"),
        (b"\x00", "это не YAML"),
        (described(name=None), "поле «name»: нужен текст"),
        (yaml.safe_dump({**REGION, "имя": 1}).encode(), "поле «имя»: такого поля нет"),
        (yaml.safe_dump({key: REGION[key] for key in REGION if key != "name"}).encode(), "поле «name»: не указано"),
        (described(time_zone="Yakutsk"), "поле «time_zone»: нет такого часового пояса; нужен вид Asia/Yakutsk"),
        (described(first_week="2026-46"), "Неделя «2026-46»: нужна запись вида 2026-W46"),
        (described(last_week="2025-W53"), "Неделя «2025-W53»"),
        (described(sources={"ok": {}}), "поле «sources.ok»: такого поля нет"),
        (described(sources={"ais": {}}), "поле «sources.ais.url»: не указано"),
        (described(sources={"vk": {"own_ids": ["я"]}}), "поле «sources.vk.own_ids.0»: нужно целое число"),
        (described(sources={"ais": {"url": "x", "codes": {"channel": {1: "phone"}}}}), "нужен текст (число возьмите в кавычки)"),
        (described(sources={"ais": {"url": "x", "codes": {"chanel": {}}}}), "codes.chanel"),
        (described(sources={"ais": {"url": "x", "codes": {"channel": {"Тел": "fone"}}}}), "поле «sources.ais.codes.channel»: кода fone нет в справочнике"),
        (described(sources={"ais": {"url": "x", "codes": {"event_type": {"Да": "yes"}}}}), "кода yes нет в справочнике"),
        (described(sources={"contact_centre": {"files": "x", "default_touchpoint": "луна"}}), "кода луна нет"),
        (described(sources={"survey": {**SURVEY, "feedback_channel": "сова"}}), "кода сова нет"),
        (described(sources={"survey": {**SURVEY, "period": "46"}}), "Неделя «46»"),
        (described(sources={"survey": {**SURVEY, "columns": {"offise": "Код"}}}), "sources.survey.columns.offise"),
    ],
)  # fmt: skip
def test_wrong_description_is_refused_with_one_line_that_names_the_field(
    tmp_path: Path, content: bytes, part: str
) -> None:
    with pytest.raises(IngestionError) as caught:
        load(tmp_path, content)
    line = str(caught.value)
    assert part in line
    assert "\n" not in line


def test_missing_description_is_told(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match=r"нет файла .*nowhere.yml\. Укажите его в CX_REGION"):
        load_region(Settings(region=tmp_path / "nowhere.yml"))


def test_sound_description_is_read(tmp_path: Path) -> None:
    region = load(tmp_path, described(sources={"survey": SURVEY}))
    assert region.sources.survey.columns["id"] == "ID ответа"
    assert region.sources.ais is None


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("dictionaries.yml", "", "dictionaries.yml, строка 1: поле «весь файл»: нужны поля со значениями"),
        ("dictionaries.yml", "touchpoints: {a: б}", "нет списка или поля"),
        ("dictionaries.yml", "[", "dictionaries.yml, строка 2: это не YAML"),
        ("metrics.yml", "ces: {name: Лёгкость}", "metrics.yml, строка 1: поле «ces.unit»: не указано"),
        ("parameters.yml", "window: неделя", "parameters.yml, строка 1: поле «window»: нужно число"),
        ("parameters.yml", None, "parameters.yml: файла нет или он не читается"),
    ],
)
def test_wrong_methodology_is_refused_with_one_line(tmp_path: Path, name: str, content: str | None, part: str) -> None:
    folder = shutil.copytree(METHODOLOGY, tmp_path / "methodology")
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(IngestionError, match=part):
        reference_tables(folder, "demo", WEEK)


def test_reference_lands_every_list_of_the_methodology(tmp_path: Path) -> None:
    path = tmp_path / "region.yml"
    path.write_bytes(described())
    result = land("reference", WEEK, Settings(home=tmp_path, region=path))
    dictionaries = yaml.safe_load((METHODOLOGY / "dictionaries.yml").read_text(encoding="utf-8"))
    assert result.status == "loaded"
    landed = ("touchpoints", "contact_channels", "client_groups", "segments", "sources", "aspects")
    journeys = len(list((METHODOLOGY / "journeys").glob("*.yml")))
    assert result.counts["codes"].landed == journeys + sum(len(dictionaries[name]) for name in landed)
    assert result.counts["services"].landed == len(dictionaries["services"])


def test_survey_that_asks_what_no_questionnaire_asks_stops_the_run(tmp_path: Path) -> None:
    path = tmp_path / "demo.yml"
    text = (METHODOLOGY / "regions" / "demo.yml").read_text(encoding="utf-8")
    path.write_text(text.replace("expectation_premises:", "expectation_roof:"), encoding="utf-8")
    with pytest.raises(IngestionError, match=r"questions\.expectation_roof: вопроса нет в анкете"):
        land("reference", WEEK, Settings(home=tmp_path, region=path))
    assert not (tmp_path / "landing" / "reference").exists()


def test_metric_plan_lands_as_the_maps_of_the_region_say_when_it_has_its_own() -> None:
    landed = reference_tables(METHODOLOGY, "demo", WEEK)["metric_plan"]
    stages = {stage.code for stage in check_methodology(METHODOLOGY).journeys["career_guidance"].stages}
    career = landed.filter(pl.col("journey") == "career_guidance")
    assert career.height == 57  # counted by hand in Appendix 6: see tests/methodology/test_journeys.py
    assert set(career["stage"]) <= stages
    assert career["position"].to_list() == list(range(1, 58))
    assert landed.select("journey", "stage", "touchpoint", "metric").is_unique().all()


def test_each_touchpoint_of_a_journey_lands_with_the_first_stage_in_which_it_stands() -> None:
    tables = reference_tables(METHODOLOGY, "demo", WEEK)
    guidance = pl.col("journey") == "career_guidance"
    names = tables["stages"].filter(guidance).select("stage", "position").rows()
    assert names[:3] == [("need_realised", 1), ("information_search", 2), ("booking_choice", 3)]
    places = tables["stage_touchpoints"]
    assert places.filter(guidance, pl.col("touchpoint").is_in(["hall", "specialist", "queue"])).rows() == [
        ("career_guidance", "information_search", "hall"),  # again in application and result
        ("career_guidance", "information_search", "specialist"),
        ("career_guidance", "result", "queue"),
    ]
    assert places.select("journey", "touchpoint").is_unique().all()
    known = {
        (journey, stage, touchpoint)
        for journey, stages in codes.STAGES.items()
        for stage, touchpoints in stages.items()
        for touchpoint in touchpoints
    }
    assert set(places.filter(pl.col("journey").is_in(list(codes.STAGES))).rows()) == known


def test_corridors_land_for_the_weeks_in_which_they_and_their_set_hold(tmp_path: Path) -> None:
    folder = shutil.copytree(METHODOLOGY, tmp_path / "methodology")
    sets = folder / "regions" / "demo" / "kpi_sets.yml"
    text = sets.read_text(encoding="utf-8")
    # the set ends while the second corridor of its first KPI still holds
    sets.write_text(
        text.replace(
            "valid_from: 2026-08-24\n    mission", "valid_from: 2026-08-31\n    valid_to: 2026-11-01\n    mission", 1
        ),
        encoding="utf-8",
    )
    landed = reference_tables(folder, "demo", WEEK)["kpi_corridors"].filter(
        pl.col("kpi") == "job_seeker_reliable_result"
    )
    assert landed.select("kpi_rank", "lower_bound", "upper_bound", "valid_from", "valid_to").rows() == [
        (1, 60.0, 90.0, date(2026, 8, 31), date(2026, 10, 4)),
        (1, 65.0, 95.0, date(2026, 10, 5), date(2026, 11, 1)),
    ]


def test_reasons_land_as_each_judgement_has_them(tmp_path: Path) -> None:
    folder = shutil.copytree(METHODOLOGY, tmp_path / "methodology")
    path = folder / "reasons.yml"
    first = path.read_text(encoding="utf-8")
    second = first.partition("versions:\n")[2].replace('"1"', '"2"').replace("2026-08-24", "2026-11-09")
    path.write_text(first + second.replace("queue_long: 4", "queue_long: 2"), encoding="utf-8")
    landed = reference_tables(folder, "demo", WEEK)["reasons"]
    assert landed.filter(pl.col("reason") == "queue_long").rows() == [
        ("queue_long", "Очередь, долгое ожидание", 4, "1", date(2026, 8, 24), 10),
        ("queue_long", "Очередь, долгое ожидание", 2, "2", date(2026, 11, 9), 10),
    ]
    assert landed.height == 2 * 21


@pytest.mark.parametrize("week", ["2026-46", "W46", "../2026-W46", ""])
def test_week_that_is_none_is_refused_before_anything_is_written(tmp_path: Path, week: str) -> None:
    with pytest.raises(IngestionError, match="Неделя"):
        land("ais", week, Settings(home=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_demo_region_and_its_generator_mean_the_same_by_their_codes() -> None:
    region = load_region(Settings(region=METHODOLOGY / "regions" / "demo.yml"))
    sources, dictionaries = (
        region.sources,
        yaml.safe_load((METHODOLOGY / "dictionaries.yml").read_text(encoding="utf-8")),
    )
    assert sources.ais is not None
    assert sources.survey is not None
    assert sources.ais.codes == {
        "channel": codes.AIS_CHANNELS,
        "client_group": codes.CLIENT_GROUPS,
        "segment": codes.SEGMENTS,
        "service": codes.SERVICES,
        "touchpoint": codes.TOUCHPOINTS,
        "event_type": {written: code for code, written in codes.EVENT_TYPES.items()},
        "direction": {written: code for code, written in codes.DIRECTIONS.items()},
    }
    assert sources.survey.codes == {"client_group": codes.CLIENT_GROUPS, "touchpoint": codes.TOUCHPOINTS}
    assert sources.complaints_book is not None
    assert sources.evaluations is not None
    assert sources.evaluations.codes == {"touchpoint": codes.TOUCHPOINTS}
    reasons = {written: code for written, (code, _) in codes.REASONS.items()}
    assert sources.complaints_book.codes == {"touchpoint": codes.TOUCHPOINTS, "reason": reasons}
    (judged,) = check_methodology(METHODOLOGY, "demo").reasons.versions.values()
    assert dict(codes.REASONS.values()).items() <= judged.criticality.items()
    questions = sources.survey.questions
    assert {name: (questions[name].header, tuple(questions[name].scale)) for name in codes.QUESTIONS} == codes.QUESTIONS
    assert sources.survey.questions["nps"].scale == list(range(11))
    assert sources.vk is not None
    assert sources.vk.own_ids == [codes.OWN_VK_ID]
    assert codes.UNKNOWN_TOUCHPOINT not in codes.TOUCHPOINTS
    assert set(codes.ALL_TOUCHPOINTS) == set(dictionaries["touchpoints"])
    journey_of = check_methodology(METHODOLOGY, "demo").journey_of_service
    assert {service: journey_of[service] for service in codes.JOURNEYS} == codes.JOURNEYS
    assert set(codes.JOURNEYS) == set(codes.SERVICES.values())
