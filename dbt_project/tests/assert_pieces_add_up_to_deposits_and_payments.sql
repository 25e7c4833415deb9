-- Every entry of the bank and every payment that the books expect is in pieces of one status that add up to it.
with bank as (
    select
        bank_account,
        deposit_id,
        sum(bank_amount) as amount,
        count(distinct status) as status_count
    from {{ ref('deposit_reconciliation') }}
    where deposit_id is not null
    group by bank_account, deposit_id
),

books as (
    select
        expected_key,
        sum(expected_amount) as amount,
        count(distinct status) as status_count
    from {{ ref('deposit_reconciliation') }}
    where expected_key is not null
    group by expected_key
)

select entries.entry_key as faulty_key
from {{ ref('int_deposits__entries') }} as entries
left join bank
    on
        entries.bank_account = bank.bank_account
        and entries.deposit_id = bank.deposit_id
where
    entries.amount is distinct from bank.amount
    or bank.status_count <> 1

union all

select expected.item_key as faulty_key
from {{ ref('int_deposits__expected') }} as expected
left join books
    on expected.item_key = books.expected_key
where
    expected.amount is distinct from books.amount
    or books.status_count <> 1

union all

select 'remittance|' || remittances.remittance_key as faulty_key
from {{ ref('stg_era__remittances') }} as remittances
left join books
    on books.expected_key = 'remittance|' || remittances.remittance_key
where books.expected_key is null
