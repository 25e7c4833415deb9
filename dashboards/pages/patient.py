"""A patient's account: what was received, posted, owed and is in credit, and every payment."""

from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.pages.panel import panel
from dashboards.pages.records import facts_of
from dashboards.routing import guarded
from dashboards.visit import MissingError, Visit


@guarded("/patient/{patient_id}", Permission.SEE)
def patient(visit: Visit) -> Response:
    """Everything of one patient within the person's scope. The look is logged whatever is found."""
    patient_id = visit.request.path_params["patient_id"]
    of_patient = [("patient_id", patient_id)]
    panels = [
        panel(visit, title, name, of_patient, size=50)
        for title, name in (
            ("Receipts", "receipts"),
            ("Payments", "payment-log"),
            ("Claims", "claims"),
            ("Exceptions", "exceptions"),
            ("Failed charges", "failed-charges"),
            ("Answers of payers", "era-claims"),
            ("Differences with billing", "differences"),
            ("Disbursements", "disbursements"),
            ("Refunds", "refunds"),
            ("Appointments", "appointments"),
        )
    ]
    found = [one for one in panels if one and one.layout.totals.count]
    account = None
    if visit.has_table("patients"):
        table = visit.table("patients")
        row = visit.query(table).one([patient_id])
        account = facts_of(table, row) if row else None
    if not found and account is None:
        raise MissingError
    visit.log("viewed", "patient", patient_id, {"rows": sum(one.layout.totals.count for one in found)})
    return visit.page(
        "patient.html", title=f"Patient {patient_id}", patient_id=patient_id, account=account, panels=found
    )
