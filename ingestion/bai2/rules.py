"""What the reader has to say about a statement: rules and kinds of problem, never a value."""

from dataclasses import dataclass

RULES = {
    # The envelope of a file.
    "outside_group": "the record belongs to no group",
    "file_not_closed": "no 99 closes the file",
    "file_record_count_differs": "the 99 does not count the records from 01 to 99",
    "file_group_count_differs": "the 99 does not count the groups of the file",
    "file_total_differs": "the 99 is not the sum of the totals of the groups",
    # The envelope of a group and of an account.
    "group_not_closed": "no 98 closes the group",
    "group_record_count_differs": "the 98 does not count the records from 02 to 98",
    "group_account_count_differs": "the 98 does not count the accounts of the group",
    "group_total_differs": "the 98 is not the sum of the totals of the accounts",
    "group_status_not_taken": "a group that deletes, corrects or tests",
    "account_not_closed": "no 49 closes the account",
    "account_record_count_differs": "the 49 does not count the records from 03 to 49",
    "account_total_differs": "the 49 is not the sum of the amounts of the account",
    # Records.
    "record_unknown": "not a record of BAI2, or not at its place",
    "field_missing": "the record ends before its last required field",
    "field_surplus": "the record has more fields than the standard defines",
    "control_characters": "contains control characters",
    # Values.
    "account_malformed": "not an account number",
    "amount_malformed": "not a whole number of cents, of at most 18 digits",
    "count_malformed": "not a whole number of at most nine digits",
    "currency_not_dollars": "in a currency other than US dollars",
    "date_malformed": "not a date of the form YYMMDD",
    "funds_type_malformed": "not a funds type with what belongs to it",
    "type_code_malformed": "not a type code of three digits",
    "type_code_without_direction": "the type code says neither money in nor money out",
}
"""Rule to kind of problem."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Where a statement breaks which rule: the number of the record, and where known its field."""

    record_number: int
    rule: str
    field: str | None = None


class BrokenRuleError(Exception):
    """Raised where a rule is broken; says which, and never a value."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.rule)
        self.problem = problem
