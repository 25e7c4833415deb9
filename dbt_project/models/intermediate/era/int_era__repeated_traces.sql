with traced as (
    select
        remittance_key,
        payer_identifier,
        trace_number,
        payment_on,
        payment_amount,
        loaded_on,
        load_id,
        interchange_position,
        transaction_position
    from {{ ref('stg_era__remittances') }}
    where
        trace_number is not null
        and payment_amount is not null
),

-- The one taken first is the original; of several that came on one day, the lower load id.
compared as (
    select
        remittance_key,
        first_value(remittance_key) over (
            partition by payer_identifier, trace_number, payment_on, payment_amount
            order by loaded_on, load_id, interchange_position, transaction_position
        ) as first_remittance_key,
        min(payment_amount) over (partition by payer_identifier, trace_number) as lowest_amount,
        max(payment_amount) over (partition by payer_identifier, trace_number) as highest_amount
    from traced
)

select
    remittance_key,
    nullif(first_remittance_key, remittance_key) as duplicate_of_remittance_key,
    lowest_amount < highest_amount as has_conflicting_trace
from compared
