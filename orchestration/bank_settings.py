"""What a practice group says about its banks: whose money belongs where, and how long money may take.

Belongs here: the names, defaults and checks of these settings, and the text in which the warehouse reads
them. Does not belong here: matching deposits (`deposits`), or what is late (`marts.deposit_reconciliation`).

    bank_accounts:
      - {account: "9000000001", locations: [L01]}
    bank_holidays: [2026-07-03]        # days on which the bank is closed besides those of the Federal Reserve
    deposit_days_before: 3             # business days that money may come before its remittance
    deposit_days_after: 3              # and after it
    check_days_after: 10               # the same for a check
    remittance_wait_days: 4            # business days a deposit may be without its remittance
    deposit_wait_days: 4               # business days a remittance may be without its deposit
    check_wait_days: 10                # the same for a check
    receipt_wait_days: 7               # days a remittance that brought money may be without its receipt
"""

import json
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Days = Annotated[int, Field(ge=0, le=366, strict=True)]
Holidays = tuple[date, ...]

DEFAULT_DAYS: dict[str, int] = {
    "deposit_days_before": 3,
    "deposit_days_after": 3,
    "check_days_after": 10,
    "remittance_wait_days": 4,
    "deposit_wait_days": 4,
    "check_wait_days": 10,
    "receipt_wait_days": 7,
}
"""Money and remittance may be three business days apart and are late after four, as the operating rules for
electronic payments have it; a check takes the mail, and whoever posts payments a week at most."""


class BankAccount(BaseModel):
    """One account, and the locations whose money belongs in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: Annotated[str, Field(min_length=1)]
    locations: tuple[Annotated[str, Field(min_length=1)], ...]

    def __str__(self) -> str:
        return json.dumps(self.model_dump(mode="json"), sort_keys=True)


def one_account_each(accounts: tuple[BankAccount, ...]) -> tuple[BankAccount, ...]:
    """The accounts as they are. Raises ValueError where a location or an account stands twice."""
    locations = [location for account in accounts for location in account.locations]
    names = [account.account for account in accounts]
    if len(set(locations)) != len(locations) or len(set(names)) != len(names):
        raise ValueError("names a location or an account twice")
    return accounts
