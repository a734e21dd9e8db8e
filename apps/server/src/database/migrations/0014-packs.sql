-- Content packs: rules, indicators and YARA rules that came in one signed file. They count for all sites.

create table pack_keys (
  fingerprint text collate "C" constraint pack_keys_pk primary key,
  name text not null,
  pem text not null,
  added_by text collate "C" constraint pack_keys_adder_fk references users (id),
  added_at timestamptz not null default now()
);
comment on table pack_keys is 'Public keys whose packs are taken.';

create table packs (
  name text collate "C" constraint packs_pk primary key,
  version int not null
);
comment on column packs.version is 'The version in force.';

create table pack_versions (
  pack text collate "C" not null constraint pack_versions_pack_fk references packs (name) on delete cascade,
  version int not null,
  issued text not null,
  about text not null,
  key text not null,
  signer text not null,
  report jsonb not null,
  installed_by text collate "C" constraint pack_versions_installer_fk references users (id),
  installed_at timestamptz not null default now(),
  constraint pack_versions_pk primary key (pack, version)
);
comment on column pack_versions.report is 'What its content is worth here, and what of it cannot be used; made when it was installed.';

create table pack_files (
  pack text collate "C" not null,
  version int not null,
  path text collate "C" not null,
  kind text not null constraint pack_files_kind_is_known check (kind in ('rule', 'indicators', 'yara')),
  text text not null,
  sha256 text not null,
  constraint pack_files_pk primary key (pack, version, path),
  constraint pack_files_version_fk foreign key (pack, version) references pack_versions (pack, version) on delete cascade
);

create view pack_files_in_force as
  select f.pack, f.path, f.kind, f.text, f.sha256 from pack_files f join packs p on p.name = f.pack and p.version = f.version;
