"""The data dictionary: a page made from dbt's own descriptions and the engine's comments on the exceptions.

The descriptions in the models are the source; this only lays them out.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HEADER = """# Data dictionary

Every mart that is published, its grain and its columns. Made from the descriptions in the dbt models by
`tieout documentation`; change them there. The kinds of exceptions are in [exceptions](exceptions.md).
"""


def data_dictionary(manifest_json: Path) -> str:
    """The page as Markdown, for the dbt manifest in ``manifest_json``."""
    manifest = json.loads(manifest_json.read_text(encoding="utf-8"))
    marts = sorted(
        (
            node
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model" and node["schema"] == "marts"
        ),
        key=lambda node: node["name"],
    )
    return "\n".join([HEADER, *(_table(mart) for mart in marts)])


def _table(mart: Mapping[str, Any]) -> str:
    key = _key(mart)
    lines = [f"## marts.{mart['name']}", "", _one_line(mart["description"]), ""]
    if key:
        lines += [f"Key: {', '.join(f'`{column}`' for column in key)}", ""]
    lines += ["| column | type | what it is |", "|---|---|---|"]
    lines += [
        f"| `{column['name']}` | {column['data_type'] or ''} | {_cell(column['description'])} |"
        for column in mart["columns"].values()
    ]
    return "\n".join([*lines, ""])


def _key(mart: Mapping[str, Any]) -> list[str]:
    """The columns of the primary key, on the model or on one of its columns."""
    for constraint in mart.get("constraints", []):
        if constraint["type"] == "primary_key":
            return list(constraint["columns"])
    return [
        column["name"]
        for column in mart["columns"].values()
        if any(constraint["type"] == "primary_key" for constraint in column.get("constraints", []))
    ]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _one_line(text).replace("|", "\\|")
