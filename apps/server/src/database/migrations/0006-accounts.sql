alter table users add column one_time_until timestamptz default now() + interval '7 days';
comment on column users.one_time_until is 'When the one-time password of a new account stops working; null once it has one of its own.';
update users set one_time_until = null where not is_new;
comment on table sign_in_attempts is 'Recent failures by account and network, account, and network, names as a keyed hash: people type passwords where a name belongs.';
