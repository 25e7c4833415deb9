{{ config(materialized='table') }}

-- What the last claim to the primary payer said. A void says nothing about the charges that it takes back.
with sent as (
    select
        *,
        patient_control_number as claim_id,
        row_number() over (
            partition by patient_control_number
            order by
                coalesce(batch_created_on, loaded_on) desc, loaded_on desc, load_id desc, interchange_position desc,
                transaction_position desc, claim_position desc
        ) as recency
    from {{ ref('stg_claims__submissions') }} as submissions
    where
        usage_indicator is distinct from 'T'
        and patient_control_number is not null
        and coalesce(payer_responsibility_code, 'P') = 'P'
        and {{ is_sent_once('submissions') }}
        and coalesce(frequency_code, '1') <> '8'
),

-- A claim to a second payer says what the first one answered: an amount that it paid, or the day of its answer.
secondary as (
    select
        submissions.patient_control_number as claim_id,
        bool_or(answers.load_id is null) as is_without_primary_answer
    from {{ ref('stg_claims__submissions') }} as submissions
    left join {{ ref('stg_claims__submission_other_payers') }} as answers
        on
            {{ same_sent_claim('submissions', 'answers') }}
            and (answers.paid_amount is not null or answers.adjudicated_on is not null)
    where
        submissions.usage_indicator is distinct from 'T'
        and submissions.payer_responsibility_code in ('S', 'T')
        and coalesce(submissions.frequency_code, '1') <> '8'
    group by submissions.patient_control_number
),

-- Of a stay as an inpatient the claim names the last day (DTP 096).
discharges as (
    select
        load_id,
        interchange_position,
        transaction_position,
        claim_position,
        min(from_on) as discharged_on
    from {{ ref('stg_claims__submission_dates') }}
    where
        qualifier = '096'
        and line_position is null
    group by load_id, interchange_position, transaction_position, claim_position
),

old_diagnoses as (
    select distinct
        load_id,
        interchange_position,
        transaction_position,
        claim_position
    from {{ ref('stg_claims__submission_diagnoses') }}
    where qualifier in ('BK', 'BF', 'BJ', 'PR')
)

select
    sent.claim_id,
    sent.load_id,
    sent.interchange_position,
    sent.transaction_position,
    sent.claim_position,
    coalesce(sent.batch_created_on, sent.loaded_on) as sent_on,
    sent.diagnosis_count,
    old_diagnoses.load_id is not null as has_old_diagnoses,
    sent.subscriber_id,
    case when coalesce(sent.is_patient_the_subscriber, true) then sent.subscriber_born_on else sent.patient_born_on end
        as born_on,
    case
        when coalesce(sent.is_patient_the_subscriber, true) then sent.subscriber_sex_code else sent.patient_sex_code
    end as sex_code,
    case when coalesce(sent.is_patient_the_subscriber, true) then sent.subscriber_street else sent.patient_street end
    is not null as has_street,
    case
        when coalesce(sent.is_patient_the_subscriber, true) then sent.subscriber_postal_code
        else sent.patient_postal_code
    end as postal_code,
    sent.place_of_service_code,
    sent.authorization_number,
    sent.billing_provider_npi,
    sent.billing_provider_taxonomy_code,
    nullif(trim(sent.billing_provider_name), '') is not null as is_billing_provider_named,
    sent.rendering_provider_npi,
    sent.rendering_provider_taxonomy_code,
    nullif(trim(sent.rendering_provider_name), '') is not null as is_rendering_provider_named,
    sent.referring_provider_npi,
    sent.related_cause_code_1,
    sent.accident_state,
    sent.accident_on,
    sent.filing_indicator_code,
    -- To a payer of workers compensation the employer is the subscriber, and the patient is somebody else.
    case when not sent.is_patient_the_subscriber then sent.subscriber_last_name is not null end as is_employer_named,
    discharges.discharged_on,
    coalesce(secondary.is_without_primary_answer, false) as is_without_primary_answer
from sent
left join secondary
    on sent.claim_id = secondary.claim_id
left join discharges
    on {{ same_sent_claim('sent', 'discharges') }}
left join old_diagnoses
    on {{ same_sent_claim('sent', 'old_diagnoses') }}
where sent.recency = 1
