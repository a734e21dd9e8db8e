-- Who may use the platform, and what was done with it. These tables belong to no site.

create function texts(list jsonb) returns text[] language sql immutable parallel safe
  as $$ select coalesce(array_agg(t), '{}') from jsonb_array_elements_text(list) as t $$;
comment on function texts is 'A JSON array of strings as an array; immutable, so that generated columns may use it.';

create function allowed_sites() returns text[] language sql stable parallel safe
  as $$ select string_to_array(coalesce(current_setting('isthmus.sites', true), ''), ',') $$;
comment on function allowed_sites is 'The sites of the current transaction. Unset means none: deny by default.';

create function us(t timestamptz) returns bigint language sql immutable parallel safe
  as $$ select (extract(epoch from t) * 1000000)::bigint $$;
comment on function us is 'Microseconds since 1970 UTC, the model''s time.';

create table sites (
  id text collate "C" constraint sites_pk primary key,
  name text not null,
  timezone text not null default 'UTC',
  created_at timestamptz not null default now()
);
comment on table sites is 'A plant. The same address in two sites is two assets; every row below a site carries its id.';

create table users (
  id text collate "C" constraint users_pk primary key,
  name text not null constraint users_name_is_unique unique,
  display_name text not null,
  password_hash text not null,
  is_new boolean not null default true,
  is_active boolean not null default true,
  totp_secret bytea,
  totp_pending bytea,
  totp_last_step bigint not null default 0,
  created_at timestamptz not null default now(),
  last_sign_in_at timestamptz
);
comment on table users is 'Local accounts. Passwords as argon2id; TOTP secrets encrypted with a key that is not in the database.';
comment on column users.totp_last_step is 'The time step of the last accepted code: a code works once.';

create table grants (
  user_id text collate "C" not null constraint grants_user_fk references users (id) on delete cascade,
  role text not null constraint grants_role_is_known check (role in ('administrator', 'analyst', 'site-leader', 'viewer')),
  site text collate "C" constraint grants_site_fk references sites (id) on delete cascade,
  constraint grants_are_unique unique nulls not distinct (user_id, role, site)
);
comment on table grants is 'A role of a person in one site, or in all of them where site is null.';

create table sign_ins (
  token_hash bytea constraint sign_ins_pk primary key,
  user_id text collate "C" not null constraint sign_ins_user_fk references users (id) on delete cascade,
  state text not null constraint sign_ins_state_is_known check (state in ('signed-in', 'totp-enrol', 'password-change')),
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  address text not null,
  agent text not null
);
create index sign_ins_by_user on sign_ins (user_id);
comment on table sign_ins is 'Sessions of people, found by the hash of their cookie: the table alone lets nobody in.';

create table sign_in_attempts (
  key text collate "C" constraint sign_in_attempts_pk primary key,
  failures integer not null,
  last_at timestamptz not null
);
comment on table sign_in_attempts is 'Recent failures by account and address, and by address alone; what slows guessing down.';

create table audit (
  number bigint constraint audit_pk primary key,
  at timestamptz not null,
  what text not null,
  by_user text collate "C",
  address text not null,
  site text collate "C",
  target text,
  outcome text not null,
  detail jsonb not null,
  previous_hash text not null,
  hash text not null constraint audit_hash_is_unique unique
);
create index audit_by_what on audit (what, number desc);
create index audit_by_user on audit (by_user, number desc);
comment on table audit is 'Append-only; each entry holds the hash of the one before, so a change or gap shows.';

create function refuse_change() returns trigger language plpgsql
  as $$ begin raise exception 'audit entries are never changed' using errcode = 'insufficient_privilege'; end $$;
create trigger audit_is_append_only before update or delete on audit for each row execute function refuse_change();
create trigger audit_is_not_truncated before truncate on audit for each statement execute function refuse_change();

create table settings (
  key text collate "C" constraint settings_pk primary key,
  value jsonb not null
);
comment on table settings is 'Choices of the administrator, and marks the platform leaves for itself.';
