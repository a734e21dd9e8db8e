-- Programs of controllers as they went over the wire: sections with their versions, and the bytes of those that were seen whole.

create table programs (
  site text collate "C" not null constraint programs_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  doc jsonb not null,
  asset text collate "C" generated always as (doc ->> 'asset') stored,
  server text collate "C" not null generated always as (doc ->> 'server') stored,
  section text collate "C" not null generated always as (left(doc ->> 'section', 300)) stored,
  first_us bigint not null generated always as ((doc -> 'firstAt')::bigint) stored,
  last_us bigint not null generated always as ((doc -> 'lastAt')::bigint) stored,
  search text not null generated always as (left(lower((doc ->> 'server') || ' ' || (doc ->> 'section')), 400)) stored,
  constraint programs_pk primary key (site, id)
);
create index programs_by_time on programs (site, last_us desc, id desc);
create index programs_by_asset on programs (site, asset, section, id);
create index programs_by_server on programs (site, server, last_us);
comment on table programs is 'Sections of controllers'' programs, each with what was moved of it, by whom and when.';

create table program_contents (
  site text collate "C" not null constraint program_contents_site_fk references sites (id) on delete cascade,
  hash text collate "C" not null constraint program_contents_hash_is_sha256 check (hash ~ '^[0-9a-f]{64}$'),
  server text collate "C" not null,
  bytes integer not null,
  first_us bigint not null,
  content bytea not null,
  kept_at timestamptz not null default clock_timestamp(),
  constraint program_contents_pk primary key (site, hash),
  constraint program_contents_are_whole check (length(content) = bytes)
);
create index program_contents_by_age on program_contents (site, kept_at);
create index program_contents_by_server on program_contents (site, server, kept_at);
comment on table program_contents is 'Bytes of sections, each once whoever moved them. Data of somebody else: compared and handed out, never run or shown as markup.';
comment on column program_contents.server is 'The controller they were first moved to or from: what is kept is bounded for each.';
comment on column program_contents.first_us is 'Event time of that.';

do $$
declare
  t text;
begin
  foreach t in array array['programs', 'program_contents'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I using (site = any ((select allowed_sites())::text[]))', t || '_of_allowed_sites', t);
  end loop;
end $$;
