{{ config(materialized='table') }}

-- A claim may be sent several times, and each sending may be answered twice: its syntax by the clearinghouse (999), its
-- content by the clearinghouse and the payer (277CA). One rejection is enough.
with sent as materialized (
    select
        row_number() over (
            order by
                patient_control_number, coalesce(batch_created_on, loaded_on), loaded_on, load_id, interchange_position,
                transaction_position, claim_position
        ) as sending_number,
        patient_control_number as claim_id,
        batch_reference,
        coalesce(batch_created_on, loaded_on) as sent_on,
        group_sender_id,
        group_control_number,
        transaction_control_number,
        loaded_on
    from {{ ref('stg_claims__submissions') }} as submissions
    where
        usage_indicator is distinct from 'T'
        and patient_control_number is not null
        and {{ is_sent_once('submissions') }}
),

statuses as materialized (
    select
        batches.batch_reference,
        acknowledgements.patient_control_number as claim_id,
        statuses.is_rejection,
        coalesce(statuses.effective_on, batches.processed_on, batches.created_on, statuses.loaded_on) as answered_on,
        case
            when statuses.is_rejection
                then
                    struct_pack(
                        answer := statuses.category_code || coalesce(':' || statuses.status_code, ''),
                        file_hash := statuses.file_hash,
                        row_number := statuses.row_number,
                        load_id := statuses.load_id
                    )
        end as rejection
    from {{ ref('stg_claims__acknowledgement_statuses') }} as statuses
    inner join {{ ref('stg_claims__acknowledgement_batches') }} as batches
        on {{ same_transaction('statuses', 'batches') }}
    left join {{ ref('stg_claims__acknowledgements') }} as acknowledgements
        on {{ same_sent_claim('statuses', 'acknowledgements') }}
    -- A status of the batch says something of its claims only when it rejects all of them.
    where
        acknowledgements.patient_control_number is not null
        or statuses.is_rejection
),

-- What a 999 rejects: the whole group, or one transaction of it.
rejected_syntax as (
    select
        groups.group_receiver_id,
        groups.acknowledged_group_control_number,
        case
            when groups.outcome_code not in ('R', 'M', 'W', 'X') then transactions.acknowledged_control_number
        end as acknowledged_control_number,
        groups.loaded_on as answered_on,
        struct_pack(
            answer := '999',
            file_hash := groups.file_hash,
            row_number := coalesce(transactions.row_number, groups.row_number),
            load_id := groups.load_id
        ) as rejection
    from {{ ref('stg_claims__functional_acknowledgements') }} as groups
    left join {{ ref('stg_claims__functional_acknowledgement_transactions') }} as transactions
        on {{ same_transaction('groups', 'transactions') }}
    where
        groups.outcome_code in ('R', 'M', 'W', 'X')
        or not transactions.is_accepted
),

answers as (
    select
        sent.sending_number,
        statuses.is_rejection,
        statuses.answered_on,
        statuses.rejection
    from sent
    inner join statuses
        on
            sent.batch_reference = statuses.batch_reference
            and sent.claim_id = statuses.claim_id

    union all

    -- An answer that names no batch is one to the last sending before it.
    select
        sent.sending_number,
        statuses.is_rejection,
        statuses.answered_on,
        statuses.rejection
    from (select * from statuses where batch_reference is null) as statuses
    asof inner join sent
        on
            statuses.claim_id = sent.claim_id
            and statuses.answered_on >= sent.sent_on

    union all

    select
        sent.sending_number,
        true as is_rejection,
        statuses.answered_on,
        statuses.rejection
    from sent
    inner join statuses
        on sent.batch_reference = statuses.batch_reference
    where statuses.claim_id is null

    union all

    -- Control numbers are used again after some time: a 999 is about the last group of its number before it.
    select
        sent.sending_number,
        true as is_rejection,
        rejected_syntax.answered_on,
        rejected_syntax.rejection
    from sent
    inner join rejected_syntax
        on
            sent.group_control_number = rejected_syntax.acknowledged_group_control_number
            and sent.group_sender_id = rejected_syntax.group_receiver_id
            and sent.loaded_on <= rejected_syntax.answered_on
            and sent.transaction_control_number
            = coalesce(rejected_syntax.acknowledged_control_number, sent.transaction_control_number)
    qualify sent.loaded_on = max(sent.loaded_on) over (partition by rejected_syntax.rejection)
),

answered as (
    select
        sending_number,
        bool_or(is_rejection) as is_rejected,
        max(answered_on) as last_answered_on,
        min(answered_on) filter (where is_rejection) as rejected_on,
        arg_min(rejection, (answered_on, rejection.row_number)) filter (where is_rejection) as rejection
    from answers
    group by sending_number
),

judged as (
    select
        sent.claim_id,
        sent.sent_on,
        answered.is_rejected,
        answered.last_answered_on,
        answered.rejected_on,
        answered.rejection,
        lead(sent.claim_id) over (order by sent.sending_number) is distinct from sent.claim_id as is_last
    from sent
    left join answered
        on sent.sending_number = answered.sending_number

    union all

    -- Where nobody delivers the claims that were sent, the last answer says that they were.
    select
        claim_id,
        null as sent_on,
        arg_max(is_rejection, (answered_on, is_rejection)) as is_rejected,
        max(answered_on) as last_answered_on,
        max(answered_on) filter (where is_rejection) as rejected_on,
        arg_max(rejection, (answered_on, rejection.row_number)) filter (where is_rejection) as rejection,
        true as is_last
    from statuses
    where
        claim_id is not null
        and not exists (
            select 1
            from sent
            where statuses.claim_id = sent.claim_id
        )
    group by claim_id
)

select
    claim_id,
    min(sent_on) as first_sent_on,
    max(sent_on) as last_sent_on,
    -- What was rejected was never filed: the payer's clock runs on.
    min(coalesce(sent_on, last_answered_on)) filter (where not coalesce(is_rejected, false)) as filed_on,
    max(last_answered_on) filter (where is_last and not is_rejected) as accepted_on,
    bool_or(is_rejected) filter (where is_last) as is_rejected,
    max(rejected_on) filter (where is_last and is_rejected) as rejected_on,
    max(rejection.answer) filter (where is_last and is_rejected) as rejection,
    max(rejection.file_hash) filter (where is_last and is_rejected) as file_hash,
    max(rejection.row_number) filter (where is_last and is_rejected) as row_number,
    max(rejection.load_id) filter (where is_last and is_rejected) as load_id
from judged
group by claim_id
