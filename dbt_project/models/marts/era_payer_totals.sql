-- A duplicate is no money, held or not: it is in marts.era_dashboard alone.
select
    payer_key,
    max_by(payer_name, payment_on) as payer_name,
    count(*) filter (where standing = 'counted') as remittance_count,
    count(*) filter (where standing not in ('counted', 'duplicate')) as held_remittance_count,
    min(payment_on) as first_payment_on,
    max(payment_on) as last_payment_on,
    {{ sum_or_zero('check_amount', "standing = 'counted'") }} as check_amount,
    {{ sum_or_zero('applied_amount') }} as applied_amount,
    {{ sum_or_zero('takeback_amount') }} as takeback_amount,
    {{ sum_or_zero('disbursed_amount') }} as disbursed_amount,
    {{ sum_or_zero('unapplied_amount', "standing = 'counted'") }} as unapplied_amount,
    {{ sum_or_zero('provider_level_amount') }} as provider_level_amount,
    {{ sum_or_zero('recovered_amount') }} as recovered_amount,
    {{ sum_or_zero('amount_to_post_in_legacy') }} as amount_to_post_in_legacy,
    {{ sum_or_zero('denied_amount', "standing = 'counted'") }} as denied_amount,
    {{ sum_or_zero('on_hold_amount', "standing = 'counted'") }} as on_hold_amount,
    {{ sum_or_zero('check_amount', "standing not in ('counted', 'duplicate')") }} as held_amount
from {{ ref('era_dashboard') }}
group by payer_key
