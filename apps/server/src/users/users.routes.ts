import { noSuch, refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { hashPassword, newId, oneTimePassword } from '../sign-ins/secrets.ts'
import { endSignIns } from '../sign-ins/sign-ins.store.ts'
import {
  countAdministrators,
  findUser,
  insertUser,
  listPeople,
  listUsers,
  lockAdministrators,
  saveActivity,
  saveGrants,
  saveOneTimePassword,
  unknownSites,
} from './users.store.ts'
import { Activity, GrantsBody, NewUser, OneTimeLogin, People, User, Users } from './users.wire.ts'

const LAST_ADMINISTRATOR = 'This is the last administrator of all sites. Name another one first.'

export const userRoutes = [
  route({
    on: 'GET /people',
    may: 'person.read',
    about: 'Who works in these sites',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: People,
    run: async ({ tx, sites }) => ({ items: await listPeople(tx, sites) }),
  }),
  route({
    on: 'GET /users',
    may: 'user.manage',
    about: 'Accounts',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: Users,
    run: async ({ tx }) => ({ items: await listUsers(tx) }),
  }),
  route({
    on: 'POST /users',
    may: 'user.manage',
    audit: 'user.added',
    about: 'Adds an account; answers its one-time password, once',
    params: Nothing,
    query: Nothing,
    body: NewUser,
    reply: OneTimeLogin,
    transaction: 'none',
    run: async ({ body, http, change }) => {
      const id = newId('user')
      const password = oneTimePassword()
      const passwordHash = await hashPassword(password)
      const user = await change(async (tx) => {
        const unknown = await unknownSites(
          tx,
          body.grants.map((grant) => grant.site),
        )
        if (unknown.length > 0) return refuse('not-valid', undefined, [{ field: 'grants', why: `no such site: ${unknown.join(', ')}` }])
        if (!(await insertUser(tx, id, body, passwordHash))) return refuse('conflict', 'There is an account of this name already.')
        await saveGrants(tx, id, body.grants)
        http.note({ target: id, name: body.name, grants: body.grants })
        return (await findUser(tx, id)) ?? noSuch('account', id)
      })
      return { user, oneTimePassword: password }
    },
  }),
  route({
    on: 'POST /users/:id/resets',
    may: 'user.manage',
    audit: 'user.reset',
    about: 'A new one-time password; ends all sign-ins of the account',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: OneTimeLogin,
    transaction: 'none',
    run: async ({ params, http, change }) => {
      const password = oneTimePassword()
      const passwordHash = await hashPassword(password)
      const user = await change(async (tx) => {
        const there = await findUser(tx, params.id)
        if (!there) return noSuch('account', params.id)
        await saveOneTimePassword(tx, params.id, passwordHash)
        http.note({ target: params.id, name: there.name })
        return there
      })
      return { user: { ...user, isNew: true, hasTotp: false }, oneTimePassword: password }
    },
  }),
  route({
    on: 'POST /users/:id/activity',
    may: 'user.manage',
    audit: 'user.activity-set',
    about: 'Lets an account in, or shuts it out at once',
    params: Id,
    query: Nothing,
    body: Activity,
    reply: User,
    run: async ({ tx, params, body, http }) => {
      await lockAdministrators(tx)
      if (!(await findUser(tx, params.id))) return noSuch('account', params.id)
      if (!body.isActive && (await countAdministrators(tx, params.id)) === 0) return refuse('conflict', LAST_ADMINISTRATOR)
      await saveActivity(tx, params.id, body.isActive)
      http.note({ target: params.id, isActive: body.isActive })
      return (await findUser(tx, params.id)) ?? noSuch('account', params.id)
    },
  }),
  route({
    on: 'POST /users/:id/grants',
    may: 'user.manage',
    audit: 'user.grants-set',
    about: 'Replaces the roles of an account; ends all its sign-ins',
    params: Id,
    query: Nothing,
    body: GrantsBody,
    reply: User,
    run: async ({ tx, params, body, http }) => {
      await lockAdministrators(tx)
      if (!(await findUser(tx, params.id))) return noSuch('account', params.id)
      const unknown = await unknownSites(
        tx,
        body.grants.map((grant) => grant.site),
      )
      if (unknown.length > 0) return refuse('not-valid', undefined, [{ field: 'grants', why: `no such site: ${unknown.join(', ')}` }])
      const staysAdministrator = body.grants.some((grant) => grant.role === 'administrator' && grant.site === null)
      if (!staysAdministrator && (await countAdministrators(tx, params.id)) === 0) return refuse('conflict', LAST_ADMINISTRATOR)
      await saveGrants(tx, params.id, body.grants)
      // What is due at a sign-in depends on the role: a second factor is asked at the next one.
      await endSignIns(tx, params.id)
      http.note({ target: params.id, grants: body.grants })
      return (await findUser(tx, params.id)) ?? noSuch('account', params.id)
    },
  }),
]
