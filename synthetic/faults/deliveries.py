"""Files that are missing, late, empty or suspiciously small, and rows that a full extract has lost.

The planted clinics have calendars of their own, added to the practice's settings.yml, so that no file of the
clean world stands in for a planted one.
"""

from datetime import date

from synthetic.faults.planting import Planting
from synthetic.practice import on
from synthetic.scenarios import Row, clinic_setting

_USUAL, _TOO_FEW = 4, 1


def plant(planting: Planting) -> None:
    """Three of each."""
    for number in range(3):
        _missing(planting, number)
        _late(planting, number)
        _deleted(planting, number)
    _small(planting)
    _empty(planting)


def _visit(planting: Planting, location_id: str, on_day: date, number: int = 0) -> Row:
    return {
        "appointment_id": f"AP-{location_id}-{on_day:%m%d}-{number}",
        "patient_id": planting.patient(),
        "location_id": location_id,
        "starts_at": f"{on_day}T09:00:00",
        "appointment_status": "Cancelled",
    }


def _expect(planting: Planting, source: str, schedule: str, first_on: date, **others: str) -> None:
    """Add a file to the calendar, which stands at the end of the settings."""
    fields = {"source": source, "schedule": schedule, "from": first_on.isoformat(), **others}
    settings = planting.scenario.home / "settings.yml"
    with settings.open("a", encoding="utf-8") as text:
        text.write(f"  - {{{', '.join(f'{name}: {value}' for name, value in fields.items())}}}\n")


def _record(
    planting: Planting,
    kind: str,
    path_day: date,
    due_on: date,
    location_id: str,
    *rows: Row,
    description: str,
) -> None:
    path = planting.deliver(path_day, "appointments", *rows)
    planting.record(
        kind, path, description, key=f"appointments|{location_id}|{due_on}", source="appointments"
    )


def _missing(planting: Planting, number: int) -> None:
    """The clinic's first file came, and the one of the next day never."""
    location_id = f"L91{number}"
    came_on, due_on = (on(planting.practice.last_day - number - back) for back in (1, 0))
    _expect(planting, "appointments", f"monthly:{due_on.day}", due_on, location_id=location_id)
    row = _visit(planting, location_id, came_on)
    _record(
        planting, "expected_file_missing", came_on, due_on, location_id, row,
        description="the last file of a clinic before the one that never came",
    )  # fmt: skip


def _late(planting: Planting, number: int) -> None:
    location_id = f"L92{number}"
    due_on, came_on = (on(planting.practice.last_day - number - back) for back in (2, 0))
    _expect(planting, "appointments", f"monthly:{due_on.day}", due_on, location_id=location_id)
    row = _visit(planting, location_id, came_on)
    _record(
        planting, "expected_file_late", came_on, due_on, location_id, row,
        description="a file that came two days after it was due",
    )  # fmt: skip


def _small(planting: Planting) -> None:
    """Four days with four visits each, and a last one with a single visit."""
    last = planting.practice.last_day
    for number in range(3):
        location_id = f"L93{number}"
        _expect(
            planting, "appointments", "daily", on(last - 4),
            location_id=location_id, smallest_share_of_usual="50",
        )  # fmt: skip
        for day in range(last - 4, last):
            visits = [_visit(planting, location_id, on(day), visit) for visit in range(_USUAL)]
            planting.deliver(on(day), "appointments", *visits)
        few = [_visit(planting, location_id, on(last), visit) for visit in range(_TOO_FEW)]
        _record(
            planting, "expected_file_small", on(last), on(last), location_id, *few,
            description="a file with a quarter of the usual visits",
        )  # fmt: skip


def _empty(planting: Planting) -> None:
    """Three files with a header only; they have the same bytes, and each is empty on its own day."""
    last = planting.practice.last_day
    _expect(planting, "clinic_settings", "daily", on(last - 2))
    for day in range(last - 2, last + 1):
        path = planting.deliver(on(day), "clinic_settings")
        planting.record(
            "expected_file_empty",
            path,
            "a file without a record",
            key=f"clinic_settings|all|{on(day)}",
            source="clinic_settings",
        )


def _deleted(planting: Planting, number: int) -> None:
    """A clinic has two settings in one full extract, and the first of them no longer in the next."""
    clinic = f"CLINIC-95{number}"
    before, after = (
        clinic_setting(clinic, effective_from=date(2026, 1, 1) if is_first else date(2026, 1, 2))
        for is_first in (True, False)
    )
    day = 1 + 2 * number
    path = planting.deliver(on(day), "clinic_settings", before, after)
    planting.deliver(on(day + 1), "clinic_settings", after)
    planting.record(
        "row_deleted_at_source",
        path,
        "a row of a full extract that the next one does not have",
        key=f"clinic_settings|{clinic}|2026-01-01",
        source="clinic_settings",
        row=2,
    )
