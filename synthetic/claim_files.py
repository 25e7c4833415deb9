"""Claims and the answers to them as X12 files: from the practice to the clearinghouse, and back.

Belongs here: who sends which set to whom, in which version. Does not belong here: what stands in the
transactions (`claim_writer`), or how an envelope is counted (`x12_writer`).
"""

from collections.abc import Sequence
from datetime import date

from synthetic import x12_writer
from synthetic.claim_writer import ANSWER_VERSION, CLAIM_VERSION, CLEARINGHOUSE, SUBMITTER, SYNTAX_VERSION


def claims_file(transactions: Sequence[str], sent_on: date, control_number: int) -> str:
    """837P transactions in one interchange."""
    return x12_writer.interchange(
        transactions,
        sender=SUBMITTER,
        receiver=CLEARINGHOUSE,
        sent_on=sent_on,
        control_number=control_number,
        functional_code="HC",
        version=CLAIM_VERSION,
    )


def syntax_answers_file(transactions: Sequence[str], sent_on: date, control_number: int) -> str:
    """999 transactions in one interchange."""
    return _answers_file(transactions, sent_on, control_number, "FA", SYNTAX_VERSION)


def claim_answers_file(transactions: Sequence[str], sent_on: date, control_number: int) -> str:
    """277CA transactions in one interchange."""
    return _answers_file(transactions, sent_on, control_number, "HN", ANSWER_VERSION)


def _answers_file(
    transactions: Sequence[str], sent_on: date, control_number: int, functional_code: str, version: str
) -> str:
    return x12_writer.interchange(
        transactions,
        sender=CLEARINGHOUSE,
        receiver=SUBMITTER,
        sent_on=sent_on,
        control_number=control_number,
        functional_code=functional_code,
        version=version,
    )
