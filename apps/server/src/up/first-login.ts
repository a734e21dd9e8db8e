/** The first administrator: made when there is nobody, given a new one-time password until somebody has used one. */
import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { hashPassword, newId, oneTimePassword } from '../sign-ins/secrets.ts'
import { insertUser, saveGrants, saveOneTimePassword } from '../users/users.store.ts'

export type FirstLogin = { readonly name: string; readonly password: string }

const NAME = 'admin'

/** Undefined once the first administrator has a password of their own. */
export async function firstLogin(database: Database): Promise<FirstLogin | undefined> {
  return database.everywhere([], async (tx) => {
    const { rows } = await sql<{
      id: string
      name: string
      isNew: boolean
    }>`select id, name, is_new as "isNew" from users order by created_at limit 2`.execute(tx)
    const password = oneTimePassword()
    const hash = await hashPassword(password)
    const [first] = rows
    if (!first) {
      const id = newId('user')
      await insertUser(tx, id, { name: NAME, displayName: 'Administrator', grants: [] }, hash)
      await saveGrants(tx, id, [{ role: 'administrator', site: null }])
      return { name: NAME, password }
    }
    if (rows.length > 1 || !first.isNew) return undefined
    await saveOneTimePassword(tx, first.id, hash)
    return { name: first.name, password }
  })
}
