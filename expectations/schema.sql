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
    how_it_clears varchar not null,
    next_step varchar not null
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
comment on column exceptions.kinds.next_step is 'The command to type or the entry to make, with keys of the exception in braces.';

create table exceptions.root_causes (
    rule_number integer primary key,
    rule varchar not null unique,
    causes varchar not null,
    effects varchar not null,
    because varchar not null
);
comment on table exceptions.root_causes is 'One row per rule that says which exceptions are there only because of another, in the order in which they are tried.';
comment on column exceptions.root_causes.rule_number is 'Place of the rule in that order.';
comment on column exceptions.root_causes.rule is 'Name of the rule, as in exceptions.exceptions.root_rule.';
comment on column exceptions.root_causes.causes is 'Kinds of the exception behind, separated by commas.';
comment on column exceptions.root_causes.effects is 'Kinds that it explains, separated by commas.';
comment on column exceptions.root_causes.because is 'Why one follows from the other.';

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
    status varchar not null check (status in ('open', 'reopened', 'acknowledged', 'waived')),
    file_hash varchar,
    file_name varchar,
    row_number bigint,
    state varchar not null
    check (state in ('new', 'persisting', 'assigned', 'reopened', 'acknowledged', 'waived')),
    state_since_on date not null,
    changed_because varchar not null,
    times_reopened bigint not null check (times_reopened >= 0),
    assigned_to varchar,
    waived_until date check (waived_until is null or status = 'waived'),
    root_exception_id varchar check (root_exception_id <> exception_id),
    root_rule varchar,
    dependent_count bigint not null check (dependent_count >= 0),
    next_step varchar not null
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
comment on column exceptions.exceptions.status is 'open; acknowledged or waived by a person, as long as what was accepted is as it was; reopened when it is back in the queue.';
comment on column exceptions.exceptions.file_hash is 'SHA-256 of the source file it goes back to, where there is exactly one.';
comment on column exceptions.exceptions.file_name is 'Name of that file in the landing folder.';
comment on column exceptions.exceptions.row_number is 'Row or segment in that file.';
comment on column exceptions.exceptions.state is 'As the status; an open one is new on the day it is first seen, persisting after it, assigned once somebody has it.';
comment on column exceptions.exceptions.state_since_on is 'Day on which it came into this state.';
comment on column exceptions.exceptions.changed_because is 'What brought it there: a cause as in exceptions.history.';
comment on column exceptions.exceptions.times_reopened is 'How often it came back into the queue.';
comment on column exceptions.exceptions.assigned_to is 'Who works it; empty when nobody took it.';
comment on column exceptions.exceptions.waived_until is 'Day on which a waived one is back in the queue.';
comment on column exceptions.exceptions.root_exception_id is 'The exception to work first: this one is there only because of it. Empty when there is none.';
comment on column exceptions.exceptions.root_rule is 'The rule of exceptions.root_causes that says so.';
comment on column exceptions.exceptions.dependent_count is 'How many others are there only because of this one.';
comment on column exceptions.exceptions.next_step is 'The command to type or the entry to make, with its keys filled in.';

create table exceptions.lives (
    exception_id varchar primary key,
    kind varchar not null,
    location_id varchar,
    first_seen_on date not null,
    last_seen_on date not null check (last_seen_on >= first_seen_on),
    times_seen bigint not null check (times_seen > 0),
    times_reopened bigint not null check (times_reopened >= 0),
    status varchar not null
    check (status in ('open', 'reopened', 'acknowledged', 'waived', 'resolved', 'cleared')),
    state varchar not null,
    state_since_on date not null,
    changed_because varchar not null,
    assigned_to varchar,
    waived_until date,
    comment_count bigint not null,
    what_was_found varchar,
    amount_at_stake decimal(18, 2)
);
comment on table exceptions.lives is 'One row per exception ever seen up to the as-of date, those that are gone included.';
comment on column exceptions.lives.exception_id is 'Identity of the exception, the same in every run.';
comment on column exceptions.lives.kind is 'Kind of exception.';
comment on column exceptions.lives.location_id is 'Location that it was last seen at, where there was exactly one.';
comment on column exceptions.lives.first_seen_on is 'Business date of the first run that saw it.';
comment on column exceptions.lives.last_seen_on is 'Business date of the last run that saw it.';
comment on column exceptions.lives.times_seen is 'On how many business dates it was seen.';
comment on column exceptions.lives.times_reopened is 'How often it came back into the queue, for whatever reason.';
comment on column exceptions.lives.status is 'open, reopened, acknowledged or waived while it is there; resolved when it is gone after a person said so; cleared when it is gone by itself.';
comment on column exceptions.lives.state is 'As the status; an open one is new, persisting or assigned.';
comment on column exceptions.lives.state_since_on is 'Day on which it came into this state.';
comment on column exceptions.lives.changed_because is 'What brought it there: a cause as in exceptions.history.';
comment on column exceptions.lives.assigned_to is 'Who works it; kept when it is gone.';
comment on column exceptions.lives.waived_until is 'Day on which a waived one is back in the queue.';
comment on column exceptions.lives.comment_count is 'How many comments people made.';
comment on column exceptions.lives.what_was_found is 'The finding when it was last seen; empty for runs that did not keep it.';
comment on column exceptions.lives.amount_at_stake is 'Money in question when it was last seen.';

create table exceptions.history (
    exception_id varchar not null,
    change_number bigint not null check (change_number > 0),
    kind varchar not null,
    changed_on date not null,
    state varchar not null,
    status varchar not null
    check (status in ('open', 'reopened', 'acknowledged', 'waived', 'resolved', 'cleared')),
    cause varchar not null,
    person varchar,
    entry_number bigint,
    reason varchar,
    assigned_to varchar,
    waived_until date,
    what_was_found varchar,
    amount_at_stake decimal(18, 2),
    primary key (exception_id, change_number),
    check ((person is null) = (entry_number is null))
);
comment on table exceptions.history is 'One row per change in the life of an exception, and per thing that a person entered about it.';
comment on column exceptions.history.exception_id is 'Identity of the exception, the same in every run.';
comment on column exceptions.history.change_number is 'Number of the change within the exception, from 1.';
comment on column exceptions.history.kind is 'Kind of exception.';
comment on column exceptions.history.changed_on is 'Business date of the change.';
comment on column exceptions.history.state is 'State after it: new, persisting, assigned, reopened, acknowledged, waived, resolved or cleared.';
comment on column exceptions.history.status is 'Status after it.';
comment on column exceptions.history.cause is 'What changed it. A run: found, not_found, found_again, still_found (though resolved), finding_changed or amount_changed (though accepted). A day: waiver_ended. A person: assign, comment, acknowledge, waive, resolve or reopen.';
comment on column exceptions.history.person is 'Who entered it; empty when nobody did.';
comment on column exceptions.history.entry_number is 'Entry of the journal; empty when there is none.';
comment on column exceptions.history.reason is 'What the person said.';
comment on column exceptions.history.assigned_to is 'Who works it from then on.';
comment on column exceptions.history.waived_until is 'Day until which it is waived from then on.';
comment on column exceptions.history.what_was_found is 'The finding as the last run until then had it.';
comment on column exceptions.history.amount_at_stake is 'Money in question as the last run until then had it.';

create table exceptions.metrics (
    kind varchar not null,
    owner varchar not null,
    location_id varchar not null,
    age_bucket varchar not null check (age_bucket in ('0-1', '2-7', '8-30', '31-60', '61-90', 'over 90')),
    opened_count bigint not null,
    there_count bigint not null,
    open_count bigint not null,
    acknowledged_count bigint not null,
    waived_count bigint not null,
    gone_count bigint not null,
    resolved_count bigint not null,
    clearing_count bigint not null,
    reopened_count bigint not null,
    opened_today_count bigint not null,
    cleared_today_count bigint not null,
    days_to_clear bigint not null,
    mean_days_to_clear decimal(12, 1),
    there_amount decimal(18, 2) not null,
    waived_amount decimal(18, 2) not null,
    gone_amount decimal(18, 2) not null,
    primary key (kind, owner, location_id, age_bucket),
    check (opened_count = there_count + gone_count),
    check (there_count = open_count + acknowledged_count + waived_count)
);
comment on table exceptions.metrics is 'One row per kind, owner, location and age of all exceptions ever seen: how many came, are there, and went.';
comment on column exceptions.metrics.kind is 'Kind of exception.';
comment on column exceptions.metrics.owner is 'Role that works it; nobody, for a kind that the catalogue has no more.';
comment on column exceptions.metrics.location_id is 'Location; blank where there is none.';
comment on column exceptions.metrics.age_bucket is 'Age in days since it was first seen: today, or on the day it went.';
comment on column exceptions.metrics.opened_count is 'Exceptions ever seen.';
comment on column exceptions.metrics.there_count is 'Those that this run found, whatever their status.';
comment on column exceptions.metrics.open_count is 'Of these, open or reopened.';
comment on column exceptions.metrics.acknowledged_count is 'Of these, acknowledged.';
comment on column exceptions.metrics.waived_count is 'Of these, waived.';
comment on column exceptions.metrics.gone_count is 'Those that this run did not find any more.';
comment on column exceptions.metrics.resolved_count is 'Of these, resolved by a person; the others cleared by themselves.';
comment on column exceptions.metrics.clearing_count is 'How often they went; one that came back may go again.';
comment on column exceptions.metrics.reopened_count is 'How often they came back into the queue.';
comment on column exceptions.metrics.opened_today_count is 'Those seen for the first time on the as-of date.';
comment on column exceptions.metrics.cleared_today_count is 'Those that went on the as-of date.';
comment on column exceptions.metrics.days_to_clear is 'Days from being found to being gone, of all clearings together.';
comment on column exceptions.metrics.mean_days_to_clear is 'The same for one clearing, to tenths; empty when nothing went.';
comment on column exceptions.metrics.there_amount is 'Money in question of those that are there.';
comment on column exceptions.metrics.waived_amount is 'Of it, that of waived ones.';
comment on column exceptions.metrics.gone_amount is 'Money that was in question of those that are gone, as last seen.';
