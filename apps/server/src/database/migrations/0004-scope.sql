-- Site scope, enforced by the database: a transaction sees the sites named in its setting `isthmus.sites`, and no setting is no site.
-- The sub-select makes the scope a value of the plan instead of a function call for each row.

do $$
declare
  t text;
begin
  foreach t in array array['assets', 'changes', 'sessions', 'links', 'operations', 'tags', 'tag_samples', 'track_state', 'coverage', 'findings', 'alerts',
    'incidents', 'work_events', 'detector_state', 'sensors', 'captures']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I using (site = any ((select allowed_sites())::text[]))', t || '_of_allowed_sites', t);
  end loop;
end $$;

-- A partition read directly would not pass its parent's policy.
alter table sessions_rest enable row level security;
alter table sessions_rest force row level security;
alter table tag_samples_rest enable row level security;
alter table tag_samples_rest force row level security;
