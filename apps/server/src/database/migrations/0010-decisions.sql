-- What people decide beforehand: findings known to be nothing, and work on the plant that is wanted.

create table suppressions (
  site text collate "C" not null constraint suppressions_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  scope jsonb not null,
  reason text not null,
  from_us bigint not null,
  until_us bigint not null,
  made_by text collate "C" constraint suppressions_maker_fk references users (id),
  made_at timestamptz not null default now(),
  ended_us bigint,
  ended_by text collate "C" constraint suppressions_ender_fk references users (id),
  constraint suppressions_pk primary key (site, id),
  constraint suppressions_end_within_a_year check (until_us > from_us and until_us - from_us <= 366 * 86400000000::bigint)
);
create index suppressions_by_end on suppressions (site, until_us);
comment on table suppressions is 'Findings a person has judged in advance. Never deleted: it ends, and the audit log says by whom.';
comment on column suppressions.from_us is 'Event time, as until_us: what a capture shows is judged by when it happened.';

create table authorised_changes (
  site text collate "C" not null constraint authorised_changes_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  doc jsonb not null,
  from_us bigint not null generated always as ((doc -> 'from')::bigint) stored,
  until_us bigint not null generated always as ((doc -> 'until')::bigint) stored,
  made_by text collate "C" constraint authorised_changes_maker_fk references users (id),
  made_at timestamptz not null default now(),
  ended_us bigint,
  ended_by text collate "C" constraint authorised_changes_ender_fk references users (id),
  constraint authorised_changes_pk primary key (site, id)
);
create index authorised_changes_by_end on authorised_changes (site, until_us);
comment on table authorised_changes is 'Work orders, maintenance windows and remote sessions, under the ids that whoever ordered them gave. Never deleted: they end.';

create table change_uses (
  site text collate "C" not null constraint change_uses_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  doc jsonb not null,
  constraint change_uses_pk primary key (site, id)
);
comment on table change_uses is 'What was seen of authorised changes on the wire, by the id of the change. Written by the fold with the batch.';

alter table findings add column suppressed_by text collate "C" generated always as (doc ->> 'suppressedBy') stored;
alter table findings add column authorised_by text collate "C" generated always as (doc ->> 'authorisedBy') stored;
create index findings_suppressed on findings (site, suppressed_by, at_us) where suppressed_by is not null;
create index findings_authorised on findings (site, authorised_by, at_us) where authorised_by is not null;
create index alerts_judged_by_rule on alerts (site, rule, resolution) where resolution is not null;

do $$
declare
  t text;
begin
  foreach t in array array['suppressions', 'authorised_changes', 'change_uses']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I using (site = any ((select allowed_sites())::text[]))', t || '_of_allowed_sites', t);
  end loop;
end $$;
