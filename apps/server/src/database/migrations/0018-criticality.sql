-- How much depends on an asset is people's word alone: it stays among what they set, and is no part of what the wire says.
create or replace function overridden(doc jsonb, overrides jsonb) returns jsonb language sql immutable parallel safe as $$
  select doc
    || (overrides - 'name' - 'purdueLevel' - 'description' - 'location' - 'criticality')
    || case when overrides ? 'name' then jsonb_build_object('names', jsonb_build_array(overrides -> 'name') || ((doc -> 'names') - (overrides ->> 'name'))) else '{}' end
    || case when overrides ? 'purdueLevel' then jsonb_build_object('purdueLevel', (overrides ->> 'purdueLevel')::double precision, 'purdueSource', 'set') else '{}' end
    || case when overrides ? 'role' then jsonb_build_object('roles', jsonb_build_array(overrides -> 'role') || ((doc -> 'roles') - (overrides ->> 'role'))) else '{}' end
    || jsonb_build_object('overrides', overrides)
$$;
