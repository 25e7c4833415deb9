"""Bank deposits: every entry of the practice's bank accounts, from a bank's CSV or its BAI2 file."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract

# Remittance text of an electronic payment comes along in full.
LONGEST_TEXT = 10_000


class BankDeposits(dy.Schema):
    """One row per entry of an account. BAI2 names no entry, so its reader makes the id from the entry."""

    bank_account = c.identifier("Account number", "Account Number", "Account")
    deposit_id = c.identifier("Id of the entry within its account", "Deposit ID", "Transaction ID")
    deposited_on = c.date("Date of the bank's books on which the entry stands", "Post Date", "Deposit Date")
    value_on = c.date("Date from which the money can be used", "Value Date", required=False)
    amount = c.money("Amount; money that leaves the account is negative", "Amount")
    type_code = c.identifier("BAI type code of the entry", "BAI Code", "Type Code", required=False)
    trace_number = c.identifier(
        "Trace of the electronic payment (TRN02)", "Trace Number", "Trace", required=False
    )
    payer_identifier = c.identifier(
        "Who made the electronic payment (TRN03)", "Originator ID", "Company ID", required=False
    )
    bank_reference = c.identifier("The bank's reference", "Bank Reference", required=False)
    customer_reference = c.identifier(
        "The customer's reference: check number, deposit slip", "Customer Reference", required=False
    )
    bank_text = c.text(
        "What the bank says about the entry, remittance text included",
        "Description",
        "Text",
        protected=True,
        at_most=LONGEST_TEXT,
    )


CONTRACT = Contract("bank_deposits", "Bank deposits", BankDeposits, ("bank_account", "deposit_id"), "amount")
