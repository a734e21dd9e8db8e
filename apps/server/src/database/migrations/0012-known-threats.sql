-- What is known of threats: lists of indicators and YARA rules, given by people or fetched from TAXII servers.

create table threat_sources (
  id text collate "C" constraint threat_sources_pk primary key,
  site text collate "C" constraint threat_sources_site_fk references sites (id) on delete cascade,
  kind text not null constraint threat_sources_kind_is_known check (kind in ('indicators', 'yara')),
  origin text not null constraint threat_sources_origin_is_known check (origin in ('upload', 'taxii')),
  name text not null,
  is_enabled boolean not null default true,
  content text not null,
  sha256 text not null,
  report jsonb not null,
  added_by text collate "C" constraint threat_sources_adder_fk references users (id),
  added_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  constraint threat_sources_have_one_name unique nulls not distinct (site, kind, name)
);
comment on table threat_sources is 'A list of indicators or a file of rules, as it was given. Where site is null it counts for all sites.';
comment on column threat_sources.report is 'What could be used of the content, and what not with the reason; made when it was given.';

create table threat_feeds (
  source text collate "C" constraint threat_feeds_pk primary key constraint threat_feeds_source_fk references threat_sources (id) on delete cascade,
  site text collate "C" constraint threat_feeds_site_fk references sites (id) on delete cascade,
  url text not null,
  collection text not null,
  authentication text not null constraint threat_feeds_authentication_is_known check (authentication in ('none', 'basic', 'token')),
  secret bytea,
  authority text,
  every_minutes integer not null constraint threat_feeds_are_asked_at_a_pace check (every_minutes between 5 and 10080),
  added_after text,
  asked_at timestamptz,
  answered_at timestamptz,
  trouble text,
  objects integer not null default 0
);
comment on table threat_feeds is 'Collections of TAXII 2.1 servers that are asked on schedule; what they gave is the content of their source.';
comment on column threat_feeds.secret is 'User and password, or token, encrypted with a key that is not in the database.';
comment on column threat_feeds.added_after is 'The server''s X-TAXII-Date-Added-Last of what was taken last: the next question begins there.';

create table threat_objects (
  source text collate "C" not null constraint threat_objects_source_fk references threat_sources (id) on delete cascade,
  site text collate "C" constraint threat_objects_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  modified text not null,
  doc jsonb not null,
  constraint threat_objects_pk primary key (source, id)
);
comment on table threat_objects is 'STIX objects of a feed, each in its latest version.';

do $$
declare
  t text;
begin
  foreach t in array array['threat_sources', 'threat_feeds', 'threat_objects']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I using (site is null or site = any ((select allowed_sites())::text[]))', t || '_of_allowed_sites', t);
  end loop;
end $$;
