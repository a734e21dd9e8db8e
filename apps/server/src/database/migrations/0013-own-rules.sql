-- Rules that people of the sites write. A rule is a text of one or more Sigma documents; every version of it is kept.

create table own_rules (
  id text collate "C" constraint own_rules_pk primary key,
  site text collate "C" constraint own_rules_site_fk references sites (id) on delete cascade,
  number int not null
);
comment on column own_rules.site is 'Null: for all sites, also those that come.';
comment on column own_rules.number is 'The version in force.';

create table own_rule_versions (
  rule text collate "C" not null constraint own_rule_versions_rule_fk references own_rules (id) on delete cascade,
  number int not null,
  site text collate "C" constraint own_rule_versions_site_fk references sites (id) on delete cascade,
  text text not null,
  is_on boolean not null,
  done text not null,
  rules jsonb not null,
  errors jsonb not null,
  cost int not null,
  made_by text collate "C" constraint own_rule_versions_maker_fk references users (id),
  made_at timestamptz not null default now(),
  constraint own_rule_versions_pk primary key (rule, number)
);
comment on table own_rule_versions is 'Never changed, never deleted: who wrote what, and when. Going back makes a new version.';
comment on column own_rule_versions.rules is 'What the compiler made of the text when it was written; errors likewise.';

-- What is for all sites is seen by all; only a route that asks for a grant everywhere writes it.
do $$
declare
  t text;
begin
  foreach t in array array['own_rules', 'own_rule_versions']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I using (site is null or site = any ((select allowed_sites())::text[]))', t || '_of_allowed_sites', t);
  end loop;
end $$;
