-- What a site's reading had to leave out, and how its rules behave: nothing is lost in silence.

create table site_health (
  site text collate "C" constraint site_health_pk primary key constraint site_health_site_fk references sites (id) on delete cascade,
  refused jsonb not null,
  rules jsonb not null,
  failures jsonb not null
);
comment on table site_health is 'Written by the fold with the batch: counters of every cap by name, firings of every rule, rules that failed by name.';
comment on column site_health.refused is 'At least so many: a counter that a restart begins anew keeps its highest value.';

alter table site_health enable row level security;
alter table site_health force row level security;
create policy site_health_of_allowed_sites on site_health using (site = any ((select allowed_sites())::text[]));
