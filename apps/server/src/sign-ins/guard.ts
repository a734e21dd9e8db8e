/** What a sign-in is checked against besides its password: the key of sealed secrets, and the speed of guessing. */
import { sql } from 'kysely'
import type { Db } from '../database/connect.ts'

/** Failures of one account from one address, and of one address over all accounts, before waiting starts. */
const FREE = { account: 5, address: 20 }
/** The wait doubles from one second; it ends after fifteen minutes, and so does the memory of failures. */
const LONGEST_S = 900

export type Guard = {
  readonly key: Uint8Array
  /** Seconds to wait before this pair may try again; 0 when it may now. */
  wait(db: Db, name: string, address: string): Promise<number>
  failed(db: Db, name: string, address: string): Promise<void>
  succeeded(db: Db, name: string, address: string): Promise<void>
}

type Attempt = { key: string; failures: number; age: number }

const keysOf = (name: string, address: string) => [
  { key: `account ${name.toLowerCase().slice(0, 100)} ${address}`, free: FREE.account },
  { key: `address ${address}`, free: FREE.address },
]

export function createGuard(key: Uint8Array): Guard {
  return {
    key,
    wait: async (db, name, address) => {
      const keys = keysOf(name, address)
      const { rows } = await sql<Attempt>`select key, failures, extract(epoch from now() - last_at)::double precision as age
        from sign_in_attempts where key = any (${keys.map((k) => k.key)}::text[])`.execute(db)
      const waits = rows.map((row) => waitFor(row.failures - (keys.find((k) => k.key === row.key)?.free ?? 0)) - row.age)
      return Math.max(0, Math.ceil(Math.max(0, ...waits)))
    },
    failed: async (db, name, address) => {
      for (const { key } of keysOf(name, address)) {
        await sql`insert into sign_in_attempts as a (key, failures, last_at) values (${key}, 1, now())
          on conflict on constraint sign_in_attempts_pk do update set last_at = now(),
            failures = case when a.last_at < now() - make_interval(secs => ${LONGEST_S}) then 1 else a.failures + 1 end`.execute(db)
      }
      await sql`delete from sign_in_attempts where last_at < now() - make_interval(secs => ${LONGEST_S})`.execute(db)
    },
    succeeded: async (db, name, address) => {
      await sql`delete from sign_in_attempts where key = ${keysOf(name, address)[0]?.key ?? ''}`.execute(db)
    },
  }
}

function waitFor(over: number): number {
  return over < 0 ? 0 : Math.min(LONGEST_S, 2 ** Math.min(over, 12))
}
