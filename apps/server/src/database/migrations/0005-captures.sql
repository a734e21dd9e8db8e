-- What keeps one capture from stopping all the others.

alter table captures add column starts integer not null default 0;
alter table captures add column failures integer not null default 0;
comment on column captures.starts is 'How often reading began since it last went forward: a server that is killed each time leaves only this.';
comment on column captures.failures is 'How often reading failed or took the worker with it; after a few the capture is given up.';
