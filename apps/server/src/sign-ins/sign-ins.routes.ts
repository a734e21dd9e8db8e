import type { z } from 'zod'
import { isRefusal, noSuch, refuse } from '../http/refusal.ts'
import { type Context, route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { ALLOWED, PERMISSIONS, sitesFor } from '../permissions.table.ts'
import { allSites } from '../sites/sites.store.ts'
import { acceptedStep, hashPassword, isPassword, newTotpSecret, seal, tokenHash, totpUri, unseal } from './secrets.ts'
import type { SignedIn } from './session.ts'
import { confirmTotp, deleteSignIn, lockAccount, savePassword, savePendingTotp, saveSignInState, signInByToken } from './sign-ins.store.ts'
import { dueOf, signIn } from './sign-ins.ts'
import { Credentials, Me, NewPassword, SignInReply, TotpBody, TotpReply } from './sign-ins.wire.ts'

type Anything = Pick<Context<unknown, unknown, unknown>, 'services'>

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
    run: async ({ body, services, http }) => {
      http.note({ name: body.name })
      const outcome = await signIn(services, { ...body, address: http.address, agent: http.agent })
      if (isRefusal(outcome)) return outcome
      if (outcome.state === 'totp-needed') return { state: outcome.state, me: null }
      http.note({ target: outcome.user })
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
    params: Nothing,
    query: Nothing,
    body: NewPassword,
    reply: Me,
    run: async ({ tx, me, body, services, http }) => {
      const wait = await services.guard.wait(services.database.app, me.name, http.address)
      if (wait > 0) return { ...refuse('too-many', `Too many attempts. Try again in ${wait} s.`), retryAfterS: wait }
      const account = await lockAccount(tx, me.id)
      if (!account) return noSuch('account', me.id)
      if (!(await isPassword(account.passwordHash, body.current))) {
        await services.guard.failed(services.database.app, me.name, http.address)
        return refuse('not-valid', undefined, [{ field: 'current', why: 'this is not your present password' }])
      }
      if (body.password === body.current)
        return refuse('not-valid', undefined, [{ field: 'password', why: 'choose another than the present one' }])
      await savePassword(tx, me.id, await hashPassword(body.password), me.tokenHash)
      const state = dueOf(services, { ...account, isNew: false })
      await saveSignInState(tx, me.tokenHash, state)
      return describeMe({ services }, { ...me, state })
    },
  }),
  route({
    on: 'POST /me/totp',
    may: 'self',
    audit: 'totp.enrolled',
    about: 'Enrols a second factor: first the secret, then its confirmation',
    params: Nothing,
    query: Nothing,
    body: TotpBody,
    reply: TotpReply,
    run: async ({ tx, me, body, services, http }) => {
      const wait = await services.guard.wait(services.database.app, me.name, http.address)
      if (wait > 0) return { ...refuse('too-many', `Too many attempts. Try again in ${wait} s.`), retryAfterS: wait }
      const account = await lockAccount(tx, me.id)
      if (!account) return noSuch('account', me.id)
      if (account.isNew) return refuse('first-login-unfinished', 'Set a password of your own first.')
      if (!(await isPassword(account.passwordHash, body.password))) {
        await services.guard.failed(services.database.app, me.name, http.address)
        return refuse('not-valid', undefined, [{ field: 'password', why: 'this is not your password' }])
      }
      if (body.code === undefined) {
        const secret = newTotpSecret()
        await savePendingTotp(tx, me.id, seal(services.guard.key, secret))
        return { state: 'confirm' as const, secret, uri: totpUri(me.name, secret) }
      }
      if (!account.totpPending) return refuse('conflict', 'Start the enrolment first: send the password without a code.')
      const step = acceptedStep(unseal(services.guard.key, account.totpPending), body.code, services.now(), 0)
      if (step === undefined) {
        await services.guard.failed(services.database.app, me.name, http.address)
        return refuse('not-valid', undefined, [{ field: 'code', why: 'the code is wrong; check the clock of the device' }])
      }
      await confirmTotp(tx, me.id, step)
      await saveSignInState(tx, me.tokenHash, 'signed-in')
      return { state: 'enrolled' as const }
    },
  }),
]
