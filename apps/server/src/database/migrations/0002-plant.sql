-- What is known of a plant. Documents of packages/model as jsonb; what a list filters or sorts by is a generated
-- column, so it cannot differ from its document. Event times are microseconds since 1970 UTC (`_us`), as on the wire.

create function ip_order(ip text) returns text language plpgsql immutable parallel safe as $$
begin
  return coalesce(encode(inet_send(ip::inet), 'hex'), '');
exception when others then
  return '';
end $$;
comment on function ip_order is 'Sorts addresses as numbers; text that is no address sorts first.';

create function level_rank(level text) returns smallint language sql immutable parallel safe
  as $$ select coalesce(array_position(array['informational', 'low', 'medium', 'high', 'critical'], level), 0)::smallint $$;

create function overridden(doc jsonb, overrides jsonb) returns jsonb language sql immutable parallel safe as $$
  select doc
    || (overrides - 'name' - 'purdueLevel' - 'description' - 'location')
    || case when overrides ? 'name' then jsonb_build_object('names', jsonb_build_array(overrides -> 'name') || ((doc -> 'names') - (overrides ->> 'name'))) else '{}' end
    || case when overrides ? 'purdueLevel' then jsonb_build_object('purdueLevel', (overrides ->> 'purdueLevel')::double precision, 'purdueSource', 'set') else '{}' end
    || case when overrides ? 'role' then jsonb_build_object('roles', jsonb_build_array(overrides -> 'role') || ((doc -> 'roles') - (overrides ->> 'role'))) else '{}' end
    || jsonb_build_object('overrides', overrides)
$$;
comment on function overridden is 'An asset''s document with what people have set by hand over what the wire says.';

create function asset_search(doc jsonb, overrides jsonb) returns text language sql immutable parallel safe as $$
  select left(lower(array_to_string(texts(doc -> 'names') || texts(doc -> 'ips') || texts(doc -> 'macs') || texts(doc -> 'protocols') || array[
    doc ->> 'vendor', doc ->> 'model', doc ->> 'family', doc ->> 'orderCode', doc ->> 'firmware', doc ->> 'serial', doc ->> 'os', doc ->> 'type', doc ->> 'role']
    || array(select value from jsonb_each_text(overrides)), ' ')), 600)
$$;
comment on function asset_search is 'What people search an asset by. Cut, because an index row has room for 2.7 kB and a name on the wire may be longer.';

create table assets (
  site text collate "C" not null constraint assets_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  doc jsonb not null,
  overrides jsonb not null default '{}',
  summary jsonb not null generated always as (overridden(doc - 'facts' - 'modules', overrides)) stored,
  module_count integer not null generated always as (jsonb_array_length(doc -> 'modules')) stored,
  label text collate "C" not null generated always as
    (left(coalesce(overrides ->> 'name', doc -> 'names' ->> 0, doc -> 'ips' ->> 0, doc -> 'macs' ->> 0, doc ->> 'id'), 200)) stored,
  ip text collate "C" not null generated always as (ip_order(doc -> 'ips' ->> 0)) stored,
  type text collate "C" not null generated always as (coalesce(overrides ->> 'type', doc ->> 'type')) stored,
  vendor text collate "C" not null generated always as (left(coalesce(overrides ->> 'vendor', doc ->> 'vendor', ''), 200)) stored,
  roles text[] not null generated always as (texts(doc -> 'roles') || (doc ->> 'role') || coalesce(overrides ->> 'role', '')) stored,
  level double precision not null generated always as
    (coalesce((overrides ->> 'purdueLevel')::double precision, (doc -> 'purdueLevel')::double precision, -1)) stored,
  first_us bigint not null generated always as ((doc -> 'firstAt')::bigint) stored,
  last_us bigint not null generated always as ((doc -> 'lastAt')::bigint) stored,
  search text not null generated always as (asset_search(doc, overrides)) stored,
  constraint assets_pk primary key (site, id)
);
create index assets_by_last on assets (site, last_us, id) include (search);
create index assets_by_first on assets (site, first_us, id);
create index assets_by_label on assets (site, label, id);
create index assets_by_ip on assets (site, ip, id);
create index assets_by_type on assets (site, type, id);
create index assets_by_vendor on assets (site, vendor, id);
create index assets_by_level on assets (site, level, id);
comment on table assets is 'Devices and hosts. The document is what the wire says; overrides are people''s, and survive every update of it.';

create table changes (
  site text collate "C" not null constraint changes_site_fk references sites (id) on delete cascade,
  number bigint generated always as identity,
  subject text collate "C" not null,
  at_us bigint not null,
  kind text collate "C" not null,
  attribute text,
  from_value text,
  to_value text,
  evidence jsonb,
  constraint changes_pk primary key (site, number)
);
create index changes_by_subject on changes (site, subject, at_us desc, number desc);
create index changes_by_time on changes (site, at_us desc, number desc);
comment on table changes is 'What became different: a new asset, link or writer, another firmware. Append-only.';

create table sessions (
  site text collate "C" not null,
  id text collate "C" not null,
  sensor text not null,
  client_asset text collate "C",
  server_asset text collate "C",
  client_ip text collate "C",
  client_mac text collate "C",
  client_port integer,
  server_ip text collate "C",
  server_mac text collate "C",
  server_port integer,
  direction_known boolean not null,
  transport text collate "C" not null,
  protocol text collate "C" not null,
  vlan integer,
  state text collate "C" not null,
  conn_state text not null,
  history text not null,
  started_us bigint not null,
  last_us bigint not null,
  client_bytes bigint not null,
  server_bytes bigint not null,
  client_packets bigint not null,
  server_packets bigint not null,
  client_wire_bytes bigint not null,
  server_wire_bytes bigint not null,
  retransmissions bigint not null,
  gap_bytes bigint not null,
  evidence jsonb not null,
  constraint sessions_pk primary key (site, id, started_us)
) partition by range (started_us);
create table sessions_rest partition of sessions default;
create index sessions_by_start on sessions (site, started_us, id);
create index sessions_by_client on sessions (site, client_asset, started_us, id);
create index sessions_by_server on sessions (site, server_asset, started_us, id);
create index sessions_by_protocol on sessions (site, protocol, started_us, id);
create index sessions_by_state on sessions (site, state, started_us, id);
create index sessions_by_client_ip on sessions (site, client_ip, started_us, id);
create index sessions_by_server_ip on sessions (site, server_ip, started_us, id);
comment on table sessions is 'Conversations with their counters, partitioned by the day they started; whole days leave by retention.';
comment on table sessions_rest is 'Sessions whose day has no partition: times no plausible clock shows, or more days than the cap.';

create table links (
  site text collate "C" not null constraint links_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  doc jsonb not null,
  client text collate "C" not null generated always as (coalesce(doc ->> 'clientAsset', doc ->> 'client')) stored,
  server text collate "C" not null generated always as (coalesce(doc ->> 'serverAsset', doc ->> 'server')) stored,
  sessions bigint not null generated always as ((doc -> 'sessions')::bigint) stored,
  bytes bigint not null generated always as ((doc -> 'clientWireBytes')::bigint + (doc -> 'serverWireBytes')::bigint) stored,
  last_us bigint not null generated always as ((doc -> 'lastAt')::bigint) stored,
  constraint links_pk primary key (site, id)
);
create index links_by_client on links (site, client);
create index links_by_server on links (site, server);
create index links_by_bytes on links (site, bytes);
comment on table links is 'Who talks to whom over all time: the map, without reading a million sessions.';

create table operations (
  site text collate "C" not null constraint operations_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  doc jsonb not null,
  client_asset text collate "C" generated always as (doc ->> 'clientAsset') stored,
  server_asset text collate "C" generated always as (doc ->> 'serverAsset') stored,
  protocol text collate "C" not null generated always as (doc ->> 'protocol') stored,
  access text collate "C" not null generated always as (doc ->> 'access') stored,
  last_us bigint not null generated always as ((doc -> 'last')::bigint) stored,
  search text not null generated always as
    (left(lower((doc ->> 'client') || ' ' || (doc ->> 'server') || ' ' || (doc ->> 'operation') || ' ' || (doc ->> 'object')), 400)) stored,
  constraint operations_pk primary key (site, id)
);
create index operations_by_last on operations (site, last_us, id) include (search);
create index operations_by_client on operations (site, client_asset, last_us, id);
create index operations_by_server on operations (site, server_asset, last_us, id);
create index operations_by_access on operations (site, access, last_us, id);
create index operations_by_protocol on operations (site, protocol, last_us, id);
comment on table operations is 'One function used by one client on one object of one server, counted.';

create table tags (
  site text collate "C" not null constraint tags_site_fk references sites (id) on delete cascade,
  id text collate "C" not null,
  doc jsonb not null,
  asset text collate "C" generated always as (doc ->> 'asset') stored,
  tag text collate "C" not null generated always as (left(doc ->> 'tag', 300)) stored,
  is_written boolean not null generated always as ((doc -> 'writes')::bigint > 0) stored,
  search text not null generated always as (left(lower((doc ->> 'server') || ' ' || coalesce(doc ->> 'part', '') || ' ' || (doc ->> 'tag')), 400)) stored,
  constraint tags_pk primary key (site, id)
);
create index tags_by_name on tags (site, tag, id) include (search);
create index tags_by_asset on tags (site, asset, tag, id);
create index tags_written on tags (site, tag, id) where is_written;
comment on table tags is 'Values of the process as their servers name them, with who reads and writes them.';

create table tag_samples (
  site text collate "C" not null,
  tag text collate "C" not null,
  at_us bigint not null,
  number double precision,
  other jsonb,
  quality text,
  is_write boolean not null,
  writer text,
  constraint tag_samples_have_a_value check (number is not null or other is not null)
) partition by range (at_us);
create table tag_samples_rest partition of tag_samples default;
create index tag_samples_by_tag on tag_samples (site, tag, at_us);
comment on table tag_samples is 'The history of tags, partitioned by day; whole days leave by retention.';

create table partitions (
  name text collate "C" constraint partitions_pk primary key,
  parent text not null,
  day integer not null,
  written_at timestamptz not null default now()
);
comment on table partitions is 'Day partitions there are. A day leaves when nothing was written to it for the time of retention, so an old capture read today stays.';

create table track_state (
  site text collate "C" not null constraint track_state_site_fk references sites (id) on delete cascade,
  key text collate "C" not null,
  doc jsonb not null,
  constraint track_state_pk primary key (site, key)
);
comment on table track_state is 'What the tracker remembers beyond the nouns: addresses claimed, hosts heard of, assets merged. Opaque here.';

create table coverage (
  site text collate "C" not null constraint coverage_site_fk references sites (id) on delete cascade,
  protocol text collate "C" not null,
  doc jsonb not null,
  constraint coverage_pk primary key (site, protocol)
);
comment on table coverage is 'What was seen, decoded, skipped and dropped, by protocol: the blind spots.';

create function zone_of(summary jsonb) returns text language sql immutable parallel safe as $$
  select case
    when (summary -> 'isExternal')::boolean then 'external'
    when summary -> 'ips' ->> 0 like '%.%' then regexp_replace(summary -> 'ips' ->> 0, '\.\d+$', '.0/24')
    when summary -> 'ips' ->> 0 is not null then regexp_replace(summary -> 'ips' ->> 0, '^((?:[0-9a-f]*:){4}).*$', '\1:/64')
    else 'no address' end
$$;
comment on function zone_of is 'The network an asset lives in, until a person draws zones.';
