"""Exports as their vendors hand them out: one module for each vendor, and who delivers in which layout.

Belongs here: which rows of a source come as which vendor's file. Does not belong here: what is in them, or
how they are read (`ingestion.profiles`), from which nothing is taken, so that a fault of either shows.

The first clinic of a group works with the EMR's SOAP 1.0, the second with SOAP 2.0; both take their payments,
claims feed and balancing from WebPT's reports. The insurers' receipts of the first come from OpenPM, all
receipts of the second from OfficeEMR, and so does what a lockbox takes by mail. Every other clinic, and a
group of a single one, exports in the contracts' own columns.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from synthetic.practice import Practice
from synthetic.vendor_files import officeemr, openpm, webpt

Write = Callable[[pl.DataFrame, date, Path], None]


@dataclass(frozen=True, slots=True)
class VendorFile:
    """One report of a vendor: the rows of `source` that it has, its name, and how it is written.

    profile   name of the shipped profile that reads it
    """

    profile: str
    source: str
    is_in_it: pl.Expr
    name: str
    write: Write


def vendor_files(practice: Practice) -> tuple[VendorFile, ...]:
    """What vendors deliver to the group; no row of a source belongs to two of them."""
    if len(practice.clinics) == 1:
        return ()
    first, second = practice.clinics[:2]
    of_webpt = [clinic.emr_location_id for clinic in (first, second)]
    in_webpt_billing = [clinic.billing_location_id for clinic in (first, second)]
    return (
        VendorFile(
            "webpt-soap1-payment-log",
            "emr_payments",
            pl.col("emr_location_id") == first.emr_location_id,
            webpt.payment_log_name(first.emr_location_id),
            webpt.write_payment_log,
        ),
        VendorFile(
            "webpt-soap2-payment-log",
            "emr_payments",
            pl.col("emr_location_id") == second.emr_location_id,
            webpt.ANALYTICS_NAME,
            webpt.write_analytics_payment_log,
        ),
        VendorFile(
            "webpt-payment-balancing",
            "billing_payments",
            pl.col("billing_location_id").is_in(in_webpt_billing),
            webpt.BALANCING_NAME,
            webpt.write_payment_balancing,
        ),
        VendorFile(
            "webpt-claims-feed",
            "claims_feed",
            pl.col("emr_location_id").is_in(of_webpt),
            webpt.FEED_NAME,
            webpt.write_claims_feed,
        ),
        VendorFile(
            "openpm-receipt-report",
            "receipts",
            (pl.col("location_id") == first.location_id) & (pl.col("payer_class") == "Insurance"),
            openpm.REPORT_NAME,
            openpm.write_receipt_report,
        ),
        VendorFile(
            "officeemr-receipts",
            "receipts",
            pl.col("location_id") == second.location_id,
            officeemr.RECEIPTS_NAME,
            officeemr.write_receipts,
        ),
        VendorFile(
            "officeemr-receipt-import",
            "receipt_imports",
            pl.lit(True),
            officeemr.IMPORT_NAME,
            officeemr.write_receipt_import,
        ),
    )
