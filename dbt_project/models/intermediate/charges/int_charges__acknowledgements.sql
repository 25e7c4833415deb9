{{ config(materialized='table') }}

-- A claim may be sent several times, and each sending may be answered twice: its syntax by the clearinghouse (999), its
-- content by the clearinghouse and the payer (277CA). One rejection is enough.
with sent as (
    select
        patient_control_number as claim_id,
        batch_reference,
        batch_created_on as sent_on,
        group_sender_id,
        group_control_number,
        transaction_control_number,
        loaded_on,
        load_id,
        interchange_position,
        transaction_position,
        claim_position
    from {{ ref('stg_claims__submissions') }}
    where
        usage_indicator is distinct from 'T'
        and patient_control_number is not null
),

statuses as (
    select
        batches.batch_reference,
        acknowledgements.patient_control_number as claim_id,
        statuses.is_rejection,
        coalesce(statuses.effective_on, batches.created_on, statuses.loaded_on) as answered_on,
        statuses.category_code || coalesce(':' || statuses.status_code, '') as answer,
        statuses.file_hash,
        statuses.row_number,
        statuses.load_id
    from {{ ref('stg_claims__acknowledgement_statuses') }} as statuses
    inner join {{ ref('stg_claims__acknowledgement_batches') }} as batches
        on
            statuses.load_id = batches.load_id
            and statuses.interchange_position = batches.interchange_position
            and statuses.transaction_position = batches.transaction_position
    left join {{ ref('stg_claims__acknowledgements') }} as acknowledgements
        on
            statuses.load_id = acknowledgements.load_id
            and statuses.interchange_position = acknowledgements.interchange_position
            and statuses.transaction_position = acknowledgements.transaction_position
            and statuses.claim_position = acknowledgements.claim_position
    -- A status of the batch says something of its claims only when it rejects all of them.
    where
        acknowledgements.patient_control_number is not null
        or statuses.is_rejection
),

groups as (
    select
        groups.group_receiver_id,
        groups.acknowledged_group_control_number,
        transactions.acknowledged_control_number,
        groups.outcome_code in ('R', 'M', 'W', 'X') as is_group_rejected,
        not coalesce(transactions.is_accepted, true) as is_transaction_rejected,
        groups.loaded_on as answered_on,
        groups.file_hash,
        coalesce(transactions.row_number, groups.row_number) as row_number,
        groups.load_id
    from {{ ref('stg_claims__functional_acknowledgements') }} as groups
    left join {{ ref('stg_claims__functional_acknowledgement_transactions') }} as transactions
        on
            groups.load_id = transactions.load_id
            and groups.interchange_position = transactions.interchange_position
            and groups.transaction_position = transactions.transaction_position
),

answers as (
    select
        sent.load_id,
        sent.interchange_position,
        sent.transaction_position,
        sent.claim_position,
        statuses.is_rejection,
        statuses.answered_on,
        statuses.answer,
        statuses.file_hash,
        statuses.row_number,
        statuses.load_id as answer_load_id
    from sent
    inner join statuses
        on
            sent.batch_reference = statuses.batch_reference
            and sent.claim_id = statuses.claim_id

    union all

    select
        sent.load_id,
        sent.interchange_position,
        sent.transaction_position,
        sent.claim_position,
        true as is_rejection,
        statuses.answered_on,
        statuses.answer,
        statuses.file_hash,
        statuses.row_number,
        statuses.load_id as answer_load_id
    from sent
    inner join statuses
        on sent.batch_reference = statuses.batch_reference
    where statuses.claim_id is null

    union all

    select
        sent.load_id,
        sent.interchange_position,
        sent.transaction_position,
        sent.claim_position,
        true as is_rejection,
        groups.answered_on,
        '999' as answer,
        groups.file_hash,
        groups.row_number,
        groups.load_id as answer_load_id
    from sent
    inner join groups
        on
            sent.group_control_number = groups.acknowledged_group_control_number
            and sent.group_sender_id = groups.group_receiver_id
    where
        groups.is_group_rejected
        or (
            groups.is_transaction_rejected
            and sent.transaction_control_number = groups.acknowledged_control_number
        )
),

answered as (
    select
        load_id,
        interchange_position,
        transaction_position,
        claim_position,
        bool_or(is_rejection) as is_rejected,
        min(answered_on) filter (where is_rejection) as rejected_on,
        arg_min(answer, (answered_on, row_number)) filter (where is_rejection) as rejection,
        arg_min(file_hash, (answered_on, row_number)) filter (where is_rejection) as file_hash,
        arg_min(row_number, (answered_on, row_number)) filter (where is_rejection) as row_number,
        arg_min(answer_load_id, (answered_on, row_number)) filter (where is_rejection) as answer_load_id
    from answers
    group by load_id, interchange_position, transaction_position, claim_position
),

judged as (
    select
        sent.claim_id,
        sent.sent_on,
        answered.is_rejected,
        answered.rejected_on,
        answered.rejection,
        answered.file_hash,
        answered.row_number,
        answered.answer_load_id,
        row_number() over (
            partition by sent.claim_id
            order by
                sent.sent_on desc, sent.loaded_on desc, sent.load_id desc, sent.interchange_position desc,
                sent.transaction_position desc, sent.claim_position desc
        ) = 1 as is_last
    from sent
    left join answered
        on
            sent.load_id = answered.load_id
            and sent.interchange_position = answered.interchange_position
            and sent.transaction_position = answered.transaction_position
            and sent.claim_position = answered.claim_position
)

select
    claim_id,
    max(sent_on) as last_sent_on,
    -- What was rejected was never filed: the payer's clock runs on.
    min(sent_on) filter (where not coalesce(is_rejected, false)) as filed_on,
    bool_or(is_rejected) filter (where is_last) as is_rejected,
    max(rejected_on) filter (where is_last) as rejected_on,
    max(rejection) filter (where is_last) as rejection,
    max(file_hash) filter (where is_last) as file_hash,
    max(row_number) filter (where is_last) as row_number,
    max(answer_load_id) filter (where is_last) as load_id
from judged
group by claim_id
