/** What a sign-in is checked against besides its password: the key of sealed secrets, and the speed of guessing. */
import { createHmac, hkdfSync } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Tx } from '../database/connect.ts'
import { networkOf } from '../http/network.ts'

/**
 * Attempts before waiting starts: of one account from one network, of one account from anywhere, of one network over all
 * accounts. The wait doubles from one second. What everybody's guesses do to an account stays short, and holds nobody up who
 * is signed in from the same address: otherwise guessing would lock the owner out.
 */
const LIMITS = {
  pair: { free: 5, longestS: 900 },
  account: { free: 30, longestS: 30 },
  network: { free: 20, longestS: 900 },
} as const
/** The memory of failures. */
const MEMORY_S = 900

export type Guard = {
  /** Of sealed secrets; other uses derive theirs from it. */
  readonly key: Uint8Array
  /** Of the audit chain. */
  readonly auditKey: Uint8Array
  /** Counts an attempt before it is checked, so that attempts at once are not one. Seconds to wait if it may not be made now, else 0. */
  begin(db: Db, name: string, address: string): Promise<number>
  /** The attempt failed: the wait counts from here. */
  failed(db: Db, name: string, address: string): Promise<void>
  /** Takes the attempt back: it was neither right nor wrong yet. */
  undone(db: Db, name: string, address: string): Promise<void>
  /** Takes the attempt back, and what this network had failed for the account. */
  succeeded(db: Db, name: string, address: string): Promise<void>
}

type Limit = { readonly key: string; readonly free: number; readonly longestS: number }
type Attempt = { failures: number; age: number }

export function createGuard(key: Uint8Array): Guard {
  const nameKey = derive(key, 'names of sign-in attempts')
  const limitsOf = (name: string, address: string): readonly [Limit, Limit, Limit] => {
    const account = createHmac('sha256', nameKey).update(name.toLowerCase()).digest('base64url')
    const network = networkOf(address)
    // Always in this order: two transactions then never wait for each other.
    return [
      { key: `pair ${account} ${network}`, ...LIMITS.pair },
      { key: `account ${account}`, ...LIMITS.account },
      { key: `network ${network}`, ...LIMITS.network },
    ]
  }
  return {
    key,
    auditKey: derive(key, 'audit chain'),
    begin: async (db, name, address) => {
      try {
        return await db.transaction().execute(async (tx) => {
          const isKnown = await isSignedIn(tx, name, address)
          for (const limit of limitsOf(name, address)) {
            const wait = limit.key.startsWith('account ') && isKnown ? 0 : await take(tx, limit)
            if (wait > 0) throw new MustWait(wait)
          }
          return 0
        })
      } catch (error) {
        if (error instanceof MustWait) return error.seconds
        throw error
      }
    },
    failed: async (db, name, address) => {
      const keys = limitsOf(name, address).map((limit) => limit.key)
      await sql`update sign_in_attempts set last_at = now() where key = any (${keys}::text[])`.execute(db)
      await sql`delete from sign_in_attempts where last_at < now() - make_interval(secs => ${MEMORY_S})`.execute(db)
    },
    undone: async (db, name, address) => {
      await takeBack(
        db,
        limitsOf(name, address).map((limit) => limit.key),
      )
    },
    succeeded: async (db, name, address) => {
      const [pair, account, network] = limitsOf(name, address)
      await sql`delete from sign_in_attempts where key = ${pair.key}`.execute(db)
      await takeBack(db, [account.key, network.key])
    },
  }
}

async function takeBack(db: Db, keys: readonly string[]): Promise<void> {
  for (const key of keys) await sql`update sign_in_attempts set failures = greatest(0, failures - 1) where key = ${key}`.execute(db)
}

class MustWait extends Error {
  readonly seconds: number
  constructor(seconds: number) {
    super('wait')
    this.seconds = seconds
  }
}

const derive = (key: Uint8Array, use: string): Uint8Array => new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `isthmus ${use}`, 32))

/** Counts an attempt unless it comes too early; seconds to wait then. */
async function take(tx: Tx, { key, free, longestS }: Limit): Promise<number> {
  // The row stays locked until the attempt is counted or given up: attempts at once queue here.
  await sql`insert into sign_in_attempts (key, failures, last_at) values (${key}, 0, now()) on conflict do nothing`.execute(tx)
  const { rows } = await sql<Attempt>`select failures, extract(epoch from clock_timestamp() - last_at)::double precision as age
    from sign_in_attempts where key = ${key} for update`.execute(tx)
  const { failures, age } = rows[0] ?? { failures: 0, age: 0 }
  const before = age > MEMORY_S ? 0 : failures
  const wait = Math.ceil(waitFor(before - free, longestS) - age)
  if (wait > 0) return wait
  await sql`update sign_in_attempts set failures = ${before + 1}, last_at = clock_timestamp() where key = ${key}`.execute(tx)
  return 0
}

async function isSignedIn(tx: Tx, name: string, address: string): Promise<boolean> {
  const { rows } = await sql`select 1 from sign_ins s join users u on u.id = s.user_id
    where u.name = ${name} and s.address = ${address} limit 1`.execute(tx)
  return rows.length > 0
}

function waitFor(over: number, longestS: number): number {
  return over < 0 ? 0 : Math.min(longestS, 2 ** Math.min(over, 12))
}
