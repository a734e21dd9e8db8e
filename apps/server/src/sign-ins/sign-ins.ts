/** Signing in, step by step: what a name, a password and a code lead to. */
import type { Db } from '../database/connect.ts'
import { type Refusal, refuse } from '../http/refusal.ts'
import type { Change } from '../http/route.ts'
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
  | { readonly state: 'totp-needed'; readonly user: string }
  | { readonly state: SignedIn['state']; readonly token: string; readonly user: string }

/** What a sign-in reaches besides the services: the transaction that also holds its audit entry. */
export type SignInSide = {
  readonly change: Change
  /** Called once the name is known to be an account's: what is typed there may be a password. */
  readonly known: (name: string) => void
}

/** The same answer and the same work, whether the name or the password is wrong. */
export async function signIn(services: Services, attempt: Try, { change, known }: SignInSide): Promise<Outcome | Refusal> {
  const { guard, database } = services
  const db = database.app
  const account = await accountByName(db, attempt.name)
  if (account) known(account.name)
  const wait = await guard.begin(db, attempt.name, attempt.address)
  if (wait > 0) return mustWait(wait)
  const isRight = account ? await isPassword(account.passwordHash, attempt.password) : await checkNobody(attempt.password)
  if (!account || isRight !== true || !account.isActive) {
    await guard.failed(db, attempt.name, attempt.address)
    return refuse('wrong-credentials')
  }
  if (account.isNew && account.isOneTimeOver) return refuse('one-time-password-old')
  if (account.totpSecret !== null) {
    if (attempt.totp === undefined) {
      await guard.undone(db, attempt.name, attempt.address)
      return { state: 'totp-needed', user: account.id }
    }
    if (!(await useCode(services, account.id, attempt.totp))) {
      await guard.failed(db, attempt.name, attempt.address)
      return refuse('wrong-credentials')
    }
  }
  await guard.succeeded(db, attempt.name, attempt.address)
  const token = newToken()
  const state = await change(async (tx) => {
    // Read again and held: what was granted meanwhile decides what is due.
    const now = await lockAccount(tx, account.id)
    if (!now?.isActive || now.passwordHash !== account.passwordHash) return refuse('wrong-credentials')
    const due = dueOf(services, now)
    await insertSignIn(tx, tokenHash(token), account.id, due, attempt.address, attempt.agent)
    await deleteOldSignIns(tx, services.settings.absoluteUs)
    return due
  })
  return { state, token, user: account.id }
}

export const mustWait = (seconds: number): Refusal => ({
  ...refuse('too-many', `Too many attempts. Try again in ${seconds} s.`),
  retryAfterS: seconds,
})

/** True once for each right code. */
export async function useCode(services: Services, user: string, code: string): Promise<boolean> {
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
