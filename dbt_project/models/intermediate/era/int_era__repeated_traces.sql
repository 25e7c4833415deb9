-- The one that was delivered first is the original; of several for one day, the lower load id.
with remittances as (
    select
        remittances.*,
        coalesce(deliveries.counts_from_on, remittances.loaded_on) as delivered_on,
        remittances.trace_number is not null and remittances.payment_amount is not null as is_traced
    from {{ ref('stg_era__remittances') }} as remittances
    left join {{ ref('base_ingestion__deliveries') }} as deliveries
        on remittances.load_id = deliveries.load_id
),

traced as (
    select
        remittance_key,
        first_value(remittance_key) over (
            partition by payer_identifier, trace_number, payment_on, payment_amount
            order by delivered_on, load_id, interchange_position, transaction_position
        ) as first_remittance_key,
        min(payment_amount) over (partition by payer_identifier, trace_number)
        < max(payment_amount) over (partition by payer_identifier, trace_number) as has_conflicting_trace
    from remittances
    where is_traced
),

-- Without a trace it is the numbers of the envelope that say which remittance it is.
numbered as (
    select
        remittance_key,
        first_value(remittance_key) over (
            partition by
                interchange_sender_id,
                interchange_receiver_id,
                interchange_control_number,
                group_control_number,
                transaction_control_number,
                payer_identifier,
                payment_on,
                payment_amount
            order by delivered_on, load_id, interchange_position, transaction_position
        ) as first_remittance_key,
        false as has_conflicting_trace
    from remittances
    where
        not is_traced
        and interchange_control_number is not null
        and transaction_control_number is not null
),

compared as (
    select * from traced
    union all
    select * from numbered
)

select
    remittance_key,
    nullif(first_remittance_key, remittance_key) as duplicate_of_remittance_key,
    has_conflicting_trace
from compared
