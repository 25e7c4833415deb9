with remittances as (
    select
        remittances.*,
        coalesce(remittances.payment_on, remittances.loaded_on) as paid_on
    from {{ ref('stg_era__remittances') }} as remittances
    left join {{ ref('int_era__repeated_traces') }} as traces
        on remittances.remittance_key = traces.remittance_key
    where
        traces.duplicate_of_remittance_key is null
        and remittances.payment_amount is not null
),

remittance_receipts as (
    select
        remittance_key,
        min(receipt_id) as receipt_id
    from {{ ref('int_deposits__remittance_receipts') }}
    group by remittance_key
),

receipts as (
    select
        receipts.*,
        receipts.receipt_status = 'Reversed' or receipts.reversal_of_receipt_id is not null as is_reversed,
        {{ is_card_payment('receipts.payment_method') }} as is_card
    from {{ ref('int_escrow__receipts') }} as receipts
),

-- Payments at the desk and receipts of one patient, day and amount are the same money, whichever is which. Merged
-- accounts are one patient, whichever of them each side knows.
desk_payments as (
    select
        payments.*,
        coalesce(merged.patient_id, payments.patient_id) as person_id,
        row_number() over (
            partition by person_id, payments.transaction_on, payments.paid_amount, payments.charge_type = 'Internal Payment'
            order by payments.appointment_id, payments.emr_payment_id
        ) as payment_rank
    from {{ ref('stg_emr__payments') }} as payments
    left join {{ ref('int_patients__merged_accounts') }} as merged
        on payments.patient_id = merged.merged_patient_id
    where
        payments.payment_status = 'Paid'
        and payments.paid_amount <> 0
        and payments.transaction_on <= {{ as_of() }}
),

desk_receipts as (
    select
        receipts.receipt_id,
        coalesce(merged.patient_id, receipts.patient_id) as person_id,
        receipts.received_on,
        receipts.amount,
        row_number() over (
            partition by person_id, receipts.received_on, receipts.amount
            order by receipts.appointment_id, receipts.receipt_id
        ) as receipt_rank
    from receipts
    left join {{ ref('int_patients__merged_accounts') }} as merged
        on receipts.patient_id = merged.merged_patient_id
    where
        receipts.payer_class = 'Patient'
        and receipts.reversal_of_receipt_id is null
),

desk_pairs as (
    select
        desk_payments.emr_payment_id,
        desk_receipts.receipt_id
    from desk_payments
    inner join desk_receipts
        on
            desk_payments.person_id = desk_receipts.person_id
            and desk_payments.transaction_on = desk_receipts.received_on
            and desk_payments.paid_amount = desk_receipts.amount
            and desk_payments.payment_rank = desk_receipts.receipt_rank
    where desk_payments.charge_type <> 'Internal Payment'
),

claim_payments as (
    select
        remittances.remittance_key,
        upper(trim(claims.claim_identifier)) as claim_id,
        {{ sum_or_zero('claims.paid_amount') }} as amount,
        min(claims.row_number) as row_number
    from remittances
    inner join {{ ref('stg_era__claims') }} as claims
        on {{ same_remittance('remittances', 'claims') }}
    group by remittances.remittance_key, claim_id
),

provider_adjustments as (
    select
        remittances.remittance_key,
        coalesce(adjustments.reason_code, '') || '|' || coalesce(adjustments.reference, '') as adjustment,
        {{ money('-' ~ sum_or_zero('adjustments.amount')) }} as amount,
        min(adjustments.row_number) as row_number
    from remittances
    inner join {{ ref('stg_era__provider_adjustments') }} as adjustments
        on {{ same_remittance('remittances', 'adjustments') }}
    group by remittances.remittance_key, adjustment
),

-- What a remittance says it pays beyond its claims and adjustments is a path too, or the sums would not meet.
parts_of_remittances as (
    select
        'claim_payment' as origin_kind,
        remittance_key,
        claim_id,
        remittance_key || '|' || coalesce(claim_id, '') as origin_key,
        amount,
        row_number
    from claim_payments

    union all

    select
        'provider_adjustment' as origin_kind,
        remittance_key,
        null as claim_id,
        remittance_key || '|PLB|' || adjustment as origin_key,
        amount,
        row_number
    from provider_adjustments
),

unbalanced as (
    select
        remittances.remittance_key,
        {{ money('remittances.payment_amount - coalesce(parts.amount, 0)') }} as amount
    from remittances
    left join (
        select
            remittance_key,
            sum(amount) as amount
        from parts_of_remittances
        group by remittance_key
    ) as parts
        on remittances.remittance_key = parts.remittance_key
    where remittances.payment_amount <> coalesce(parts.amount, 0)
),

origins as (
    select
        'emr_payment' as origin_kind,
        desk_payments.emr_payment_id as origin_key,
        desk_payments.transaction_on as origin_on,
        desk_payments.paid_amount as amount,
        desk_payments.emr_payment_id,
        null as remittance_key,
        null as claim_id,
        desk_pairs.receipt_id,
        desk_payments.patient_id,
        desk_payments.charge_type = 'Internal Payment' as is_internal,
        desk_payments.file_hash,
        desk_payments.row_number,
        desk_payments.load_id
    from desk_payments
    left join desk_pairs
        on desk_payments.emr_payment_id = desk_pairs.emr_payment_id

    union all

    select
        parts.origin_kind,
        parts.origin_key,
        remittances.paid_on as origin_on,
        parts.amount,
        null as emr_payment_id,
        parts.remittance_key,
        parts.claim_id,
        remittance_receipts.receipt_id,
        null as patient_id,
        false as is_internal,
        remittances.file_hash,
        parts.row_number,
        remittances.load_id
    from (
        select
            origin_kind,
            remittance_key,
            claim_id,
            origin_key,
            amount,
            row_number
        from parts_of_remittances
        union all
        select
            'unbalanced' as origin_kind,
            remittance_key,
            null as claim_id,
            remittance_key || '|unbalanced' as origin_key,
            amount,
            null as row_number
        from unbalanced
    ) as parts
    inner join remittances
        on parts.remittance_key = remittances.remittance_key
    left join remittance_receipts
        on parts.remittance_key = remittance_receipts.remittance_key

    union all

    select
        'receipt' as origin_kind,
        receipts.receipt_id as origin_key,
        receipts.received_on as origin_on,
        receipts.amount,
        null as emr_payment_id,
        null as remittance_key,
        null as claim_id,
        receipts.receipt_id,
        receipts.patient_id,
        false as is_internal,
        receipts.file_hash,
        receipts.row_number,
        receipts.load_id
    from receipts
    where
        receipts.receipt_id not in (select desk_pairs.receipt_id from desk_pairs)
        and receipts.receipt_id not in (
            select of_remittance.receipt_id from {{ ref('int_deposits__remittance_receipts') }} as of_remittance
        )
),

uses as (
    select
        receipt_id,
        entry_kind,
        claim_id,
        disbursement_code,
        {{ sum_or_zero('amount') }} as amount
    from {{ ref('int_escrow__entries') }}
    group by receipt_id, entry_kind, claim_id, disbursement_code
    having sum(amount) <> 0
),

-- Claims of another form belong to the system used before, for which receipts disburse with code O.
claim_patterns as (
    select
        setting_value as pattern,
        effective_from,
        effective_until
    from {{ ref('stg_practice__company_settings') }}
    where setting_name = 'claim_id_pattern'
),

legacy_receipts as (
    select receipt_id
    from uses
    where upper(trim(disbursement_code)) = 'O'
    group by receipt_id
),

-- Where the money of each origin went; what no use tells is in escrow, or was never posted.
used as (
    select
        origins.origin_kind,
        origins.origin_key,
        uses.entry_kind as destination,
        uses.claim_id,
        uses.disbursement_code,
        uses.amount
    from origins
    inner join uses
        on
            origins.receipt_id = uses.receipt_id
            and (
                origins.origin_kind in ('emr_payment', 'receipt')
                or (
                    origins.origin_kind = 'claim_payment'
                    and uses.entry_kind = 'applied'
                    and origins.claim_id = upper(trim(uses.claim_id))
                )
            )
),

paths as (
    select
        origin_kind,
        origin_key,
        destination,
        claim_id,
        disbursement_code,
        amount
    from used

    union all

    select
        origins.origin_kind,
        origins.origin_key,
        case
            when origins.is_internal then 'stays_in_emr'
            when origins.origin_kind in ('provider_adjustment', 'unbalanced') then origins.origin_kind
            when origins.receipt_id is null then 'not_received'
            when legacy.receipt_id is not null and not regexp_matches(origins.claim_id, patterns.pattern, 'i')
                then 'disbursed'
            when origins.origin_kind = 'claim_payment' then 'not_posted'
            else 'escrow'
        end as destination,
        origins.claim_id,
        case
            when legacy.receipt_id is not null and not regexp_matches(origins.claim_id, patterns.pattern, 'i') then 'O'
        end as disbursement_code,
        {{ money('origins.amount - coalesce(sums.amount, 0)') }} as amount
    from origins
    left join (
        select
            origin_kind,
            origin_key,
            sum(amount) as amount
        from used
        group by origin_kind, origin_key
    ) as sums
        on
            origins.origin_kind = sums.origin_kind
            and origins.origin_key = sums.origin_key
    left join legacy_receipts as legacy
        on
            origins.receipt_id = legacy.receipt_id
            and origins.origin_kind = 'claim_payment'
    left join claim_patterns as patterns
        on
            origins.origin_on >= patterns.effective_from
            and (patterns.effective_until is null or origins.origin_on < patterns.effective_until)
    -- An origin of no money is a path of no money.
    where origins.amount <> coalesce(sums.amount, 0) or sums.origin_key is null
),

banked as (
    select
        expected_key,
        max(status) as bank_status,
        bool_and(is_confirmed) as is_confirmed,
        count(distinct bank_account || '|' || deposit_id) as entry_count,
        min(bank_account) as bank_account,
        min(deposit_id) as deposit_id
    from {{ ref('deposit_reconciliation') }}
    where expected_key is not null
    group by expected_key
),

-- The cards of a location and day may come in several settlements, by kind of card.
settled as (
    select
        settlements.location_id,
        settlements.settled_on,
        max(banked.bank_status) as bank_status,
        bool_and(banked.is_confirmed) as is_confirmed,
        count(*) as entry_count,
        min(banked.bank_account) as bank_account,
        min(banked.deposit_id) as deposit_id,
        min(banked.expected_key) as expected_key
    from {{ ref('stg_bank__card_settlements') }} as settlements
    inner join banked
        on banked.expected_key = 'settlement|' || settlements.settlement_id
    group by settlements.location_id, settlements.settled_on
),

joined as (
    select
        paths.origin_kind,
        paths.origin_key,
        origins.origin_on,
        origins.amount as origin_amount,
        origins.emr_payment_id,
        origins.remittance_key,
        remittances.trace_number,
        paths.claim_id,
        origins.receipt_id,
        receipts.received_on,
        receipts.deposit_on,
        receipts.location_id,
        coalesce(origins.patient_id, receipts.patient_id) as patient_id,
        coalesce(receipts.is_reversed, false) as is_reversed,
        paths.destination,
        paths.disbursement_code,
        paths.amount,
        coalesce(banked.expected_key, settled.expected_key) as expected_key,
        coalesce(banked.bank_status, settled.bank_status) as bank_status,
        coalesce(banked.is_confirmed, settled.is_confirmed, false) as is_confirmed,
        coalesce(banked.entry_count, settled.entry_count) = 1 as is_one_entry,
        coalesce(banked.bank_account, settled.bank_account) as bank_account,
        coalesce(banked.deposit_id, settled.deposit_id) as deposit_id,
        origins.is_internal,
        origins.file_hash,
        coalesce(origins.row_number, remittances.row_number) as row_number,
        origins.load_id
    from paths
    inner join origins
        on
            paths.origin_kind = origins.origin_kind
            and paths.origin_key = origins.origin_key
    left join remittances
        on origins.remittance_key = remittances.remittance_key
    left join receipts
        on origins.receipt_id = receipts.receipt_id
    left join banked
        on banked.expected_key = case
            when origins.remittance_key is not null then 'remittance|' || origins.remittance_key
            when receipts.reversal_of_receipt_id is not null then 'return|' || receipts.receipt_id
            when receipts.payer_class <> 'Patient' then 'receipt|' || receipts.receipt_id
            when receipts.is_card
                then 'cards|' || receipts.location_id || '|' || cast(receipts.deposit_on as varchar)
            when not receipts.is_card
                then 'batch|' || receipts.location_id || '|' || cast(receipts.deposit_on as varchar)
        end
    left join settled
        on
            receipts.is_card
            and origins.remittance_key is null
            and receipts.location_id = settled.location_id
            and coalesce(receipts.deposit_on, receipts.received_on) = settled.settled_on
)

select
    md5(concat_ws(
        '|', origin_kind, origin_key, destination, coalesce(claim_id, '-'), coalesce(disbursement_code, '-')
    )) as trail_key,
    origin_kind,
    origin_key,
    origin_on,
    origin_amount,
    emr_payment_id,
    remittance_key,
    trace_number,
    claim_id,
    receipt_id,
    received_on,
    deposit_on,
    location_id,
    patient_id,
    destination,
    disbursement_code,
    amount,
    expected_key,
    coalesce(bank_status, 'not_expected') as bank_status,
    case when is_one_entry then bank_account end as bank_account,
    case when is_one_entry then deposit_id end as deposit_id,
    case
        when is_internal or is_reversed then null
        when receipt_id is null then 'receipt'
        when destination in ('escrow', 'not_posted') and amount <> 0 then 'posting'
        when bank_status in ('no_money', 'repeated') then null
        when bank_status is null and deposit_on is null and remittance_key is null then 'deposit'
        when not is_confirmed then 'bank'
    end as gap,
    file_hash,
    row_number,
    load_id
from joined
