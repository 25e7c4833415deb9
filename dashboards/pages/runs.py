"""The run that is shown: what went in, what came out, and what it is sealed with."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.routing import guarded
from dashboards.visit import MissingError, Visit

# The control totals of a manifest in the order in which a person checks them: what came in, then what was
# made of it.
_SECTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "files": ("Files", ("files", "loaded", "duplicate", "set_aside")),
    "records": (
        "Records in files",
        ("read", "kept", "quarantined", "duplicate", "skipped", "files_not_conserved"),
    ),
    "amounts": ("Money in files", ("read", "kept", "quarantined", "duplicate")),
    "payment_balancing": (
        "EMR against billing",
        ("emr_amount", "billing_amount", "difference_amount", "expected_difference_amount",
         "open_difference_amount", "open_cells"),
    ),
    "receipts": ("Receipts", ("receipts", "amount", "escrow_amount")),
    "escrow_rollforward": (
        "Roll-forward of escrow",
        ("received_amount", "applied_amount", "disbursed_amount", "refunded_amount"),
    ),
    "eras": (
        "Remittances",
        ("remittances", "claims", "service_lines", "payment_amount", "balanced", "mismatch", "not_evaluable"),
    ),
    "claims": ("Claims", ("claims", "charge_amount", "balance_amount")),
}  # fmt: skip
_CALLED = {
    "emr_amount": "EMR",
    "open_cells": "Days and charge types that do not tie",
    "files_not_conserved": "Files whose counts do not add up",
    "mismatch": "Out of balance",
}


@guarded("/run", Permission.SEE)
def run(visit: Visit) -> Response:
    """The manifest of the published file. Its totals cover every location, so it needs full scope."""
    if not visit.scope.is_full:
        raise MissingError
    manifest = visit.snapshot.manifest
    return visit.page("run.html", title="This run", manifest=manifest, totals=control_totals(manifest))


def control_totals(manifest: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, int | str]]]]:
    """The control totals as titles with named figures; a figure that is not known here comes last."""
    stated = manifest.get("control_totals", {})
    told = []
    for section, (title, order) in _SECTIONS.items():
        figures = stated.get(section, {})
        names = [name for name in order if name in figures]
        names += [name for name in figures if name not in order]
        if names:
            told.append((title, [(_called(name), figures[name]) for name in names]))
    return told


def _called(name: str) -> str:
    words = name.removesuffix("_amount").replace("_", " ")
    return _CALLED.get(name, words[:1].upper() + words[1:])
