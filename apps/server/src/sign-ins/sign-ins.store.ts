import { sql } from 'kysely'
import type { Db } from '../database/connect.ts'
import type { Grant } from '../permissions.table.ts'
import type { SignedIn } from './session.ts'

export type Account = {
  id: string
  name: string
  displayName: string
  passwordHash: string
  isNew: boolean
  isActive: boolean
  /** The one-time password is older than it may be. */
  isOneTimeOver: boolean
  totpSecret: Uint8Array | null
  totpPending: Uint8Array | null
  totpLastStep: number
  grants: Grant[]
}

const accountRow = sql`u.id, u.name, u.display_name as "displayName", u.password_hash as "passwordHash", u.is_new as "isNew",
  u.is_active as "isActive", coalesce(u.one_time_until <= now(), false) as "isOneTimeOver", u.totp_secret as "totpSecret", u.totp_pending as "totpPending", u.totp_last_step as "totpLastStep",
  (select coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'site', g.site)), '[]') from grants g where g.user_id = u.id) as grants`

export async function accountByName(db: Db, name: string): Promise<Account | undefined> {
  const { rows } = await sql<Account>`select ${accountRow} from users u where u.name = ${name}`.execute(db)
  return rows[0]
}

/** Locked, so that a code or a password change counts once. */
export async function lockAccount(db: Db, id: string): Promise<Account | undefined> {
  const { rows } = await sql<Account>`select ${accountRow} from users u where u.id = ${id} for update`.execute(db)
  return rows[0]
}

export async function insertSignIn(
  db: Db,
  token: Buffer,
  user: string,
  state: SignedIn['state'],
  address: string,
  agent: string,
): Promise<void> {
  await sql`insert into sign_ins (token_hash, user_id, state, address, agent) values (${token}, ${user}, ${state}, ${address}, ${agent.slice(0, 300)})`.execute(
    db,
  )
  await sql`update users set last_sign_in_at = now() where id = ${user}`.execute(db)
}

/**
 * The person behind a token, if the sign-in is neither idle nor old nor shut out. Marks it as seen at most once a minute,
 * unless only a machine looks (`isSeen` false).
 */
export async function signInByToken(
  db: Db,
  token: Buffer,
  idleUs: number,
  absoluteUs: number,
  isSeen = true,
): Promise<SignedIn | undefined> {
  const { rows } = await sql<Account & { state: SignedIn['state']; createdAt: number; seenAt: number; now: number }>`
    select ${accountRow}, s.state, us(s.created_at) as "createdAt", us(s.seen_at) as "seenAt", us(now()) as now
    from sign_ins s join users u on u.id = s.user_id where s.token_hash = ${token} and u.is_active`.execute(db)
  const row = rows[0]
  if (!row) return undefined
  const expiresAt = Math.min(row.seenAt + idleUs, row.createdAt + absoluteUs)
  if (expiresAt <= row.now) {
    await sql`delete from sign_ins where token_hash = ${token}`.execute(db)
    return undefined
  }
  if (isSeen && row.now - row.seenAt > 60_000_000) await sql`update sign_ins set seen_at = now() where token_hash = ${token}`.execute(db)
  const { id, name, displayName, grants, state } = row
  return {
    id,
    name,
    displayName,
    hasTotp: row.totpSecret !== null,
    grants,
    state,
    signedInAt: row.createdAt,
    expiresAt: Math.min(row.now + idleUs, row.createdAt + absoluteUs),
    tokenHash: token,
  }
}

export async function deleteSignIn(db: Db, token: Uint8Array): Promise<void> {
  await sql`delete from sign_ins where token_hash = ${token}`.execute(db)
}

export async function deleteOldSignIns(db: Db, absoluteUs: number): Promise<void> {
  await sql`delete from sign_ins where created_at < now() - make_interval(secs => ${absoluteUs / 1e6})`.execute(db)
}

/** A new password ends every other sign-in of the account. */
export async function savePassword(db: Db, user: string, passwordHash: string, keep: Uint8Array): Promise<void> {
  await sql`update users set password_hash = ${passwordHash}, is_new = false, one_time_until = null where id = ${user}`.execute(db)
  await endSignIns(db, user, keep)
}

/** Ends the sign-ins of an account, but one where that one is to stay. */
export async function endSignIns(db: Db, user: string, keep?: Uint8Array): Promise<void> {
  await sql`delete from sign_ins where user_id = ${user} and token_hash is distinct from ${keep ?? null}::bytea`.execute(db)
}

export async function saveSignInState(db: Db, token: Uint8Array, state: SignedIn['state']): Promise<void> {
  await sql`update sign_ins set state = ${state} where token_hash = ${token}`.execute(db)
}

export async function saveTotpStep(db: Db, user: string, step: number): Promise<void> {
  await sql`update users set totp_last_step = ${step} where id = ${user}`.execute(db)
}

export async function savePendingTotp(db: Db, user: string, sealed: Uint8Array): Promise<void> {
  await sql`update users set totp_pending = ${sealed} where id = ${user}`.execute(db)
}

export async function confirmTotp(db: Db, user: string, step: number): Promise<void> {
  await sql`update users set totp_secret = totp_pending, totp_pending = null, totp_last_step = ${step} where id = ${user}`.execute(db)
}
