"""What the steps of the posting rules mean to a reader, and the settings that decide each of them."""

import json
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PostingStep:
    """A step in plain words, and the names of the settings it looks at."""

    because: str
    settings: tuple[str, ...] = ()


_STEPS = {
    "copay_line": PostingStep(
        "a co-pay pays the co-pay line of its claim first",
        ("copay_procedures_only", "copay_multiple_procedures", "copay_overflow_is_general"),
    ),
    "claim_lines": PostingStep("the receipt pays the claim that it was made for", ("receipt_disbursement",)),
    "account": PostingStep("a payment on account pays all open lines, oldest first"),
    "general": PostingStep(
        "what is left pays the lines that the patient can be asked for, in the order of the settings",
        ("receipt_disbursement", "statement_statuses", "skip_statuses"),
    ),
    "credit": PostingStep(
        "at the credit deadline what is left becomes a credit on the latest claim",
        ("credit_hold_days", "credit_claim_status"),
    ),
    "void_return": PostingStep("the line was voided, so the money comes back"),
    "reversal": PostingStep("the receipt was reversed, so the money comes back"),
}
_CREDIT_GIVEN_BACK = PostingStep("a refund takes the credit off its line again")


def posting_step(step: str, amount: Decimal) -> PostingStep:
    """The meaning of ``step`` where it moved ``amount``; an unknown step stands for itself."""
    if step == "credit" and amount < 0:
        return _CREDIT_GIVEN_BACK
    return _STEPS.get(step, PostingStep(step))


def settings_told(step: PostingStep, in_force: str | None) -> str | None:
    """The settings that decided ``step``, out of those in force (a JSON object); None where none did."""
    if not in_force or not step.settings:
        return None
    values = json.loads(in_force)
    told = [f"{name} = {_told(values[name])}" for name in step.settings if name in values]
    return ", ".join(told) or None


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return "[" + ", ".join(str(each) for each in value) + "]"
    return str(value)
