"""What people type: what is understood, what is refused, and how it is said."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer

from orchestration import cli
from tests.release.conftest import Works
from tests.release.world import EARLIER, WEEK, write_verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.orchestration.conftest import Said

ROOT = Path(__file__).parents[2]
COMMANDS = ("demo", "run", "status", "trace", "source", "methodology", "site", "docs", "dev")
RUSSIAN = re.compile("[а-яё]")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "cx nope: не понято; список покажет --help"),
        (["run", "extra"], "cx run extra: не понято; список покажет --help"),
        (["run", "--weks", WEEK], "--weks: такого параметра нет; список покажет --help"),
        (["run", "--week"], "--week: нужно значение; какое, покажет --help"),
        (["run", "--week", "46"], "Неделя «46»: нужна запись вида 2026-W46 (год и номер недели ISO)."),
        (["run", "--week", "2026-W54"], "Неделя «2026-W54»: нужна запись вида 2026-W46 (год и номер недели ISO)."),
        (["run", "--week", ""], "Неделя «»: нужна запись вида 2026-W46 (год и номер недели ISO)."),
        (["run", "--weeks", ""], "Неделя «»: нужна запись вида 2026-W46 (год и номер недели ISO)."),
        (["run", "--week", "2026-W45..2026-W46"], "--week 2026-W45..2026-W46: здесь одна неделя; для нескольких есть --weeks."),
        (["run", "--weeks", "2026-W46..2026-W45"], "Недели «2026-W46..2026-W45»: конец раньше начала. Поменяйте недели местами."),
        (["run", "--weeks", "2050-W01..2050-W02"], "2050-W01..2050-W02: можно недели с 2019-W01 по 2035-W52."),
        (["run", "--week", "1999-W01"], "1999-W01: можно недели с 2019-W01 по 2035-W52."),
        (["run", "--week", WEEK, "--weeks", "2026-W45..2026-W46"], "--week и --weeks: укажите что-нибудь одно."),
        (["run", "--from", "middle"], "--from middle: можно source, text или landing"),
        (["demo", "--factor", "much"], "--factor: значение не подходит; что можно, покажет --help"),
        (["demo", "--factor", "0"], "--factor 0.0: нужно число больше нуля"),
        (["demo", "--factor", "nan"], "--factor nan: нужно число больше нуля"),
        (["demo", "--factor", "inf"], "--factor inf: нужно число больше нуля"),
        (["demo", "--seed", "-1"], "--seed: значение не подходит; что можно, покажет --help"),
        (["demo", "--weeks", "2026-W46..2026-W45"], "Недели «2026-W46..2026-W45»: конец раньше начала. Поменяйте недели местами."),
        (["trace"], "--week: нужен всегда; что можно, покажет --help"),
        (["trace", "--week", WEEK], "--metric: нужен всегда; что можно, покажет --help"),
        (["trace", "--week", "", "--metric", "rr"], "Неделя «»: нужна запись вида 2026-W46 (год и номер недели ISO)."),
        (["trace", "--week", WEEK, "--metric", "rr", "--rows", "0"], "--rows: значение не подходит; что можно, покажет --help"),
        (["dev", "--port", "70000"], "--port: значение не подходит; что можно, покажет --help"),
    ],
)  # fmt: skip
def test_wrong_argument_is_one_line_and_changes_nothing(
    cx: Callable[..., Said], home: Path, arguments: list[str], said: str
) -> None:
    result = cx(*arguments)
    assert (result.code, result.out, result.err) == (2, "", f"✗ {said}\n")
    assert not home.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["status"], "home: выпусков ещё нет; выполните cx demo, затем cx run."),
        (["trace", "--week", WEEK, "--metric", "rr"], f"Прослеживание: неделя {WEEK} не выпущена; список недель покажет cx status."),
        (["site"], "сначала выпустите неделю"),
        (["run", "--region", "nowhere.yml"], "Регион: нет файла nowhere.yml."),
    ],
)  # fmt: skip
def test_error_is_one_line_when_there_is_nothing_yet(cx: Callable[..., Said], arguments: list[str], said: str) -> None:
    result = cx(*arguments)
    assert result.code == 1
    assert result.err.startswith("✗ ")
    assert result.err.count("\n") == 1
    assert said in result.err


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("just a text", "поле"),
        ("region: [", "это не YAML"),
        ("region: x\nname: x\ntime_zone: Mars\nfirst_week: 2026-W01\nlast_week: 2026-W02\n", "нет такого часового пояса"),
        ("region: x\nname: x\ntime_zone: Asia/Yakutsk\nfirst_week: 2026-W09\nlast_week: 2026-W02\n", "конец раньше начала"),
    ],
)  # fmt: skip
def test_error_is_one_line_when_the_region_file_is_wrong(
    cx: Callable[..., Said], tmp_path: Path, region: str, said: str
) -> None:
    path = tmp_path / "region.yml"
    path.write_text(region, encoding="utf-8")
    result = cx("run", "--region", str(path))
    assert result.code == 1
    assert said in result.err
    assert result.err.count("\n") == 1


def test_demo_is_not_written_over_a_real_region(cx: Callable[..., Said], tmp_path: Path, home: Path) -> None:
    path = tmp_path / "region.yml"
    path.write_text(
        "region: x\nname: Настоящая область\ntime_zone: Asia/Yakutsk\nfirst_week: 2026-W45\nlast_week: 2026-W46\n",
        encoding="utf-8",
    )
    result = cx("demo", "--region", str(path))
    assert (result.code, result.err) == (
        1,
        "✗ Настоящая область: это не выдуманный регион, его источники не пишутся.\n",
    )
    assert not (home / "demo").exists()


def test_unforeseen_error_is_one_line_and_its_details_are_in_the_log(
    cx: Callable[..., Said], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("one\ntwo")

    monkeypatch.setattr("orchestration.show.show_status", fail)
    result = cx("status")
    log = home / "logs" / "cx.log"
    assert result.code == 1
    assert result.err == f"✗ Непредвиденная ошибка ZeroDivisionError: one two; подробности: {log}\n"
    assert "Traceback" in log.read_text(encoding="utf-8")


def test_interrupt_is_one_line(cx: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("orchestration.show.show_status", interrupt)
    result = cx("status")
    assert (result.code, result.err.splitlines()[-1]) == (130, f"✗ {cli.STOPPED}")


def test_help_is_instant_and_in_russian() -> None:
    heavy = ("dagster", "dbt", "polars", "pandas", "duckdb", "great_expectations", "sqlalchemy", "jinja2")
    code = (
        "import sys\n"
        "from orchestration.cli import run_command\n"
        "code = run_command(sys.argv[1:])\n"
        f"print(code, [name for name in {heavy} if name in sys.modules])"
    )
    for arguments in (["--help"], ["run", "--help"], ["run", "--weks"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=ROOT, check=True
        )
        assert done.stdout.splitlines()[-1] == f"{2 if '--weks' in arguments else 0} []"


def test_help_lists_every_command_with_a_russian_line(cx: Callable[..., Said]) -> None:
    result = cx("--help")
    assert result.code == 0
    for command in COMMANDS:
        line = next(line for line in result.out.splitlines() if line.strip(" │").startswith(f"{command} "))
        assert RUSSIAN.search(line)
    for english in ("Options", "Commands", "Show this message", "default", "required"):
        assert english not in result.out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_explains_each_option_in_russian(cx: Callable[..., Said], command: str) -> None:
    result = cx(command, "--help")
    assert result.code == 0
    assert RUSSIAN.search(result.out)
    for english in ("Options", "Show this message", "default", "required", "range"):
        assert english not in result.out
    options = {each for each in typer.main.get_command(cli.app).commands[command].params if each.name != "help"}
    assert all(RUSSIAN.search(option.help or "") for option in options)


def test_command_without_arguments_shows_the_help(cx: Callable[..., Said]) -> None:
    result = cx()
    assert result.code == 2
    assert "Команды" in result.out + result.err


@pytest.fixture
def works(home: Path) -> Works:
    """A home with two weeks in its warehouse."""
    made = Works(home)
    made.fill(EARLIER, WEEK)
    return made


def test_status_tells_weeks_gaps_and_refusals(cx: Callable[..., Said], works: Works) -> None:
    works.release(EARLIER)
    works.release(WEEK)
    write_verdict(works.home, "2026-W47", passed=False)
    result = cx("status")
    assert (result.code, result.err) == (0, "")
    line = next(line for line in result.out.splitlines() if line.startswith(WEEK))
    assert "r1" in line
    assert "complaints_book C04, vk" in line
    assert "не выпущено  Проверка выпуска, 2026-W47: что-то не так" in result.out


def test_trace_tells_the_value_and_its_rows(cx: Callable[..., Said], works: Works, tmp_path: Path) -> None:
    works.change("metrics.metric_trace", lambda f: f.with_columns(origin=f["origin"] + "[1]"))
    works.release()
    csv = tmp_path / "rows" / "rr.csv"
    result = cx("trace", "--week", WEEK, "--metric", "rr", "--csv", str(csv))
    assert (result.code, result.err) == (0, "")
    assert "выпущено 66,6667, пересчитано 66,6667: равно" in result.out
    assert f"rr:{WEEK}:2" in result.out
    assert "rr.csv#2[1]" in result.out  # not taken for a colour
    assert "spam" in result.out
    text = csv.read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 1 + 4


def test_trace_tells_why_a_value_is_not_shown(cx: Callable[..., Said], works: Works) -> None:
    works.release()
    for metric, note in (
        ("nps", "скрыто: мало ответов здесь или рядом"),
        ("link_rate", "нет данных"),
        ("cv1", "нет источника"),
    ):
        result = cx("trace", "--week", WEEK, "--metric", metric)
        assert result.code == 0
        assert f"выпущено — ({note})" in result.out


@pytest.mark.parametrize("code", ["telepathy", "rr'; drop table x; --", "[red]", ""])
def test_trace_is_one_line_when_the_code_is_unknown(cx: Callable[..., Said], works: Works, code: str) -> None:
    works.release()
    result = cx("trace", "--week", WEEK, "--metric", code)
    expected = f"✗ Прослеживание: значения {code} с этим разрезом за {WEEK} нет; проверьте коды.\n"
    assert (result.code, result.out, result.err) == (1, "", expected)


def test_trace_fails_when_the_value_does_not_follow_from_its_rows(cx: Callable[..., Said], works: Works) -> None:
    works.change("metrics.metric_trace", lambda f: f.with_columns(numerator=f["numerator"] / 2))
    works.release()
    result = cx("trace", "--week", WEEK, "--metric", "rr")
    assert result.code == 1
    assert "не равно" in result.out


def test_trace_is_one_line_when_its_file_cannot_be_written(
    cx: Callable[..., Said], works: Works, tmp_path: Path
) -> None:
    works.release()
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = cx("trace", "--week", WEEK, "--metric", "rr", "--csv", str(tmp_path / "file" / "rows.csv"))
    assert result.code == 1
    assert result.err.count("\n") == 1
    assert "не удалось записать" in result.err
