select
    date_basis,
    period_start_on,
    location_id,
    payer_class,
    side,
    remainder_amount
from {{ ref('receipt_payment_bridge') }}
where remainder_amount <> 0
