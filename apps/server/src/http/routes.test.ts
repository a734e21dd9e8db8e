import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import { writeCursor } from '../database/list.ts'
import { ALLOWED, PERMISSIONS, PLATFORM } from '../permissions.table.ts'
import { ROUTES } from '../routes.table.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'
import { OPENAPI_FILE, openApiText } from './openapi.ts'

describe('the table of routes', () => {
  it('names for every route who may use it, in words of the permission table', () => {
    const known = new Set<string>([...PERMISSIONS, 'anyone', 'self', 'signed-in'])
    assert.deepEqual(
      ROUTES.filter((route) => !known.has(route.may)).map((route) => route.on),
      [],
    )
  })

  it('opens nothing to anyone but signing in, the health of the server and the description of the API', () => {
    assert.deepEqual(
      ROUTES.filter((route) => route.may === 'anyone').map((route) => route.on),
      ['POST /sign-ins', 'GET /health', 'GET /openapi.json'],
    )
  })

  it('audits everything that is not a read, and nothing twice under one name', () => {
    assert.deepEqual(
      ROUTES.filter((route) => !route.on.startsWith('GET ') && route.audit === undefined).map((route) => route.on),
      [],
    )
    const names = ROUTES.map((route) => route.audit).filter((name) => name !== undefined)
    assert.equal(new Set(names).size, names.length)
  })

  it('has each address once', () => {
    assert.equal(new Set(ROUTES.map((route) => route.on)).size, ROUTES.length)
  })

  it('uses every permission, and gives every permission to a role', () => {
    const used = new Set<string>(ROUTES.map((route) => route.may))
    assert.deepEqual(
      PERMISSIONS.filter((permission) => !used.has(permission)),
      [],
    )
    const given = new Set(Object.values(ALLOWED).flat())
    assert.deepEqual(
      PERMISSIONS.filter((permission) => !given.has(permission)),
      [],
    )
    assert.ok(!PLATFORM.some((permission) => ALLOWED.analyst.includes(permission)))
  })

  it('is what openapi.json says; refresh it with node apps/server/src/http/openapi.ts --write', () => {
    assert.equal(readFileSync(OPENAPI_FILE, 'utf8'), openApiText())
  })

  it('names only references that exist in the OpenAPI document', () => {
    const text = openApiText()
    const { components } = JSON.parse(text) as { components: { schemas: Record<string, unknown> } }
    const asked = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? '')
    assert.deepEqual(
      [...new Set(asked)].filter((name) => !(name in components.schemas)),
      [],
    )
  })
})

describe('every route', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server.close())

  it('is in the table: the server answers no other address below /api', async () => {
    const answer = await server.nobody().get('/openapi.json')
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, JSON.parse(openApiText()))
    const tree = server.http.printRoutes({ commonPrefix: false })
    const mounted = tree.split('\n').filter((line) => /\((GET|POST|DELETE|PUT|PATCH)/.test(line)).length
    assert.equal(mounted, new Set(ROUTES.map((route) => route.on.split(' ')[1])).size, tree)
  })

  it('turns away somebody who has not signed in, or whose role does not allow it', async () => {
    const nobody = server.nobody()
    const outsider = await server.person('outsider', [])
    for (const route of ROUTES) {
      const [method = '', path = ''] = route.on.split(' ')
      if (route.may === 'anyone') continue
      const url = path.replace(/:\w+/g, '1')
      const send = (client: typeof nobody) =>
        method === 'GET'
          ? client.get(url)
          : method === 'DELETE'
            ? client.delete(url)
            : method === 'PUT'
              ? client.put(url, {})
              : client.post(url, {})
      assert.equal((await send(nobody)).status, 401, `${route.on} to nobody`)
      if (route.may === 'self' || route.may === 'signed-in') continue
      const answer = await send(outsider)
      assert.equal(answer.status, 403, `${route.on} to a person without a role: ${JSON.stringify(answer.body)}`)
    }
  })

  it('names the field and the reason when what it is sent is not valid', async () => {
    const admin = await server.person('admin', [{ role: 'administrator', site: null }])
    const cases: [string, unknown, string[]][] = [
      ['/users', { name: 'Not Valid!', displayName: '', grants: [] }, ['name', 'displayName', 'grants']],
      ['/users', [], ['body']],
      ['/sites', { id: 'ok', name: 'ok', timezone: 'Moon/Crater' }, ['timezone']],
      ['/alerts/x/moves', { to: 'resolved' }, ['resolution']],
      ['/alerts/x/moves', { to: 'gone' }, ['to']],
      ['/incidents/x/moves', { to: 'closed' }, ['note']],
      ['/assets/x/overrides', { attribute: 'type', value: 'spaceship' }, ['value']],
      ['/assets/x/overrides', { attribute: 'purdueLevel', value: '7' }, ['value']],
    ]
    for (const [path, body, fields] of cases) {
      const answer = await admin.post(path, body)
      assert.equal(answer.status, 400, path)
      assert.equal(answer.body.code, 'not-valid')
      assert.deepEqual(
        answer.body.details.map((detail: { field: string }) => detail.field),
        fields,
        path,
      )
      assert.ok(answer.body.details.every((detail: { why: string }) => detail.why.length > 0))
    }
    const list = await admin.get('/sessions?limit=0&from=yesterday')
    assert.deepEqual(
      list.body.details.map((detail: { field: string }) => detail.field),
      ['from', 'limit'],
    )
  })

  it('refuses, in every string of every route, what is no text, and names the field', async () => {
    const admin = await server.person('texts', [{ role: 'administrator', site: null }])
    let tried = 0
    for (const route of ROUTES) {
      const [method = '', path = ''] = route.on.split(' ')
      const ask = async (url: string, field: string, payload?: string) => {
        tried++
        const { http } = server
        const headers = { 'x-isthmus': '1', cookie: admin.cookie, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) }
        const answer = await http.inject({
          method: method as 'GET',
          url: `/api/v1${url}`,
          headers,
          ...(payload === undefined ? {} : { payload }),
        })
        assert.equal(answer.statusCode, 400, `${route.on}, ${field}: ${answer.body}`)
        assert.ok(
          answer.json().details.some((detail: { field: string }) => detail.field === field),
          `${route.on} does not name ${field}: ${answer.body}`,
        )
      }
      for (const [name] of strings(route.params)) await ask(path.replace(`:${name}`, '%00').replace(/:\w+/g, '1'), name)
      const plain = path.replace(/:\w+/g, '1')
      for (const [name] of strings(route.query)) await ask(`${plain}?${name}=a%00`, name)
      if (typeof route.body === 'string' || method === 'GET') continue
      for (const [name, wrap] of strings(route.body))
        for (const bad of ['\\u0000', '\\ud800', 'x\\udc00x']) await ask(plain, name, JSON.stringify(wrap('BAD')).replace('BAD', bad))
    }
    assert.ok(tried > 60, `only ${tried} strings were tried`)
  })

  it('refuses a cursor that the list did not write', async () => {
    const admin = await server.person('cursors', [{ role: 'administrator', site: null }])
    const cursors = ['x', writeCursor([1.5, 'x']), writeCursor([1e300, 'x']), writeCursor([1, 'a\u0000']), writeCursor([1])]
    for (const list of ['assets', 'sessions', 'operations', 'tags', 'findings', 'alerts', 'incidents', 'captures', 'audit'])
      for (const cursor of cursors) {
        if (list === 'audit' && cursor === writeCursor([1])) continue
        const answer = await admin.get(`/${list}?cursor=${cursor}`)
        assert.equal(answer.status, 400, `${list} ${cursor}: ${JSON.stringify(answer.body)}`)
        assert.deepEqual(answer.body.details[0].field, 'cursor')
      }
  })

  it('answers bodies that are no JSON, too large or of another type, and addresses there are not', async () => {
    const { http } = server
    const headers = { 'x-isthmus': '1' }
    const send = async (payload: string, type = 'application/json', url = '/api/v1/sign-ins') =>
      (await http.inject({ method: 'POST', url, headers: { ...headers, 'content-type': type }, payload })).json()
    assert.deepEqual(await send('{"name":'), {
      code: 'not-valid',
      message: 'The request is not valid. `details` names each field and why.',
      details: [{ field: 'body', why: 'this is not JSON' }],
    })
    assert.equal((await send(JSON.stringify({ name: 'x'.repeat(300_000) }))).code, 'too-large')
    assert.equal((await send('name=a', 'application/x-www-form-urlencoded')).code, 'wrong-type')
    assert.equal((await send('{}', 'application/json', '/api/v1/no-such')).code, 'no-such-route')
    assert.equal((await http.inject({ url: '/api/v1/../../etc/passwd' })).statusCode, 404)
  })

  it('sends the headers that keep a browser from being turned on its user', async () => {
    const answer = await server.nobody().get('/health')
    assert.equal(answer.status, 200)
    const policy = String(answer.headers['content-security-policy'])
    assert.match(policy, /default-src 'none'/)
    assert.ok(!/unsafe|\*|data:/.test(policy))
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    assert.equal(answer.headers['cache-control'], 'no-store')
  })
})

/** The strings of a schema by the field an error would name, each with what wraps a value into a whole. */
function strings(schema: z.ZodType | string): [string, (value: string) => unknown][] {
  if (typeof schema === 'string') return []
  return stringsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema)
}

type Schema = { type?: string; properties?: Record<string, Schema>; items?: Schema; anyOf?: Schema[] }

function stringsOf({ type, properties, items, anyOf }: Schema): [string, (value: string) => unknown][] {
  if (type === 'string') return [['', (value) => value]]
  const below = (name: string, inner: Schema, wrap: (value: unknown) => unknown): [string, (value: string) => unknown][] =>
    stringsOf(inner).map(([path, make]) => [path === '' ? name : `${name}.${path}`, (value) => wrap(make(value))])
  return [
    ...Object.entries(properties ?? {}).flatMap(([name, inner]) => below(name, inner, (value) => ({ [name]: value }))),
    ...(items === undefined ? [] : below('0', items, (value) => [value])),
    ...(anyOf ?? []).flatMap(stringsOf),
  ]
}
