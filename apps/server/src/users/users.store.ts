import { sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { type Refusal, refuse } from '../http/refusal.ts'
import { type Grant, type Permission, sitesFor } from '../permissions.table.ts'
import type { NewUser, User } from './users.wire.ts'

type Row = z.output<typeof User>
type Person = { id: string; name: string; displayName: string }

const userRow = sql`jsonb_build_object('id', u.id, 'name', u.name, 'displayName', u.display_name, 'isActive', u.is_active,
  'hasTotp', u.totp_secret is not null, 'isNew', u.is_new, 'createdAt', us(u.created_at), 'lastSignInAt', us(u.last_sign_in_at),
  'grants', (select coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'site', g.site) order by g.role, g.site), '[]') from grants g where g.user_id = u.id))`

export async function listUsers(tx: Tx): Promise<Row[]> {
  const { rows } = await sql<{ row: Row }>`select ${userRow} as row from users u order by u.name limit 1000`.execute(tx)
  return rows.map((row) => row.row)
}

export async function findUser(tx: Tx, id: string): Promise<Row | undefined> {
  const { rows } = await sql<{ row: Row }>`select ${userRow} as row from users u where u.id = ${id}`.execute(tx)
  return rows[0]?.row
}

/** Active people with a grant in one of these sites: who can be asked, and assigned. */
export async function listPeople(tx: Tx, sites: readonly string[]): Promise<Person[]> {
  const { rows } = await sql<Person>`
    select distinct u.id, u.name, u.display_name as "displayName" from users u join grants g on g.user_id = u.id
    where u.is_active and (g.site is null or g.site = any (${[...sites]}::text[])) order by 3 limit 1000`.execute(tx)
  return rows
}

/** The person, if active and allowed to do this work in this site. */
export async function assignable(tx: Tx, id: string, site: string, permission: Permission): Promise<Person | Refusal> {
  const user = await findUser(tx, id)
  if (!user?.isActive) return refuse('not-valid', undefined, [{ field: 'user', why: 'no active person has this id' }])
  if (sitesFor(user.grants as Grant[], permission, [site]).length === 0) {
    return refuse('not-valid', undefined, [{ field: 'user', why: `${user.displayName} has no role in ${site} that works on this` }])
  }
  return { id: user.id, name: user.name, displayName: user.displayName }
}

export async function insertUser(tx: Tx, id: string, user: z.output<typeof NewUser>, passwordHash: string): Promise<boolean> {
  const { rows } =
    await sql`insert into users (id, name, display_name, password_hash) values (${id}, ${user.name}, ${user.displayName}, ${passwordHash})
    on conflict on constraint users_name_is_unique do nothing returning 1`.execute(tx)
  return rows.length > 0
}

export async function saveGrants(tx: Tx, id: string, grants: readonly Grant[]): Promise<void> {
  await sql`delete from grants where user_id = ${id}`.execute(tx)
  for (const grant of grants) {
    await sql`insert into grants (user_id, role, site) values (${id}, ${grant.role}, ${grant.site}) on conflict do nothing`.execute(tx)
  }
}

/** Of these sites, those that do not exist. */
export async function unknownSites(tx: Tx, sites: readonly (string | null)[]): Promise<string[]> {
  const named = sites.filter((site) => site !== null)
  const { rows } = await sql<{ id: string }>`select id from sites where id = any (${named}::text[])`.execute(tx)
  return named.filter((site) => !rows.some((row) => row.id === site))
}

export async function saveActivity(tx: Tx, id: string, isActive: boolean): Promise<void> {
  await sql`update users set is_active = ${isActive} where id = ${id}`.execute(tx)
  if (!isActive) await sql`delete from sign_ins where user_id = ${id}`.execute(tx)
}

/** A new one-time password: every sign-in ends, and the second factor is enrolled anew. */
export async function saveOneTimePassword(tx: Tx, id: string, passwordHash: string): Promise<void> {
  await sql`update users set password_hash = ${passwordHash}, is_new = true, one_time_until = now() + interval '7 days', totp_secret = null, totp_pending = null where id = ${id}`.execute(
    tx,
  )
  await sql`delete from sign_ins where user_id = ${id}`.execute(tx)
}

/** Any fixed number: one change at a time decides whether an administrator remains. */
const ADMINISTRATORS_LOCK = 7_302_015

/** Two administrators who demote each other at once would each still see the other. */
export async function lockAdministrators(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADMINISTRATORS_LOCK})`.execute(tx)
}

/** Administrators of all sites who can still sign in: the last one cannot be shut out. */
export async function countAdministrators(tx: Tx, except: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from users u join grants g on g.user_id = u.id
    where u.is_active and g.role = 'administrator' and g.site is null and u.id <> ${except}`.execute(tx)
  return rows[0]?.n ?? 0
}
