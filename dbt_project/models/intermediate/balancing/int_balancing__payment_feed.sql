with ranked as (
    select
        emr_payment_id,
        feed_id,
        feed_status,
        reason,
        row_number() over (
            partition by emr_payment_id
            order by transmitted_on desc nulls last, last_modified_at desc nulls last, loaded_on desc, feed_id desc
        ) as recency
    from {{ ref('stg_emr__claims_feed') }}
    where
        feed_kind = 'payment'
        and emr_payment_id is not null
)

select
    emr_payment_id,
    feed_id,
    feed_status,
    reason as feed_reason,
    case
        when feed_status in ('Transmission Successful', 'Claim Re-submitted') then 'sent'
        when feed_status in ('Initiated', 'Validation OK (Pending)', 'Transmission Pending') then 'pending'
        when feed_status = 'Not Sent' then 'not_sent'
        else 'failed'
    end as feed_outcome
from ranked
where recency = 1
