-- The feed tells of notes by patient, clinic and day, and of an addendum that was not billed again.
select
    patient_id,
    emr_location_id,
    service_on,
    count(*) filter (where feed_kind = 'note') > 0 as has_note,
    bool_or(feed_status in ('Initiated', 'Validation OK (Pending)')) as has_open_note,
    bool_or(feed_status in ('Validation Failed', 'Transmission Failed', 'Not Sent')) as has_failed_feed,
    max(transmitted_on) filter (where feed_status = 'NOT RE-BILLED') as not_rebilled_on
from {{ ref('stg_emr__claims_feed') }}
where
    feed_kind in ('note', 'addendum')
    and service_on is not null
group by patient_id, emr_location_id, service_on
