-- Which engines and rules are on, and their thresholds: for all sites, and where a site differs.

create table detection_defaults (
  is_only boolean constraint detection_defaults_pk primary key default true constraint detection_defaults_is_one_row check (is_only),
  doc jsonb not null,
  changed_us bigint not null,
  changed_by text collate "C" constraint detection_defaults_user_fk references users (id) on delete set null
);
comment on table detection_defaults is 'Settings of detection for all sites; what a site sets counts over them.';

create table detection_settings (
  site text collate "C" constraint detection_settings_pk primary key constraint detection_settings_site_fk references sites (id) on delete cascade,
  doc jsonb not null,
  changed_us bigint not null,
  changed_by text collate "C" constraint detection_settings_user_fk references users (id) on delete set null
);
comment on table detection_settings is 'What a site sets of detection itself: engines, rules, levels, thresholds.';

alter table detection_settings enable row level security;
alter table detection_settings force row level security;
create policy detection_settings_of_allowed_sites on detection_settings using (site = any ((select allowed_sites())::text[]));
