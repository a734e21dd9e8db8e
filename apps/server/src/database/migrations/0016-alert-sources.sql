-- Alerts of other products, taken in while they are raised.

create table alert_sources (
  site text collate "C" not null constraint alert_sources_site_fk references sites (id) on delete cascade,
  place text collate "C" not null,
  kind text collate "C" not null constraint alert_sources_kind_is_known check (kind in ('file', 'socket')),
  trouble text,
  position jsonb,
  events bigint not null default 0,
  alerts bigint not null default 0,
  tied bigint not null default 0,
  untied bigint not null default 0,
  dropped bigint not null default 0,
  refused jsonb not null default '{}',
  heard_at timestamptz,
  constraint alert_sources_pk primary key (site, place)
);
comment on table alert_sources is 'Files that are followed and sockets that are listened on, and what came of them.';
comment on column alert_sources.place is 'Where it is on the server: the operator''s choice.';
comment on column alert_sources.trouble is 'Why nothing comes; null while it is read.';
comment on column alert_sources.position is 'Up to where a file is in alert_inbox or refused: committed with the rows, so a restart neither loses nor doubles.';
comment on column alert_sources.dropped is 'Events that came faster than they could be taken.';

create table alert_inbox (
  site text collate "C" not null,
  place text collate "C" not null,
  seq bigint generated always as identity,
  doc jsonb not null,
  at_us bigint not null,
  received_at timestamptz not null default now(),
  look_at timestamptz not null default now(),
  batch bigint,
  constraint alert_inbox_pk primary key (site, place, seq),
  constraint alert_inbox_source_fk foreign key (site, place) references alert_sources (site, place) on delete cascade
);
create index alert_inbox_by_look on alert_inbox (site, place, look_at);
comment on table alert_inbox is 'Alerts that wait for the conversation they are about.';
comment on column alert_inbox.look_at is 'When its conversation is looked for next.';
comment on column alert_inbox.batch is 'The batch it goes to the fold in, set before that: after a crash the same batch is tried again, and counts once.';

do $$
declare
  t text;
begin
  foreach t in array array['alert_sources', 'alert_inbox'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I using (site = any ((select allowed_sites())::text[]))', t || '_of_allowed_sites', t);
  end loop;
end $$;
