import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { isRefusal, type Refusal, refuse } from '../http/refusal.ts'
import { type Context, route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { ALLOWED, PERMISSIONS, sitesFor } from '../permissions.table.ts'
import { allSites } from '../sites/sites.store.ts'
import { acceptedStep, hashPassword, isPassword, newTotpSecret, seal, tokenHash, totpUri, unseal } from './secrets.ts'
import type { SignedIn } from './session.ts'
import {
  type Account,
  accountByName,
  confirmTotp,
  deleteSignIn,
  endSignIns,
  lockAccount,
  savePassword,
  savePendingTotp,
  saveSignInState,
  signInByToken,
} from './sign-ins.store.ts'
import { dueOf, mustWait, signIn, useCode } from './sign-ins.ts'
import { Credentials, Me, NewPassword, SignInReply, TotpBody, TotpReply } from './sign-ins.wire.ts'

type Anything = Pick<Context<unknown, unknown, unknown>, 'services'>
type Own = Pick<Context<unknown, unknown, unknown>, 'services' | 'me' | 'http'>

/** The password of somebody who is signed in, checked at the pace of the guard and while holding no connection. */
async function checkOwn({ me, services, http }: Own, password: string, field: string): Promise<Account | Refusal> {
  const db = services.database.app
  const wait = await services.guard.begin(db, me.name, http.address)
  if (wait > 0) return mustWait(wait)
  const account = await accountByName(db, me.name)
  if (account && (await isPassword(account.passwordHash, password))) return account
  await services.guard.failed(db, me.name, http.address)
  return refuse('not-valid', undefined, [{ field, why: 'this is not your present password' }])
}

/** The account, held, if it still has the password that was checked. */
async function lockUnchanged(tx: Tx, { id, passwordHash }: Account): Promise<Account | Refusal> {
  const account = await lockAccount(tx, id)
  return account?.passwordHash === passwordHash ? account : refuse('conflict', 'The account changed meanwhile. Try again.')
}

async function describeMe({ services }: Anything, me: SignedIn): Promise<z.output<typeof Me>> {
  const sites = await allSites(services.database.app)
  const ids = sites.map((site) => site.id)
  const permissions = PERMISSIONS.filter((permission) => me.grants.some((grant) => ALLOWED[grant.role].includes(permission)))
  const held = permissions.map((permission) => [permission, new Set(sitesFor(me.grants, permission, ids))] as const)
  return {
    user: { id: me.id, name: me.name, displayName: me.displayName, hasTotp: me.hasTotp },
    state: me.state,
    roles: [...me.grants],
    permissions,
    sites: sites
      .map((site) => ({ ...site, permissions: held.filter(([, where]) => where.has(site.id)).map(([permission]) => permission) }))
      .filter((site) => site.permissions.length > 0),
    signedInAt: me.signedInAt,
    expiresAt: me.expiresAt,
  }
}

export const signInRoutes = [
  route({
    on: 'POST /sign-ins',
    may: 'anyone',
    audit: 'sign-in',
    about: 'Signs in; sets the session cookie',
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: Credentials,
    reply: SignInReply,
    run: async ({ body, services, http, change }) => {
      const known = (name: string) => http.note({ name })
      const outcome = await signIn(services, { ...body, address: http.address, agent: http.agent }, { change, known })
      if (isRefusal(outcome)) return outcome
      http.note({ target: outcome.user })
      if (!('token' in outcome)) {
        http.note({ outcome: 'totp-needed', why: 'password accepted, second factor asked' })
        return { state: outcome.state, me: null }
      }
      const { idleUs, absoluteUs } = services.settings
      http.setSession(outcome.token, Math.floor(absoluteUs / 1e6))
      const me = await signInByToken(services.database.app, tokenHash(outcome.token), idleUs, absoluteUs)
      return me ? { state: outcome.state, me: await describeMe({ services }, me) } : refuse('not-signed-in')
    },
  }),
  route({
    on: 'DELETE /sign-ins/current',
    may: 'self',
    audit: 'sign-out',
    about: 'Signs out',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: Nothing,
    run: async ({ tx, me, http }) => {
      await deleteSignIn(tx, me.tokenHash)
      http.setSession(undefined, 0)
      return {}
    },
  }),
  route({
    on: 'GET /me',
    may: 'self',
    about: 'Who I am, what I may, and what is still due',
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: Me,
    run: (context) => describeMe(context, context.me),
  }),
  route({
    on: 'POST /me/password',
    may: 'self',
    audit: 'password.changed',
    about: 'Sets a new password; ends my other sign-ins',
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: NewPassword,
    reply: Me,
    run: async ({ me, body, services, http, change }) => {
      const checked = await checkOwn({ me, services, http }, body.current, 'current')
      if (isRefusal(checked)) return checked
      if (body.password === body.current)
        return refuse('not-valid', undefined, [{ field: 'password', why: 'choose another than the present one' }])
      const passwordHash = await hashPassword(body.password)
      const state = await change(async (tx) => {
        const account = await lockUnchanged(tx, checked)
        if (isRefusal(account)) return account
        await savePassword(tx, me.id, passwordHash, me.tokenHash)
        const due = dueOf(services, { ...account, isNew: false })
        await saveSignInState(tx, me.tokenHash, due)
        return due
      })
      await services.guard.succeeded(services.database.app, me.name, http.address)
      return describeMe({ services }, { ...me, state })
    },
  }),
  route({
    on: 'POST /me/totp',
    may: 'self',
    audit: 'totp.enrolled',
    about: 'Enrols a second factor: first the secret, then its confirmation; ends my other sign-ins',
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: TotpBody,
    reply: TotpReply,
    run: async ({ me, body, services, http, change }) => {
      const checked = await checkOwn({ me, services, http }, body.password, 'password')
      if (isRefusal(checked)) return checked
      if (checked.isNew) return refuse('first-login-unfinished', 'Set a password of your own first.')
      const { guard, database } = services
      const isWrong = async (field: string) => {
        await guard.failed(database.app, me.name, http.address)
        return refuse('not-valid', undefined, [{ field, why: 'the code is wrong; check the clock of the device' }])
      }
      if (body.code === undefined) {
        if (checked.totpSecret !== null && body.present === undefined)
          return refuse('not-valid', undefined, [{ field: 'present', why: 'a code of your present second factor is needed' }])
        if (checked.totpSecret !== null && !(await useCode(services, me.id, body.present ?? ''))) return isWrong('present')
        const secret = newTotpSecret()
        http.note({ outcome: 'begun' })
        await change(async (tx) => {
          const account = await lockUnchanged(tx, checked)
          if (isRefusal(account)) return account
          await savePendingTotp(tx, me.id, seal(guard.key, secret))
          return undefined
        })
        await guard.succeeded(database.app, me.name, http.address)
        return { state: 'confirm' as const, secret, uri: totpUri(me.name, secret) }
      }
      if (!checked.totpPending) return refuse('conflict', 'Start the enrolment first: send the password without a code.')
      const pending = checked.totpPending
      const step = acceptedStep(unseal(guard.key, pending), body.code, services.now(), 0)
      if (step === undefined) return isWrong('code')
      await change(async (tx) => {
        const account = await lockUnchanged(tx, checked)
        if (isRefusal(account)) return account
        // Begun anew meanwhile: the code is not of the secret that would be kept.
        if (!account.totpPending || Buffer.compare(account.totpPending, pending) !== 0)
          return refuse('conflict', 'The enrolment was begun anew meanwhile. Try again.')
        await confirmTotp(tx, me.id, step)
        await endSignIns(tx, me.id, me.tokenHash)
        await saveSignInState(tx, me.tokenHash, 'signed-in')
        return undefined
      })
      await guard.succeeded(database.app, me.name, http.address)
      return { state: 'enrolled' as const }
    },
  }),
]
