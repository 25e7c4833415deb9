"""The checklist of a period as people read it: plain text, the worst never hidden, the remainder last."""

from decimal import Decimal
from typing import TYPE_CHECKING

from journal.close_figures import late_item

if TYPE_CHECKING:
    from orchestration.close.checklist import TieOut
    from orchestration.desk.close_desk import LookedAt

_NEXT = {
    "open": "prepare it: tieout close prepare",
    "prepared": "somebody else reviews it: tieout close review",
    "reviewed": "sign it: tieout close sign",
    "signed": "nothing; it is closed",
    "lapsed": "reopen it with the reason and close it anew, or leave the change to the current period",
}


def as_text(standing: "LookedAt", as_of: str) -> str:
    """The whole checklist."""
    state = standing.state
    lines = [
        f"{state.period}, as of {as_of}",
        f"{standing.status}; {standing.verdict.sentence}",
        "",
    ]
    for tie_out in standing.checklist.tie_outs:
        lines += _tie_out(tie_out)
    if state.steps or state.reopened or standing.refused:
        lines.append("Who")
        for entry in standing.refused:
            lines.append(
                f"  refused: {entry.action} by {entry.person} on {entry.entered_on},"
                f" entry {entry.entry_number}"
            )
        if state.reopened:
            lines.append(
                f"  reopened by {state.reopened.person} on {state.reopened.on}: {state.reopened.reason}"
            )
        for step, taken in state.steps:
            said = f": {taken.reason}" if taken.reason else ""
            lines.append(f"  {step} by {taken.person} on {taken.on}, entry {taken.entry_number}{said}")
        if state.bound is not None:
            lines.append(f"  figures sealed {state.bound.sha256}")
        lines.append("")
    if standing.moved:
        lines.append(f"Moved since it was {state.status}")
        lines += [f"  {movement.sentence}" for movement in standing.moved]
        lines.append("")
    if standing.late:
        lines.append("Late items of periods signed earlier, shown here")
        lines += [f"  {late_item(line).sentence}" for line in standing.late]
        lines.append("")
    lines.append("~ as of the run; a signature does not bind it")
    lines.append(f"Next: {_NEXT[standing.status]}")
    return "\n".join(lines) + "\n"


def _tie_out(tie_out: "TieOut") -> list[str]:
    found = tie_out.exceptions
    lines = [f"{tie_out.title}: {tie_out.verdict.word}"]
    for figure, role, is_binding, amount, count in tie_out.totals():
        if role in ("open", "pending") and not count:
            continue
        counted = f"{count:>8,}" if count else " " * 8
        mark = " " if is_binding else "~"
        lines.append(f"  {figure.replace('_', ' '):<28}{counted}{_money(amount):>18} {mark}".rstrip())
    if found.total:
        waived = f", {found.waived:,} of them waived" if found.waived else ""
        lines.append(f"  {'open exceptions':<28}{found.total:>8,}{waived}")
    if not tie_out.figures and not found.total:
        lines.append("  nothing")
    lines.append("")
    return lines


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"
