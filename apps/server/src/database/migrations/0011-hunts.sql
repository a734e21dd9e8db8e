-- What alerts rest on beside packets, what was observed, and the hunts through it.

create table finding_grounds (
  site text collate "C" not null constraint finding_grounds_site_fk references sites (id) on delete cascade,
  finding text collate "C" not null,
  first jsonb not null,
  last jsonb not null,
  constraint finding_grounds_pk primary key (site, finding)
);
comment on table finding_grounds is 'What was known of a finding''s hosts when it was told first and last: it changes afterwards, and a replay needs it as it was.';

create table observation_segments (
  site text collate "C" not null constraint observation_segments_site_fk references sites (id) on delete cascade,
  number integer not null,
  day date not null,
  file text not null,
  first_us bigint,
  last_us bigint,
  bytes bigint not null default 0,
  batches integer not null default 0,
  observations bigint not null default 0,
  missing_batches integer not null default 0,
  missing_observations bigint not null default 0,
  constraint observation_segments_pk primary key (site, number)
);
comment on table observation_segments is 'Applied batches on disk, in the order in which they were applied. Written in the batch''s transaction: bytes is how much of the file counts.';
comment on column observation_segments.missing_batches is 'Applied, but not to be written (a full disk): what a hunt through this segment cannot see.';

create table observations_given_up (
  site text collate "C" not null constraint observations_given_up_pk primary key constraint observations_given_up_site_fk references sites (id) on delete cascade,
  until_us bigint not null,
  segments integer not null,
  batches bigint not null,
  observations bigint not null
);
comment on table observations_given_up is 'What left the store because of its age or for room, counted.';

create table rule_versions (
  rule text collate "C" not null,
  version text collate "C" not null,
  seen_at timestamptz not null default now(),
  constraint rule_versions_pk primary key (rule, version)
);
comment on table rule_versions is 'When a rule was first in force with this meaning: what has changed since a day.';

create table hunts (
  site text collate "C" not null constraint hunts_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  asked_by text collate "C" constraint hunts_asked_by_fk references users (id) on delete set null,
  asked_at timestamptz not null default now(),
  asked_us bigint not null generated always as ((extract(epoch from asked_at at time zone 'UTC') * 1000000)::bigint) stored,
  state text collate "C" not null default 'waiting' constraint hunts_state_is_known check (state in ('waiting', 'running', 'done', 'cancelled', 'failed')),
  request jsonb not null,
  progress jsonb not null default '{}',
  outcome jsonb,
  error text,
  finished_at timestamptz,
  constraint hunts_pk primary key (site, id)
);
create index hunts_by_time on hunts (site, asked_us, id);
comment on table hunts is 'Rules and indicators run over what was observed before, and how far each has come.';

create table hunt_findings (
  site text collate "C" not null,
  hunt text collate "C" not null,
  id text collate "C" not null,
  doc jsonb not null,
  was_raised boolean not null,
  at_us bigint not null generated always as ((doc -> 'at')::bigint) stored,
  level_rank smallint not null generated always as (level_rank(doc ->> 'level')) stored,
  constraint hunt_findings_pk primary key (site, hunt, id),
  constraint hunt_findings_hunt_fk foreign key (site, hunt) references hunts (site, id) on delete cascade
);
create index hunt_findings_by_time on hunt_findings (site, hunt, at_us, id);
comment on table hunt_findings is 'Found by a hunt; was_raised tells those that live had raised as well.';

do $$
declare
  t text;
begin
  foreach t in array array['finding_grounds', 'observation_segments', 'observations_given_up', 'hunts', 'hunt_findings']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I using (site = any ((select allowed_sites())::text[]))', t || '_of_allowed_sites', t);
  end loop;
end $$;
