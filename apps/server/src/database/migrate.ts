/** Numbered .sql files, forward only, each in its own transaction, one server at a time. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { CompiledQuery, sql } from 'kysely'
import { APP_ROLE, type Database, type Tx } from './connect.ts'

const FOLDER = new URL('./migrations/', import.meta.url)
/** Any fixed number: the advisory lock that lets one server migrate at a time. */
const MIGRATION_LOCK = 7_302_011

export type Applied = { readonly applied: readonly string[] }

export async function migrate(database: Database): Promise<Applied> {
  const applied: string[] = []
  await ensureRole(database)
  await database.owner.connection().execute(async (db) => {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`.execute(db)
    try {
      await sql`create table if not exists migrations (
        name text constraint migrations_pk primary key, hash text not null, applied_at timestamptz not null default now())`.execute(db)
      const { rows } = await sql<{ name: string; hash: string }>`select name, hash from migrations`.execute(db)
      const known = new Map(rows.map((row) => [row.name, row.hash]))
      for (const name of migrationNames()) {
        const text = readFileSync(new URL(name, FOLDER), 'utf8')
        const hash = createHash('sha256').update(text).digest('hex')
        const before = known.get(name)
        if (before !== undefined && before !== hash)
          throw new Error(`migration ${name} differs from the one this database was made with; migrations are never edited`)
        if (before !== undefined) continue
        await db.transaction().execute(async (tx) => {
          await tx.executeQuery(CompiledQuery.raw(text))
          await sql`insert into migrations (name, hash) values (${name}, ${hash})`.execute(tx)
          await grantToApp(tx)
        })
        applied.push(name)
      }
      const ahead = [...known.keys()].filter((name) => !migrationNames().includes(name))
      if (ahead.length > 0)
        throw new Error(`the database was made by a newer Isthmus (${ahead.join(', ')}); start that version, or restore a backup`)
    } finally {
      await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`.execute(db)
    }
  })
  return { applied }
}

export function migrationNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
}

async function ensureRole(database: Database): Promise<void> {
  const { rows } = await sql`select 1 from pg_roles where rolname = ${APP_ROLE}`.execute(database.owner)
  if (rows.length === 0) {
    await sql`do $$ begin create role ${sql.id(APP_ROLE)} nologin; exception when duplicate_object or unique_violation then null; end $$`.execute(
      database.owner,
    )
  }
  // From PostgreSQL 16 on, who makes a role may give it away but not take it on without saying so.
  await sql`do $$ begin
    if current_setting('server_version_num')::integer >= 160000 then
      if not pg_has_role(current_user, ${sql.lit(APP_ROLE)}, 'SET') then
        execute format('grant %I to %I with inherit false, set true', ${sql.lit(APP_ROLE)}, current_user);
      end if;
    elsif not pg_has_role(current_user, ${sql.lit(APP_ROLE)}, 'MEMBER') then
      execute format('grant %I to %I', ${sql.lit(APP_ROLE)}, current_user);
    end if;
  end $$`.execute(database.owner)
}

/** The app may work with rows, never with the audit trail's past nor with the shape of the tables. */
async function grantToApp(tx: Tx): Promise<void> {
  await tx.executeQuery(
    CompiledQuery.raw(`
      grant usage on schema public to ${APP_ROLE};
      grant select, insert, update, delete on all tables in schema public to ${APP_ROLE};
      grant usage on all sequences in schema public to ${APP_ROLE};
      revoke all on migrations from ${APP_ROLE};
      do $$ begin
        if to_regclass('audit') is not null then revoke update, delete on audit from ${APP_ROLE}; end if;
        if to_regclass('work_events') is not null then revoke update, delete on work_events from ${APP_ROLE}; end if;
      end $$;`),
  )
}
