-- What counts for all sites is read in every scope and written only by a transaction that says that it may: `isthmus.everywhere`.
-- A route that forgets to ask is refused by the database.

create function may_write_for_all() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('isthmus.everywhere', true), '') = 'on' $$;
comment on function may_write_for_all is 'Set for a request whose permission is held for all sites, and for what the platform does by itself.';

create table pack_names (
  name text collate "C" constraint pack_names_pk primary key,
  key text not null,
  highest int not null,
  bound_by text collate "C" constraint pack_names_binder_fk references users (id),
  bound_at timestamptz not null default now()
);
comment on table pack_names is 'Names that packs ever had here; kept when a pack is removed.';
comment on column pack_names.key is 'Fingerprint of the one key that may sign packs of this name: the first that did, or the one a person chose.';
comment on column pack_names.highest is 'The highest version that was ever installed: an older one is not taken unseen.';
insert into pack_names (name, key, highest, bound_by, bound_at)
  select p.name, v.key, (select max(version) from pack_versions h where h.pack = p.name), v.installed_by, v.installed_at
  from packs p join pack_versions v on v.pack = p.name and v.version = p.version;

-- A row of a site hangs on a row of the same site, never on one for all: its content would count for all.
alter table threat_sources add constraint threat_sources_of_one_site unique (id, site);
alter table own_rules add constraint own_rules_of_one_site unique (id, site);
alter table threat_feeds add constraint threat_feeds_site_is_the_sources foreign key (source, site) references threat_sources (id, site) on delete cascade;
alter table threat_objects add constraint threat_objects_site_is_the_sources foreign key (source, site) references threat_sources (id, site) on delete cascade;
alter table own_rule_versions add constraint own_rule_versions_site_is_the_rules foreign key (rule, site) references own_rules (id, site) on delete cascade;

do $$
declare
  t text;
  is_writable text;
begin
  foreach t in array array['threat_sources', 'threat_feeds', 'threat_objects', 'own_rules', 'own_rule_versions', 'detection_defaults', 'packs',
    'pack_versions', 'pack_files', 'pack_names', 'pack_keys', 'grants']
  loop
    is_writable := '(select may_write_for_all())';
    if t like 'threat%' or t like 'own%' then
      is_writable := 'site is not null or ' || is_writable;
    else
      execute format('alter table %I enable row level security', t);
      execute format('alter table %I force row level security', t);
      execute format('create policy %I on %I using (true)', t || '_are_read_by_all', t);
    end if;
    execute format('create policy %I on %I as restrictive for insert with check (%s)', t || '_insert_for_all', t, is_writable);
    execute format('create policy %I on %I as restrictive for update using (%s) with check (%s)', t || '_update_for_all', t, is_writable, is_writable);
    execute format('create policy %I on %I as restrictive for delete using (%s)', t || '_delete_for_all', t, is_writable);
  end loop;
end $$;
