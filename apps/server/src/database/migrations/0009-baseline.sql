-- What was learnt of a site, as rows that people read and change; and how long each site learns.

create table baseline (
  site text collate "C" not null constraint baseline_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  doc jsonb not null,
  people jsonb,
  rule text collate "C" not null generated always as (left(doc ->> 'rule', 200)) stored,
  client text collate "C" not null generated always as (left(doc ->> 'client', 100)) stored,
  server text collate "C" not null generated always as (left(doc ->> 'server', 100)) stored,
  state text collate "C" not null generated always as (case when people is not null then 'decided' else doc ->> 'state' end) stored,
  last_us bigint not null generated always as ((doc -> 'lastAt')::bigint) stored,
  search text not null generated always as (left(lower((doc ->> 'rule') || ' ' || (doc ->> 'client') || ' ' || (doc ->> 'server') || ' ' || (doc ->> 'group')), 600)) stored,
  constraint baseline_pk primary key (site, id)
);
create index baseline_by_last on baseline (site, last_us, id) include (search);
create index baseline_by_rule on baseline (site, rule, last_us, id);
create index baseline_by_client on baseline (site, client, last_us, id);
create index baseline_by_server on baseline (site, server, last_us, id);
create index baseline_by_state on baseline (site, state, last_us, id);
comment on table baseline is 'What rules that remember take for normal, and what they told and nobody approved. `doc` is the detector''s, `people` is what a person decided, and no batch writes over it.';

create table learning (
  site text collate "C" constraint learning_pk primary key constraint learning_site_fk references sites (id) on delete cascade,
  times jsonb not null,
  restarts jsonb not null default '{}'
);
comment on table learning is 'How long a site learns, where it differs from the published defaults, and where a person had learning begin again: addresses to event times, '''' for the site.';

do $$
declare
  t text;
begin
  foreach t in array array['baseline', 'learning']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I using (site = any ((select allowed_sites())::text[]))', t || '_of_allowed_sites', t);
  end loop;
end $$;

-- What was remembered without names cannot be shown: sites learn anew.
select set_config('isthmus.sites', coalesce((select string_agg(id, ',') from sites), ''), true);
delete from detector_state where key like 'seen:%' or key like 'range:%' or key like 'clock#%';
