{{ config(materialized='table') }}

-- An account may be merged into one that is merged later. Merges that go in a circle end nowhere: they change nothing.
with recursive account_merges as (
    select
        merged_patient_id,
        patient_id
    from {{ ref('stg_emr__patient_merges') }}
    where merged_on <= {{ as_of() }}
),

steps as (
    select
        merged_patient_id,
        patient_id,
        1 as step
    from account_merges

    union all

    select
        steps.merged_patient_id,
        account_merges.patient_id,
        steps.step + 1 as step
    from steps
    inner join account_merges
        on steps.patient_id = account_merges.merged_patient_id
    where steps.step < 20
)

select
    steps.merged_patient_id,
    steps.patient_id
from steps
where steps.patient_id not in (select account_merges.merged_patient_id from account_merges)
