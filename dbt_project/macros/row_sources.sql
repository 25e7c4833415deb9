{#- What the identity of rows needs to know about each source of rows, as the contracts of ingestion have it.

key          columns that identify the business event
modified_at  column with the time of the change, or none
place        column that says which location a row belongs to, in the words of the source, or none
amount       the source's control amount, or none
versions     model that compares the versions of a large source, or none

A test compares it with the contracts, so a new source is entered here once and is then followed by deletions,
corrections and the record of repeats. Rows of receipt_imports have no id: their repeats are found by
counted_import_payments, and there is nothing else to follow. -#}
{% macro row_sources() %}
    {% set changed = 'last_modified_at' %}
    {% do return({
        'appointments': {
            'key': ['appointment_id'],
            'modified_at': changed,
            'place': 'location_id',
            'amount': none,
            'versions': none
        },
        'authorizations': {
            'key': ['authorization_id'],
            'modified_at': changed,
            'place': none,
            'amount': none,
            'versions': none
        },
        'bank_deposits': {
            'key': ['bank_account', 'deposit_id'],
            'modified_at': none,
            'place': none,
            'amount': 'amount',
            'versions': none
        },
        'billing_payments': {
            'key': ['billing_payment_id'],
            'modified_at': changed,
            'place': 'billing_location_id',
            'amount': 'amount',
            'versions': 'base_billing__patient_payment_versions'
        },
        'card_settlements': {
            'key': ['settlement_id'],
            'modified_at': changed,
            'place': 'location_id',
            'amount': 'net_amount',
            'versions': none
        },
        'claim_lines': {
            'key': ['claim_id', 'line_number'],
            'modified_at': changed,
            'place': none,
            'amount': 'charge_amount',
            'versions': 'base_billing__claim_line_versions'
        },
        'claim_statuses': {
            'key': ['claim_id', 'change_sequence'],
            'modified_at': none,
            'place': none,
            'amount': none,
            'versions': none
        },
        'claims': {
            'key': ['claim_id'],
            'modified_at': changed,
            'place': 'location_id',
            'amount': 'charge_amount',
            'versions': 'base_billing__claim_versions'
        },
        'claims_feed': {
            'key': ['feed_id'],
            'modified_at': changed,
            'place': 'emr_location_id',
            'amount': 'amount',
            'versions': none
        },
        'clinic_settings': {
            'key': ['emr_location_id', 'effective_from'],
            'modified_at': changed,
            'place': 'emr_location_id',
            'amount': none,
            'versions': none
        },
        'closed_periods': {
            'key': ['location_id', 'period_start_on', 'close_version'],
            'modified_at': none,
            'place': 'location_id',
            'amount': none,
            'versions': none
        },
        'corrections': {
            'key': ['correction_id'],
            'modified_at': 'corrected_at',
            'place': none,
            'amount': none,
            'versions': none
        },
        'disbursements': {
            'key': ['disbursement_id'],
            'modified_at': changed,
            'place': none,
            'amount': 'amount',
            'versions': none
        },
        'emr_payments': {
            'key': ['emr_payment_id'],
            'modified_at': changed,
            'place': 'emr_location_id',
            'amount': 'paid_amount',
            'versions': 'base_emr__payment_versions'
        },
        'failed_charges': {
            'key': ['run_number', 'charge_record_id', 'reason_code'],
            'modified_at': changed,
            'place': 'location_id',
            'amount': 'amount',
            'versions': none
        },
        'legacy_postings': {
            'key': ['legacy_posting_id'],
            'modified_at': changed,
            'place': none,
            'amount': 'amount',
            'versions': none
        },
        'locations': {
            'key': ['location_id'],
            'modified_at': changed,
            'place': 'location_id',
            'amount': none,
            'versions': none
        },
        'patient_merges': {
            'key': ['merged_patient_id'],
            'modified_at': changed,
            'place': none,
            'amount': none,
            'versions': none
        },
        'payers': {
            'key': ['payer_id'],
            'modified_at': changed,
            'place': none,
            'amount': none,
            'versions': none
        },
        'payments': {
            'key': ['payment_id'],
            'modified_at': changed,
            'place': none,
            'amount': 'amount',
            'versions': 'base_billing__payment_versions'
        },
        'providers': {
            'key': ['provider_id'],
            'modified_at': changed,
            'place': 'location_id',
            'amount': none,
            'versions': none
        },
        'receipts': {
            'key': ['receipt_id'],
            'modified_at': changed,
            'place': 'location_id',
            'amount': 'amount',
            'versions': 'base_billing__receipt_versions'
        },
        'refunds': {
            'key': ['refund_id'],
            'modified_at': changed,
            'place': none,
            'amount': 'amount',
            'versions': none
        }
    }) %}
{% endmacro %}

{#- The business key of a row as one text, as the quarantine and the exceptions write it. -#}
{% macro business_key(source_name) -%}
    concat_ws('|', {{ row_sources()[source_name]['key'] | join(', ') }})
{%- endmacro %}

{#- An amount of a source, null where the source has none. -#}
{% macro control_amount(source_name) -%}
    cast({{ row_sources()[source_name]['amount'] or 'null' }} as decimal(18, 2))
{%- endmacro %}

{#- Everything a row of a bronze table says, without where it came from. -#}
{% macro row_contents() -%}
    struct_pack(*columns(* exclude (file_hash, row_number, load_id, loaded_on)))
{%- endmacro %}

{#- Every value of rows of a source as text, one row each.

versions    versions of the source, as delivered_version gives them
among       query for the business keys of the rows -#}
{% macro values_as_rows(source_name, versions, among) -%}
    (
        select
            {{ business_key(source_name) }} as business_key,
            load_id,
            row_number,
            cast(columns(* exclude (file_hash, loaded_on, version_count, load_id, row_number)) as varchar)
        from (
            {{ versions | indent(12) }}
        )
        where {{ business_key(source_name) }} in ({{ among }})
    )
    unpivot include nulls (delivered_value for column_name in (columns(* exclude (business_key, load_id, row_number))))
{%- endmacro %}

{#- What makes a payment of a receipts import; equal payments of one file are told apart by counting them. -#}
{% macro import_payment() -%}
    patient_id, statement_id, received_on, amount, receipt_type, payment_method, check_number
{%- endmacro %}

{#- Every payment of the receipts imports with its number among the equal ones of its file. -#}
{% macro counted_import_payments(imports) -%}
    select
        *,
        row_number() over (partition by load_id, {{ import_payment() }} order by row_number) as occurrence_number
    from {{ imports }}
    where loaded_on <= {{ as_of() }}
{%- endmacro %}
