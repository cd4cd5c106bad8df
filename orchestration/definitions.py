"""What Dagster loads: ``dagster dev -m orchestration.definitions``."""

from __future__ import annotations

from orchestration.build import build_defs
from orchestration.settings import load_settings

defs = build_defs(load_settings())
