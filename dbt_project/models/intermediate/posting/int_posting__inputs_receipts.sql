-- Insurers' money follows their remittances and invoices are paid by employers: the rules place patients' money.
select
    receipt_id,
    patient_id,
    receipt_type,
    received_at,
    cast(received_at as date) as received_on,
    amount,
    appointment_id,
    reversal_of_receipt_id,
    location_id
from {{ ref('stg_billing__receipts') }}
where
    payer_class = 'Patient'
    and cast(received_at as date) <= {{ as_of() }}
