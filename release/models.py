"""Which models are released: they say so themselves, in ``meta.release`` of their YAML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from release.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class ReleasedModel:
    """A model that goes into every issue.

    Attributes:
        relation: schema and name in the warehouse.
        table: name in the issue and in the published copy.
        weekly: it holds rows by week; the issue takes those of its run.
        audience: ``reader`` (published) or ``auditor`` (in the issue alone).
        comments: descriptions of its columns.
    """

    relation: str
    table: str
    weekly: bool
    audience: str
    description: str
    comments: dict[str, str]


def is_released(node: Mapping[str, Any]) -> bool:
    """Whether a node of a dbt manifest declares itself released."""
    return node["resource_type"] == "model" and bool(node["config"]["meta"].get("release"))


def released_nodes(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Nodes of a dbt manifest that declare themselves released."""
    return [node for node in manifest["nodes"].values() if is_released(node)]


def released_models(manifest: Mapping[str, Any]) -> list[ReleasedModel]:
    """Released models of a dbt manifest, by table.

    Raises:
        ReleaseError: a declaration is incomplete, or two models take one name.
    """
    models = []
    for node in released_nodes(manifest):
        release = node["config"]["meta"]["release"]
        if set(release) != {"table", "weekly", "audience"} or release["audience"] not in ("reader", "auditor"):
            raise ReleaseError(
                f"Модель {node['name']}: meta.release должна содержать table, weekly и audience (reader или auditor)."
            )
        comments = {name: column["description"] for name, column in node["columns"].items()}
        models.append(
            ReleasedModel(
                relation=f"{node['schema']}.{node['alias']}",
                description=node["description"],
                comments=comments,
                **release,
            )
        )
    if len({model.table for model in models}) < len(models):
        raise ReleaseError("Модели: две модели выпускаются под одним именем; исправьте meta.release.")
    return sorted(models, key=lambda model: model.table)
