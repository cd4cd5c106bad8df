"""A metric needs an entry in the registry and a formula; with one of them alone nothing runs, and it says what to do."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ingestion.settings import Settings
from orchestration.dbt_runner import Warehouse, WarehouseError
from tests.methodology.edited import METHODOLOGY

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = METHODOLOGY.joinpath("metrics.yml").read_text(encoding="utf-8").split("nps:\n")[0].split("ces_easy_share:\n")[1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            "nps:\n",
            f"ces_hard_share:\n{ENTRY.replace('ces.easy_share', 'ces.hard_share')}nps:\n",
            "у показателя ces_hard_share нет формулы; впишите её в dbt_project/models/metrics/metrics_*.sql",
            id="entry alone",
        ),
        pytest.param(
            f"ces_easy_share:\n{ENTRY}",
            "",
            "показателя ces_easy_share нет в methodology/metrics.yml; впишите его туда",
            id="formula alone",
        ),
    ],
)
def test_metric_is_refused_when_its_entry_or_its_formula_stands_alone(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    methodology = shutil.copytree(METHODOLOGY, tmp_path / "methodology")
    path = methodology / "metrics.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    settings = Settings(home=tmp_path / "home", methodology=methodology, region=METHODOLOGY / "regions" / "demo.yml")
    warehouse = Warehouse(settings)
    for _ in range(2):  # what was refused once is not taken for granted
        with pytest.raises(WarehouseError, match=said.replace("*", r"\*")):
            warehouse.parse()
