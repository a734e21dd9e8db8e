-- From findings to work for people, and how batches arrive.

create table findings (
  site text collate "C" not null constraint findings_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  doc jsonb not null,
  alert text collate "C",
  rule text collate "C" not null generated always as (doc ->> 'rule') stored,
  at_us bigint not null generated always as ((doc -> 'at')::bigint) stored,
  client_asset text collate "C" generated always as (doc ->> 'clientAsset') stored,
  server_asset text collate "C" generated always as (doc ->> 'serverAsset') stored,
  constraint findings_pk primary key (site, id)
);
create index findings_by_time on findings (site, at_us, id);
create index findings_by_alert on findings (site, alert, at_us, id);
create index findings_by_rule on findings (site, rule, at_us, id);
create index findings_by_client on findings (site, client_asset, at_us, id);
create index findings_by_server on findings (site, server_asset, at_us, id);
comment on table findings is 'One rule, one moment, with the bytes that show it.';

create table alerts (
  site text collate "C" not null constraint alerts_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  doc jsonb not null,
  state text collate "C" not null default 'new' constraint alerts_state_is_known check (state in ('new', 'acknowledged', 'in-progress', 'resolved')),
  resolution text constraint alerts_resolution_is_known check (resolution in ('true-positive', 'false-positive', 'benign', 'duplicate')),
  assignee text collate "C" constraint alerts_assignee_fk references users (id) on delete set null,
  is_open boolean not null generated always as (state <> 'resolved') stored,
  level text collate "C" not null generated always as (doc ->> 'level') stored,
  level_rank smallint not null generated always as (level_rank(doc ->> 'level')) stored,
  score double precision not null generated always as ((doc -> 'score')::double precision) stored,
  last_us bigint not null generated always as ((doc -> 'lastAt')::bigint) stored,
  client_asset text collate "C" generated always as (doc ->> 'clientAsset') stored,
  server_asset text collate "C" generated always as (doc ->> 'serverAsset') stored,
  incident text collate "C" generated always as (doc ->> 'incident') stored,
  rule text collate "C" generated always as (doc -> 'rules' ->> 0) stored,
  search text not null generated always as (left(lower((doc ->> 'title') || ' ' || (doc ->> 'clientName') || ' ' || (doc ->> 'serverName') || ' ' || (doc ->> 'what')), 400)) stored,
  constraint alerts_pk primary key (site, id),
  constraint alerts_resolved_say_how check ((state = 'resolved') = (resolution is not null))
);
create index alerts_by_score on alerts (site, score, last_us, id) include (search);
create index alerts_by_last on alerts (site, last_us, id);
create index alerts_open_by_score on alerts (site, is_open, score, last_us, id) include (search);
create index alerts_open_by_last on alerts (site, is_open, last_us, id);
create index alerts_by_state_score on alerts (site, state, score, last_us, id);
create index alerts_by_level_score on alerts (site, level, is_open, score, last_us, id);
create index alerts_by_client on alerts (site, client_asset, is_open);
create index alerts_by_server on alerts (site, server_asset, is_open);
create index alerts_by_incident on alerts (site, incident) where incident is not null;
create index alerts_by_assignee on alerts (site, assignee, score) where assignee is not null;
create index alerts_by_rule on alerts (site, rule, last_us);
comment on table alerts is 'Findings worth a person. The document is the desk''s; state, resolution and assignee are people''s, and survive every update of it.';

create table incidents (
  site text collate "C" not null constraint incidents_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  doc jsonb not null,
  state text collate "C" not null default 'open' constraint incidents_state_is_known check (state in ('open', 'contained', 'closed')),
  assignee text collate "C" constraint incidents_assignee_fk references users (id) on delete set null,
  score double precision not null generated always as ((doc -> 'score')::double precision) stored,
  last_us bigint not null generated always as ((doc -> 'lastAt')::bigint) stored,
  assets text[] not null generated always as (texts(doc -> 'assets')) stored,
  is_merged boolean not null generated always as (doc ? 'mergedInto') stored,
  constraint incidents_pk primary key (site, id)
);
create index incidents_by_last on incidents (site, last_us, id);
create index incidents_by_state on incidents (site, state, last_us, id);
comment on table incidents is 'Alerts that are one intrusion.';

create table work_events (
  site text collate "C" not null constraint work_events_site_fk references sites (id) on delete cascade,
  number bigint generated always as identity,
  noun text collate "C" not null constraint work_events_noun_is_known check (noun in ('alert', 'incident')),
  id text collate "C" not null,
  at timestamptz not null default now(),
  by_user text collate "C" constraint work_events_user_fk references users (id),
  kind text not null constraint work_events_kind_is_known check (kind in ('moved', 'assigned', 'noted', 'reopened')),
  from_value text,
  to_value text,
  text text,
  constraint work_events_pk primary key (site, number)
);
create index work_events_by_subject on work_events (site, noun, id, number);
comment on table work_events is 'What people did to alerts and incidents. Append-only: a timeline is a query.';

create table detector_state (
  site text collate "C" not null constraint detector_state_site_fk references sites (id) on delete cascade,
  key text collate "C" not null,
  doc jsonb not null,
  constraint detector_state_pk primary key (site, key)
);
comment on table detector_state is 'What the detector has learned and is counting, so that a restart forgets nothing.';

create table sensors (
  site text collate "C" not null constraint sensors_site_fk references sites (id) on delete cascade,
  sensor text collate "C" not null,
  last_number bigint not null,
  last_us bigint,
  received_at timestamptz not null default now(),
  constraint sensors_pk primary key (site, sensor)
);
comment on table sensors is 'The last batch applied of each sensor: what makes delivery exactly once.';

create table captures (
  id text collate "C" constraint captures_pk primary key,
  site text collate "C" not null constraint captures_site_fk references sites (id) on delete cascade,
  name text not null,
  sha256 text not null,
  source text not null constraint captures_source_is_known check (source in ('upload', 'plant')),
  state text not null constraint captures_state_is_known check (state in ('waiting', 'reading', 'done', 'failed')),
  bytes_total bigint not null,
  bytes_done bigint not null default 0,
  packets bigint not null default 0,
  first_us bigint,
  last_us bigint,
  problems jsonb not null default '[]',
  error text,
  file text not null,
  uploaded_by text collate "C" constraint captures_user_fk references users (id) on delete set null,
  uploaded_at timestamptz not null default now(),
  uploaded_us bigint not null generated always as (us(uploaded_at)) stored,
  finished_at timestamptz,
  constraint captures_are_read_once_a_site unique (site, sha256)
);
create index captures_by_time on captures (site, uploaded_us, id);
comment on table captures is 'Capture files kept in the data folder, and how far each has been read.';
