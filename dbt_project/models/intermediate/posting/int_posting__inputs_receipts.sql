-- Insurers' money follows their remittances and invoices are paid by employers: the rules place patients' money.
select
    receipt_id,
    patient_id,
    receipt_type,
    received_at,
    received_on,
    amount,
    appointment_id,
    reversal_of_receipt_id,
    location_id
from {{ ref('int_receipts__received') }}
where payer_class = 'Patient'
