"""Periods and steps in closing them, for tests of what is allowed."""

from datetime import date

from journal.close_entries import Bound, Prepare, Reopen, Review, Sign
from journal.close_refusals import Published
from journal.period import Period, period_named

MARCH = period_named("2026-03", "L1")
LINES = ("L1|balancing|emr_payments|30.00|2", "L1|balancing|remainder|0.00|0")
MOVED = ("L1|balancing|emr_payments|31.00|2", "L1|balancing|remainder|0.00|0")
LATE = ("2026-02|L1|balancing|emr_payments|5.00|1",)


def bound(lines: tuple[str, ...] = LINES, late: tuple[str, ...] = (), verdict: str = "reconciled") -> Bound:
    return Bound(lines=lines, late=late, run_id="20260404-1", verdict=verdict)


def prepare(by: str = "maria", period: Period = MARCH, **given: object) -> Prepare:
    return Prepare(period=period, by=by, bound=bound(**given))  # type: ignore[arg-type]


def review(by: str = "noor", period: Period = MARCH, **given: object) -> Review:
    return Review(period=period, by=by, bound=bound(**given))  # type: ignore[arg-type]


def sign(by: str = "noor", period: Period = MARCH, reason: str = "", **given: object) -> Sign:
    return Sign(period=period, by=by, reason=reason, bound=bound(**given))  # type: ignore[arg-type]


def reopen(by: str = "maria", reason: str = "a check came late", period: Period = MARCH) -> Reopen:
    return Reopen(period=period, by=by, reason=reason)


def published(
    as_of: date = date(2026, 4, 4), *, has_figures: bool = True, verdict: str = "reconciled", **given: object
) -> Published:
    return Published(
        as_of=as_of,
        has_figures=has_figures,
        figures_sha256=bound(**given).sha256,  # type: ignore[arg-type]
        verdict=verdict,
    )
