-- The schema `exceptions`: what does not tie, how long it has not, and what each kind means.

drop schema if exists exceptions cascade;
create schema exceptions;

create table exceptions.kinds (
    kind varchar primary key,
    suite varchar not null,
    title varchar not null,
    severity varchar not null check (severity in ('critical', 'warning', 'info')),
    blocks_publish boolean not null,
    owner varchar not null,
    meaning varchar not null,
    what_to_do varchar not null,
    how_it_clears varchar not null
);
comment on table exceptions.kinds is 'One row per kind of exception: the catalogue.';
comment on column exceptions.kinds.kind is 'Name of the kind.';
comment on column exceptions.kinds.suite is 'Mart whose suite the kind belongs to.';
comment on column exceptions.kinds.title is 'What a person calls it.';
comment on column exceptions.kinds.severity is 'critical, warning or info.';
comment on column exceptions.kinds.blocks_publish is 'Whether one exception of the kind keeps the run from being published.';
comment on column exceptions.kinds.owner is 'Role that works exceptions of the kind.';
comment on column exceptions.kinds.meaning is 'What it says about the money.';
comment on column exceptions.kinds.what_to_do is 'The next step.';
comment on column exceptions.kinds.how_it_clears is 'What makes it go away by itself.';

create table exceptions.exceptions (
    exception_id varchar primary key,
    kind varchar not null,
    suite varchar not null,
    severity varchar not null check (severity in ('critical', 'warning', 'info')),
    owner varchar not null,
    business_key varchar not null,
    amount_at_stake decimal(18, 2) check (amount_at_stake >= 0),
    location_id varchar,
    patient_id varchar,
    left_key varchar,
    right_key varchar,
    what_was_found varchar not null,
    what_to_do varchar not null,
    first_seen_on date not null,
    last_seen_on date not null check (last_seen_on >= first_seen_on),
    age_days integer not null check (age_days >= 0),
    age_bucket varchar not null check (age_bucket in ('0-1', '2-7', '8-30', '31-60', '61-90', 'over 90')),
    status varchar not null check (status in ('open', 'reopened')),
    file_hash varchar,
    file_name varchar,
    row_number bigint
);
comment on table exceptions.exceptions is 'One row per thing that does not tie as of the date. Nothing is truncated.';
comment on column exceptions.exceptions.exception_id is 'First 32 hexadecimal digits of the SHA-256 of kind|business_key: the same in every run.';
comment on column exceptions.exceptions.kind is 'Kind of exception, as in exceptions.kinds.';
comment on column exceptions.exceptions.suite is 'Mart whose suite found it.';
comment on column exceptions.exceptions.severity is 'critical, warning or info.';
comment on column exceptions.exceptions.owner is 'Role that works it.';
comment on column exceptions.exceptions.business_key is 'What it is about, in keys of the sources, joined by |.';
comment on column exceptions.exceptions.amount_at_stake is 'Money in question, never negative; empty where no amount is known.';
comment on column exceptions.exceptions.location_id is 'Location, where there is exactly one.';
comment on column exceptions.exceptions.patient_id is 'Patient account number, where there is exactly one.';
comment on column exceptions.exceptions.left_key is 'Key of the first side.';
comment on column exceptions.exceptions.right_key is 'Key of the other side.';
comment on column exceptions.exceptions.what_was_found is 'The finding in codes and counts, without names and amounts.';
comment on column exceptions.exceptions.what_to_do is 'The next step.';
comment on column exceptions.exceptions.first_seen_on is 'Business date of the first published run that saw it, or of this run.';
comment on column exceptions.exceptions.last_seen_on is 'Business date of this run.';
comment on column exceptions.exceptions.age_days is 'Days from first_seen_on to last_seen_on.';
comment on column exceptions.exceptions.age_bucket is 'Age in days as a range.';
comment on column exceptions.exceptions.status is 'open, or reopened when an earlier run did not see it after it had been seen.';
comment on column exceptions.exceptions.file_hash is 'SHA-256 of the source file it goes back to, where there is exactly one.';
comment on column exceptions.exceptions.file_name is 'Name of that file in the landing folder.';
comment on column exceptions.exceptions.row_number is 'Row or segment in that file.';

create table exceptions.history (
    exception_id varchar primary key,
    kind varchar not null,
    first_seen_on date not null,
    last_seen_on date not null check (last_seen_on >= first_seen_on),
    times_seen bigint not null check (times_seen > 0),
    times_reopened bigint not null check (times_reopened >= 0 and times_reopened < times_seen),
    status varchar not null check (status in ('open', 'reopened', 'cleared'))
);
comment on table exceptions.history is 'One row per exception ever seen up to the as-of date, cleared ones included.';
comment on column exceptions.history.exception_id is 'Identity of the exception, the same in every run.';
comment on column exceptions.history.kind is 'Kind of exception.';
comment on column exceptions.history.first_seen_on is 'Business date of the first run that saw it.';
comment on column exceptions.history.last_seen_on is 'Business date of the last run that saw it.';
comment on column exceptions.history.times_seen is 'On how many business dates it was seen.';
comment on column exceptions.history.times_reopened is 'How often it came back after a run that did not see it.';
comment on column exceptions.history.status is 'open or reopened while it is there, cleared when it is not.';
