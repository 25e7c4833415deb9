-- Of each entry of the bank the last that people said of it; nothing where that was to take a choice back.
with last_said as (
    select
        bank_entry_key,
        max(entry_number) as entry_number
    from {{ ref('stg_journal__deposit_entries') }}
    group by bank_entry_key
)

select
    said.entry_number,
    said.bank_entry_key as entry_key,
    {{ in_cents('said.bank_amount') }} as entry_cents,
    said.expected_key as item_key,
    {{ in_cents('said.expected_amount') }} as item_cents,
    said.person as chosen_by,
    said.entered_on as chosen_on
from {{ ref('stg_journal__deposit_entries') }} as said
inner join last_said
    on said.entry_number = last_said.entry_number
where said.action = 'choose'
