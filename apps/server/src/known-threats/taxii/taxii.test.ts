/** The client against a small TAXII 2.1 server written here after the specification: no installable one was to be had. */
import assert from 'node:assert/strict'
import { createServer as createClear } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import type { Tx } from '../../database/connect.ts'
import { selfSigned } from '../../testing/certificate.ts'
import { type Client, startTestServer, type TestServer } from '../../testing/server.ts'
import { discover, fetchObjects } from './client.ts'
import { checkUrl, TAXII } from './http.ts'
import { accessOf, pollDue } from './poll.ts'

type Stored = { readonly added: string; readonly object: Record<string, unknown> }

/** Two API roots, one that is elsewhere; a collection that is paged by `next`, one by time, one that may not be read. */
class TaxiiServer {
  readonly stored: Stored[] = []
  readonly asked: string[] = []
  readonly server: Server
  authorization = `Basic ${Buffer.from('reader:secret word').toString('base64')}`
  /** Objects a page. */
  page = 2
  pages: 'next' | 'time' = 'next'
  answer: { status?: number; type?: string; location?: string; body?: string } = {}

  constructor(tls: { cert: string; key: string }) {
    this.server = createServer(tls, (request, response) => {
      const url = new URL(request.url ?? '/', 'https://x')
      this.asked.push(`${url.pathname}${url.search}`)
      const { status, type = TAXII, location, body } = this.answer
      if (status !== undefined || body !== undefined) {
        response.writeHead(status ?? 200, { 'content-type': type, ...(location === undefined ? {} : { location }) })
        return response.end(body ?? '{}')
      }
      if (request.headers.authorization !== this.authorization) return response.writeHead(401).end()
      if (request.headers.accept !== TAXII) return response.writeHead(406).end()
      const [headers, reply] = this.#reply(url)
      response.writeHead(reply === undefined ? 404 : 200, { 'content-type': type, ...headers })
      return response.end(JSON.stringify(reply ?? {}))
    })
  }

  #reply(url: URL): [Record<string, string>, unknown] {
    if (url.pathname === '/taxii2/') return [{}, { title: 'Test', api_roots: ['/one/', 'https://elsewhere.example/two/'] }]
    if (url.pathname === '/one/') return [{}, { title: 'Root one', versions: [TAXII], max_content_length: 1_000_000 }]
    if (url.pathname === '/one/collections/') {
      const collection = (id: string, can_read: boolean) => ({ id, title: `Collection ${id}`, can_read, can_write: false })
      return [{}, { collections: [collection('good', true), collection('closed', false)] }]
    }
    if (url.pathname !== '/one/collections/good/objects/') return [{}, undefined]
    const since = url.searchParams.get('added_after') ?? ''
    const all = this.stored.filter(({ added }) => added > since)
    const from = Number(url.searchParams.get('next') ?? 0)
    const some = all.slice(from, from + this.page)
    const more = from + this.page < all.length
    const headers: Record<string, string> =
      some.length === 0 ? {} : { 'x-taxii-date-added-first': some[0]!.added, 'x-taxii-date-added-last': some.at(-1)!.added }
    const next = more && this.pages === 'next' ? { next: String(from + this.page) } : {}
    return [headers, some.length === 0 ? {} : { more, ...next, objects: some.map(({ object }) => object) }]
  }
}

const indicator = (n: number, pattern: string, modified = '2026-01-01T00:00:00.000Z') => ({
  type: 'indicator',
  spec_version: '2.1',
  id: `indicator--0000000${n}-0000-4000-8000-000000000000`,
  name: `Indicator ${n}`,
  created: '2026-01-01T00:00:00.000Z',
  modified,
  pattern_type: 'stix',
  pattern,
  valid_from: '2020-01-01T00:00:00Z',
})

describe('TAXII 2.1', () => {
  const tls = selfSigned()
  const taxii = new TaxiiServer(tls)
  const access = accessOf('basic', 'reader:secret word', tls.cert)
  let origin = ''
  let server: TestServer
  let admin: Client

  before(async () => {
    await new Promise<void>((done) => taxii.server.listen(0, '127.0.0.1', done))
    origin = `https://127.0.0.1:${(taxii.server.address() as AddressInfo).port}`
    for (let n = 1; n <= 5; n++)
      taxii.stored.push({ added: `2026-01-0${n}T00:00:00.000000Z`, object: indicator(n, `[ipv4-addr:value = '198.51.100.${n}']`) })
    server = await startTestServer()
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    await admin.post('/sites', { id: 'works', name: 'The works' })
  })
  after(async () => {
    taxii.server.closeAllConnections()
    await new Promise((done) => taxii.server.close(done))
    await server.close()
  })

  it('discovery names the roots of the server itself and the collections that may be read', async () => {
    assert.deepEqual(await discover(`${origin}/taxii2`, access), {
      title: 'Test',
      roots: [
        {
          url: `${origin}/one/`,
          title: 'Root one',
          collections: [{ id: 'good', title: 'Collection good', description: '' }],
          trouble: undefined,
        },
      ],
    })
  })

  it('objects come page by page, by what the server says is next or by time', async () => {
    for (const pages of ['next', 'time'] as const) {
      taxii.pages = pages
      taxii.asked.length = 0
      const { objects, addedAfter } = await fetchObjects(`${origin}/one/`, 'good', access, undefined)
      assert.equal(objects.length, 5)
      assert.equal(addedAfter, '2026-01-05T00:00:00.000000Z')
      assert.equal(taxii.asked.length, 3)
      assert.match(taxii.asked[1]!, pages === 'next' ? /\?next=2$/ : /\?added_after=2026-01-02/)
    }
    assert.deepEqual(await fetchObjects(`${origin}/one/`, 'good', access, '2026-01-05T00:00:00.000000Z'), {
      objects: [],
      addedAfter: '2026-01-05T00:00:00.000000Z',
    })
  })

  it('what the other side may do wrong is said in words, and a redirect to another host is not followed', async () => {
    const from = (answer: TaxiiServer['answer']) => {
      taxii.answer = answer
      return fetchObjects(`${origin}/one/`, 'good', access, undefined).finally(() => {
        taxii.answer = {}
      })
    }
    await assert.rejects(from({ status: 302, location: 'https://elsewhere.example/' }), /another host/)
    await assert.rejects(from({ status: 302, location: '/again' }), /in a circle/)
    await assert.rejects(from({ status: 403 }), /does not allow/)
    await assert.rejects(from({ type: 'text/html', body: '<html>' }), /not TAXII 2.1/)
    await assert.rejects(from({ body: 'nonsense' }), /not JSON/)
    await assert.rejects(from({ body: '{"more":true,"objects":[]}' }), /there is more, and not where/)
    await assert.rejects(from({ body: `"${'x'.repeat(33 << 20)}"` }), /more than \d+ bytes/)
    await assert.rejects(fetchObjects(`${origin}/one/`, 'good', accessOf('none', '', tls.cert), undefined), /another sign-in/)
    await assert.rejects(
      fetchObjects(`${origin}/one/`, 'good', accessOf('basic', 'reader:secret word', undefined), undefined),
      /not trusted/,
    )
  })

  it('what is not asked: clear text beyond this machine, link-local addresses, sign-ins in the URL', () => {
    assert.throws(() => checkUrl('http://10.0.0.5/taxii2/'), /only https/)
    assert.throws(() => checkUrl('https://169.254.169.254/'), /not asked/)
    assert.throws(() => checkUrl('https://[fe80::1]/'), /not asked/)
    for (const mapped of ['[::ffff:169.254.169.254]', '[::169.254.169.254]', '[64:ff9b::a9fe:a9fe]'])
      assert.throws(() => checkUrl(`https://${mapped}/`), /not asked/, mapped)
    assert.throws(() => checkUrl('https://me:word@taxii.example/'), /does not belong/)
    assert.throws(() => checkUrl('file:///etc/passwd'), /only https/)
    assert.equal(checkUrl('https://10.0.0.5/taxii2/').hostname, '10.0.0.5')
    assert.equal(checkUrl('http://127.0.0.1:1/').protocol, 'http:')
  })

  /** Also the owner of the tables sees a site's rows only in its scope. */
  const ofWorks = <T>(work: (tx: Tx) => Promise<T>) => server.test.database.scoped(['works'], work)

  it('a feed is a list like any other: asked at once, then for what is new, its secret encrypted', async () => {
    const feed = {
      name: 'partner',
      site: 'works',
      url: `${origin}/one/`,
      collection: 'good',
      everyMinutes: 60,
      authentication: 'basic',
      user: 'reader',
      password: 'secret word',
      authority: tls.cert,
    }
    const offered = await admin.post('/known-threats/discoveries', { ...feed, url: `${origin}/taxii2/` })
    assert.equal(offered.body.roots[0].collections[0].id, 'good')
    const added = await admin.post('/known-threats/feeds', feed)
    assert.equal(added.status, 200, JSON.stringify(added.body))
    assert.deepEqual([added.body.used, added.body.feed.objects, added.body.feed.trouble], [5, 5, null])
    assert.ok(!JSON.stringify(added.body).includes('secret word'))
    const { rows } = await ofWorks((tx) => sql<{ secret: Buffer }>`select secret from threat_feeds`.execute(tx))
    assert.ok(!rows[0]!.secret.toString('latin1').includes('secret word'))

    taxii.stored.push({
      added: '2026-02-01T00:00:00.000000Z',
      object: { ...indicator(1, "[ipv4-addr:value = '198.51.100.1']", '2026-02-01T00:00:00.000Z'), revoked: true },
    })
    taxii.asked.length = 0
    await pollDue(server.services)
    assert.deepEqual(taxii.asked, [], 'it is not due yet')
    await ofWorks((tx) => sql`update threat_feeds set asked_at = now() - interval '2 hours'`.execute(tx))
    await pollDue(server.services)
    assert.match(taxii.asked[0]!, /added_after=2026-01-05/)
    const later = (await admin.get(`/known-threats/${added.body.id}`)).body
    assert.deepEqual([later.used, later.feed.objects], [4, 5])
    assert.ok(server.decisions.some((decision) => decision.kind === 'controls' && decision.site === 'works'))

    taxii.answer = { status: 401 }
    const asked = await admin.post(`/known-threats/${added.body.id}/polls`)
    taxii.answer = {}
    assert.equal(asked.body.feed.trouble, 'the server wants another sign-in')
    assert.equal(asked.body.used, 4)
  })

  it('a collection without end is neither held nor kept, however few its objects', async () => {
    const kept = async () =>
      (
        await ofWorks((tx) =>
          sql<{ n: number; content: string }>`select (select count(*) from threat_objects) as n, content from threat_sources`.execute(tx),
        )
      ).rows
    const before = await kept()
    const [{ id } = { id: '' }] = (await admin.get('/known-threats')).body.items
    let pages = 0
    const page = () =>
      JSON.stringify({ more: true, next: `${++pages}`, objects: [{ id: `indicator--${pages}`, filler: 'x'.repeat(30 << 20) }] })
    const answer = {
      get body() {
        return page()
      },
    }
    taxii.answer = answer
    const asked = await admin.post(`/known-threats/${id}/polls`).finally(() => {
      taxii.answer = {}
    })
    assert.match(asked.body.feed.trouble, /more than \d+ bytes/)
    assert.ok(pages < 10, `${pages} pages were asked for`)

    // Few enough to be fetched, too much for a list: nothing of it stays.
    pages = 0
    const two = {
      get body() {
        return page().replace('true', String(pages < 2))
      },
    }
    taxii.answer = two
    const again = await admin.post(`/known-threats/${id}/polls`).finally(() => {
      taxii.answer = {}
    })
    assert.match(again.body.feed.trouble, /more than \d+ bytes/)
    assert.deepEqual(await kept(), before)
  })

  it('a sign-in that somebody writes into the URL is not kept in the audit trail', async () => {
    const url = 'https://reader:in-the-url@taxii.example/taxii2/?apikey=in-the-query'
    const feed = { name: 'x', url, collection: 'good', everyMinutes: 60, authentication: 'none' }
    assert.equal((await admin.post('/known-threats/discoveries', { url, authentication: 'none' })).status, 400)
    assert.equal((await admin.post('/known-threats/feeds', feed)).status, 400)
    const { rows } = await sql<{ entry: string }>`select detail::text as entry from audit where what like 'threat.%'`.execute(
      server.test.database.owner,
    )
    assert.ok(rows.some(({ entry }) => entry.includes('https://taxii.example/taxii2/')))
    for (const { entry } of rows) assert.doesNotMatch(entry, /in-the-/)
  })

  it('only who may decide for all sites has the server connect somewhere', async () => {
    const local = await server.person('local', [{ role: 'analyst', site: 'works' }])
    assert.equal((await local.post('/known-threats/discoveries', { url: `${origin}/taxii2/`, authentication: 'none' })).status, 403)
    const clear = await admin.post('/known-threats/discoveries', { url: 'http://192.0.2.1/', authentication: 'none' })
    assert.deepEqual([clear.status, clear.body.details[0].why], [400, 'only https is asked'])
  })

  it('on this machine clear text is spoken, to a proxy that adds TLS', async () => {
    const proxy = createClear((_, response) => response.writeHead(200, { 'content-type': TAXII }).end('{}'))
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
    const { port } = proxy.address() as AddressInfo
    assert.deepEqual(await fetchObjects(`http://127.0.0.1:${port}/`, 'x', accessOf('none', '', undefined), undefined), {
      objects: [],
      addedAfter: undefined,
    })
    proxy.closeAllConnections()
    await new Promise((done) => proxy.close(done))
  })
})
