"""All files together: the real ones pass, each kind of wrong one is refused, a region is laid over the base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.errors import IngestionError
from ingestion.methodology.check import check_methodology
from tests.methodology.conftest import METHODOLOGY

if TYPE_CHECKING:
    from pathlib import Path


# The smallest map that is whole: every kind of error is one change of it.
MAP = """\
code: benefit
name: Пособие
version: "1"
effective_from: 2026-01-01
next_review: 2026-07-01
owner: Руководитель команды
source: Проба
audience: {client_group: job_seeker, segments: [unemployed], profile: released_worker}
classification: {services: [benefit], visits: two, bundle: one_service, task: apply_and_get}
purpose: Я хочу получать пособие.
stages:
  - code: payment
    name: Выплата
    source: Проба
    within_service: true
    citizen_goal: Получить деньги в срок
    technology: [Личный кабинет]
    contacts:
      - touchpoints: [benefit_payment, specialist]
        thoughts: [Где деньги?]
        centre_goals: [Платить в срок]
        metrics: [ces, fcr]
        instruments: [exit_poll]
        barriers:
          - {text: Задержка, reason: payment_delay}
        responsible: [payments]
        improvement: [Календарь выплат]
"""


def refusal(folder: Path, text: str, name: str = "journeys/benefit.yml", region: str | None = None) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(IngestionError) as refused:
        check_methodology(folder, region)
    return str(refused.value).replace(f"{folder}/", "")


def test_real_files_pass_and_name_the_journeys() -> None:
    found = check_methodology(METHODOLOGY, "demo")
    assert set(found.journeys) >= {"benefit", "career_guidance", "job_search", "vacancy_filling"}
    assert {journey.audience.profile for journey in found.journeys.values()} == set(found.profiles)


def test_smallest_whole_map_passes(folder: Path) -> None:
    (folder / "journeys" / "benefit.yml").write_text(MAP, encoding="utf-8")
    assert check_methodology(folder).journeys["benefit"].name == "Пособие"


@pytest.mark.parametrize(
    ("was", "now", "line", "said"),
    [
        ("[benefit_payment, specialist]", "[benefit_payment, roof]", 19, "поле «stages.№1.contacts.№1.touchpoints.№2»: кода «roof» нет в списке touchpoints; можно: site, contact_centre,"),
        ("[benefit_payment, specialist]", "[specialist, specialist]", 19, "поле «stages.№1.contacts.№1.touchpoints.№2»: точка specialist в этой стадии уже есть; оставьте одну"),
        ("metrics: [ces, fcr]", "metrics: [ces, csat]", 22, "поле «stages.№1.contacts.№1.metrics.№2»: кода «csat» нет в списке metrics; можно: ces, ces_literal,"),
        ("instruments: [exit_poll]", "instruments: [guess]", 23, "кода «guess» нет в списке instruments; можно: end_of_call_survey,"),
        ("reason: payment_delay", "reason: bad_luck", 25, "поле «stages.№1.contacts.№1.barriers.№1.reason»: кода «bad_luck» нет в списке reasons; можно: site_stale_or_missing,"),
        ("[payments]", "[nobody]", 26, "кода «nobody» нет в списке units; можно: management, it,"),
        ("profile: released_worker", "profile: average_client", 8, "поле «audience.profile»: кода «average_client» нет в списке profiles; можно: youth_first_job,"),
        ("segments: [unemployed]", "segments: [everybody]", 8, "кода «everybody» нет в списке segments; можно: youth,"),
        ("services: [benefit]", "services: [gift]", 9, "кода «gift» нет в списке services; можно: job_search,"),
        ("visits: two", "visits: many", 9, "поле «classification.visits»: такого значения нет; можно: 'none', 'one', 'one_after_remote_request' или 'two'"),
        ("code: benefit", "code: job_search", 1, "поле «code»: кода «job_search» нет в списке journeys; можно: benefit"),
        ("next_review: 2026-07-01", "next_review: 2025-07-01", 5, "поле «next_review»: нужна дата позже effective_from (2026-01-01)"),
        ("next_review: 2026-07-01", "next_review: 2026-07-32", 5, "«2026-07-32» не читается; нужна дата вида 2026-01-31, число или текст"),
        ("next_review: 2026-07-01", "next_review: летом", 5, "поле «next_review»: нужна дата вида 2026-01-31 без кавычек"),
        ("code: payment", "code: Выплата", 12, "поле «stages.№1.code»: запись не подходит под образец"),
        ("owner:", "boss:", 6, "поле «boss»: такого поля нет; можно: code, name, version, effective_from,"),
        ("reason: payment_delay", "reason: payment_delay, weight: 2", 25, "поле «stages.№1.contacts.№1.barriers.№1.weight»: такого поля нет; можно: assumed, why, text, reason"),
        ("[Календарь выплат]", "\n          - {text: Календарь, assumed: true}", 28, "нужно вместе с assumed: true"),
        ("[Календарь выплат]", "\n          - {text: Календарь, why: так}", 28, "improvement.№1.why»: нужно вместе с assumed: true"),
        ("        thoughts:", "        outside: Дом\n        thoughts:", 20, "contacts.№1.outside»: нужно что-нибудь одно: touchpoints"),
    ],
)  # fmt: skip
def test_wrong_map_is_refused_with_file_line_and_what_is_allowed(
    folder: Path, was: str, now: str, line: int, said: str
) -> None:
    assert MAP.count(was) == 1 or was in ("code: benefit", "owner:")
    first = next(
        told for told in refusal(folder, MAP.replace(was, now, 1)).splitlines() if said in told
    )  # a renamed field is two errors
    assert first.startswith(f"journeys/benefit.yml, строка {line}: ")


@pytest.mark.parametrize(
    "part",
    [
        "citizen_goal: Получить деньги в срок",
        "technology: [Личный кабинет]",
        "thoughts: [Где деньги?]",
        "centre_goals: [Платить в срок]",
        "instruments: [exit_poll]",
        "barriers:\n          - {text: Задержка, reason: payment_delay}",
        "responsible: [payments]",
        "improvement: [Календарь выплат]",
    ],
)
def test_map_without_a_part_of_a_stage_is_refused_when_it_is_missing_or_empty(folder: Path, part: str) -> None:
    field = part.split(":")[0]
    missing = refusal(folder, MAP.replace(f"        {part}\n", "").replace(f"    {part}\n", ""))
    assert missing.startswith("journeys/benefit.yml, строка ")
    assert missing.endswith(f"{field}»: не указано; впишите его")
    empty = refusal(folder, MAP.replace(part, f"{field}: []" if "[" in part or "\n" in part else f"{field}: ''"))
    line = MAP[: MAP.index(part)].count("\n") + 1
    assert empty.startswith(f"journeys/benefit.yml, строка {line}: поле «stages.№1.")
    assert empty.endswith("не может быть пустым")


def test_stage_without_any_place_is_refused(folder: Path) -> None:
    said = refusal(folder, MAP.replace("touchpoints: [benefit_payment, specialist]\n        thoughts", "thoughts"))
    assert said.startswith("journeys/benefit.yml, строка 19: поле «stages.№1.contacts.№1»: нужно что-нибудь одно")


def test_stage_that_stands_twice_is_refused_at_its_second_place(folder: Path) -> None:
    stage = MAP[MAP.index("  - code: payment") :]
    said = refusal(folder, MAP + stage)
    assert said == "journeys/benefit.yml, строка 28: поле «stages.№2.code»: стадия payment уже есть; дайте другой код"


def test_errors_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "profiles.yml").write_text("young: {name: Кто-то}", encoding="utf-8")
    said = refusal(folder, MAP.replace("exit_poll", "guess")).splitlines()
    assert any(line.startswith("profiles.yml, строка 1: поле «young.goal»: не указано") for line in said)
    assert any(line.startswith("journeys/benefit.yml, строка 23: ") for line in said)
    assert not any("в списке profiles" in line for line in said)  # the profiles are told once


def test_file_whose_name_is_no_journey_is_refused(folder: Path) -> None:
    said = refusal(folder, MAP, "journeys/pension.yml")
    assert said.splitlines()[0] == (
        "journeys/pension.yml, строка 1: поле «code»: кода «benefit» нет в списке journeys; можно: pension"
    )


def test_new_journey_is_one_file(folder: Path) -> None:
    text = MAP.replace("code: benefit", "code: pension").replace("services: [benefit]", "services: [public_works]")
    (folder / "journeys" / "pension.yml").write_text(text, encoding="utf-8")
    found = check_methodology(folder)
    assert set(found.journeys) == set(check_methodology(METHODOLOGY).journeys) | {"pension"}
    assert found.journey_of_service["public_works"] == "pension"


def test_service_that_two_maps_claim_is_refused(folder: Path) -> None:
    said = refusal(folder, MAP.replace("services: [benefit]", "services: [benefit, job_search]"))
    assert said == "journeys/job_search.yml: услуга job_search уже в карте benefit; оставьте в одной"


def test_fewer_maps_than_required_are_refused_and_fewer_than_recommended_are_not(folder: Path) -> None:
    for path in (folder / "journeys").iterdir():
        if path.stem not in ("benefit", "career_guidance"):
            path.unlink()
    assert len(check_methodology(folder).journeys) == 2
    (folder / "journeys" / "career_guidance.yml").unlink()
    assert refusal(folder, MAP) == "journeys: карт 1, нужно хотя бы 2 (пункт 6.2)"


@pytest.mark.parametrize(
    ("name", "was", "now", "said"),
    [
        ("dictionaries.yml", "units: ", "unit: ", "dictionaries.yml: нет списка или поля units. Верните его."),
        ("dictionaries.yml", "  hr: HR-отдел\n", "  hr: HR-отдел\n  it: Снова\n", "поле «units.it» повторено"),
        ("parameters.yml", "journeys_required:", "journeys_needed:", "parameters.yml: нет списка или поля journeys_required"),
        ("parameters.yml", "journeys_required: 2", "journeys_required: два", "поле «journeys_required»: нужно число"),
    ],
)  # fmt: skip
def test_wrong_base_is_refused(folder: Path, name: str, was: str, now: str, said: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert was in text
    assert said in refusal(folder, text.replace(was, now, 1), name)


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('  age: "16–23"\n', "", "нужны age, family_status и education человека или organisation организации"),
        ('  age: "16–23"\n', '  age: "16–23"\n  organisation: Завод\n', "у организации нет age, family_status и education"),
        ("  wishes:", "  dreams:", "поле «youth_first_job.dreams»: такого поля нет; можно: name, source, client_group,"),
        ("client_group: job_seeker", "client_group: person", "кода «person» нет в списке client_groups; можно: job_seeker, employer,"),
    ],
)  # fmt: skip
def test_wrong_profile_is_refused(folder: Path, was: str, now: str, said: str) -> None:
    text = (folder / "profiles.yml").read_text(encoding="utf-8")
    assert said in refusal(folder, text.replace(was, now, 1), "profiles.yml")


def test_region_replaces_a_journey_and_adds_to_profiles(folder: Path) -> None:
    own = folder / "regions" / "north"
    (own / "journeys").mkdir(parents=True)
    (own / "journeys" / "benefit.yml").write_text(MAP.replace("released_worker", "reindeer_herder"), encoding="utf-8")
    text = (folder / "profiles.yml").read_text(encoding="utf-8")
    herder = text[text.index("released_worker:") : text.index("small_employer:")].replace(
        "released_worker", "reindeer_herder"
    )
    (own / "profiles.yml").write_text(f"{herder}youth_first_job: {{region: Север}}\n", encoding="utf-8")
    base, north = check_methodology(folder), check_methodology(folder, "north")
    assert (len(base.journeys["benefit"].stages), len(north.journeys["benefit"].stages)) == (8, 1)
    assert set(north.profiles) - set(base.profiles) == {"reindeer_herder"}
    youth = north.profiles["youth_first_job"]
    assert (youth.region, youth.age) == ("Север", base.profiles["youth_first_job"].age)


def test_wrong_file_of_a_region_is_named(folder: Path) -> None:
    name = "regions/north/journeys/benefit.yml"
    said = refusal(folder, MAP.replace("exit_poll", "guess"), name, "north")
    assert said.startswith(f"{name}, строка 23: ")


def test_file_of_a_region_that_nobody_reads_is_refused(folder: Path) -> None:
    said = refusal(folder, "x: 1", "regions/north/profile.yml", "north")
    assert said.startswith(
        "regions/north/profile.yml: такого файла у региона нет; можно: questionnaires.yml, profiles.yml,"
    )
