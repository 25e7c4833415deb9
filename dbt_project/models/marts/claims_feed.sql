select
    feed.feed_id,
    feed.feed_mode,
    feed.feed_kind,
    feed.emr_location_id,
    places.location_id,
    feed.patient_id,
    feed.case_id,
    feed.emr_payment_id,
    feed.service_on,
    feed.transmitted_on,
    feed.feed_status,
    feed.reason as vendor_reason,
    -- What the clinic's settings say, told also where the vendor is unable to determine a reason.
    case
        when feed.feed_status <> 'Not Sent' or feed.feed_kind <> 'payment' then null
        when payments.emr_payment_id is null then 'payment_unknown'
        when not payments.is_paid then 'not_marked_paid'
        when payments.flow = 'flows' then 'not_explained'
        else payments.flow
    end as not_sent_because,
    feed.amount,
    differences.difference_class as balancing_class,
    feed.file_hash,
    feed.row_number,
    feed.load_id
from {{ ref('stg_emr__claims_feed') }} as feed
left join {{ ref('int_practice__source_locations') }} as places
    on
        places.source_system = 'emr'
        and feed.emr_location_id = places.source_location_id
left join {{ ref('int_balancing__emr_payments') }} as payments
    on feed.emr_payment_id = payments.emr_payment_id
left join {{ ref('int_balancing__unit_classes') }} as differences
    on
        feed.emr_payment_id = differences.emr_payment_id
        and differences.billing_view = 'standard'
