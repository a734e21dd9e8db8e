/** Signing in, step by step: what a name, a password and a code lead to. */
import type { Db } from '../database/connect.ts'
import { type Refusal, refuse } from '../http/refusal.ts'
import type { Services } from '../services.ts'
import { acceptedStep, checkNobody, isPassword, newToken, tokenHash, unseal } from './secrets.ts'
import type { SignedIn } from './session.ts'
import { type Account, accountByName, deleteOldSignIns, insertSignIn, lockAccount, saveTotpStep } from './sign-ins.store.ts'

export type Try = {
  readonly name: string
  readonly password: string
  readonly totp?: string | undefined
  readonly address: string
  readonly agent: string
}
export type Outcome =
  | { readonly state: 'totp-needed' }
  | { readonly state: SignedIn['state']; readonly token: string; readonly user: string }

/** The same answer and the same work, whether the name or the password is wrong. */
export async function signIn(services: Services, attempt: Try): Promise<Outcome | Refusal> {
  const { guard, database } = services
  const db = database.app
  const wait = await guard.wait(db, attempt.name, attempt.address)
  if (wait > 0) return { ...refuse('too-many', `Too many attempts. Try again in ${wait} s.`), retryAfterS: wait }
  const account = await accountByName(db, attempt.name)
  const isRight = account ? await isPassword(account.passwordHash, attempt.password) : await checkNobody(attempt.password)
  if (!account || isRight !== true || !account.isActive) {
    await guard.failed(db, attempt.name, attempt.address)
    return refuse('wrong-credentials')
  }
  if (account.totpSecret !== null) {
    if (attempt.totp === undefined) return { state: 'totp-needed' }
    if (!(await useCode(services, account.id, attempt.totp))) {
      await guard.failed(db, attempt.name, attempt.address)
      return refuse('wrong-credentials')
    }
  }
  await guard.succeeded(db, attempt.name, attempt.address)
  const state = dueOf(services, account)
  const token = newToken()
  await insertSignIn(db, tokenHash(token), account.id, state, attempt.address, attempt.agent)
  await deleteOldSignIns(db, services.settings.absoluteUs)
  return { state, token, user: account.id }
}

/** True once for each right code. */
async function useCode(services: Services, user: string, code: string): Promise<boolean> {
  return services.database.app.transaction().execute(async (tx: Db) => {
    const account = await lockAccount(tx, user)
    if (!account?.totpSecret) return false
    const step = acceptedStep(unseal(services.guard.key, account.totpSecret), code, services.now(), account.totpLastStep)
    if (step === undefined) return false
    await saveTotpStep(tx, user, step)
    return true
  })
}

/** What is due before the rest opens: first a password of one's own, then, where asked for, a second factor. */
export function dueOf(services: Services, account: Pick<Account, 'isNew' | 'totpSecret' | 'grants'>): SignedIn['state'] {
  if (account.isNew) return 'password-change'
  const { requireTotp } = services.settings
  const isAsked =
    requireTotp === 'everybody' || (requireTotp === 'administrators' && account.grants.some((grant) => grant.role === 'administrator'))
  return isAsked && account.totpSecret === null ? 'totp-enrol' : 'signed-in'
}
