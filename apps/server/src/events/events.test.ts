import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { type Client, startTestServer, type TestServer } from '../testing/server.ts'

/** Reads server-sent events until `enough`, or fails after some seconds. */
async function listen(
  address: string,
  { cookie }: Client,
): Promise<{ until(enough: (text: string) => boolean): Promise<string>; close(): void }> {
  const stop = new AbortController()
  const answer = await fetch(`${address}/api/v1/events`, { headers: { cookie }, signal: stop.signal })
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/)
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    until: async (enough) => {
      while (!enough(text)) {
        const { value, done } = await reader.read()
        if (done) break
        text += value
      }
      return text
    },
    close: () => stop.abort(),
  }
}

describe('live updates', () => {
  let server: TestServer
  let address: string
  before(async () => {
    server = await startTestServer()
    address = await server.http.listen({ host: '127.0.0.1', port: 0 })
    await sql`insert into sites (id, name) values ('north', 'North'), ('south', 'South')`.execute(server.test.database.owner)
  })
  after(() => server.close())

  it('tell a person of their sites only, many changes as one', { timeout: 10_000 }, async () => {
    const nora = await server.person('nora', [{ role: 'viewer', site: 'north' }])
    const stream = await listen(address, nora)
    await stream.until((text) => text.includes('retry:'))
    const { notices } = server.services
    notices.tell('south', 'alerts', ['secret'])
    for (let i = 0; i < 30; i++) notices.tell('north', 'alerts', [`a${i}`])
    notices.tell('north', 'assets', ['x'])
    const text = await stream.until((all) => all.includes('"assets"'))
    stream.close()
    assert.ok(!text.includes('south') && !text.includes('secret'))
    const told = text
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => JSON.parse(line.slice(6)))
    assert.deepEqual(
      told.map((notice) => [notice.kind, notice.site, notice.ids?.length]),
      [
        ['alerts', 'north', 30],
        ['assets', 'north', 1],
      ],
    )
  })

  it('stay bounded for a console that does not read', { timeout: 20_000 }, async () => {
    const nora = await server.person('nora2', [{ role: 'viewer', site: 'north' }])
    const stream = await listen(address, nora)
    await stream.until((text) => text.includes('retry:'))
    for (let i = 0; i < 100_000; i++) server.services.notices.tell('north', 'sessions', [`session-${i}`])
    const text = await stream.until((all) => all.includes('"sessions"'))
    stream.close()
    assert.ok(text.length < 10_000, `${text.length} characters`)
  })

  it('leave nothing behind when the console goes', { timeout: 10_000 }, async () => {
    const { notices } = server.services
    const quiet = async (size: number) => {
      while (notices.size > size) await new Promise((done) => setImmediate(done))
    }
    await quiet(0)
    const nora = await server.person('nora3', [{ role: 'viewer', site: 'north' }])
    const stream = await listen(address, nora)
    await stream.until((text) => text.includes('retry:'))
    assert.equal(notices.size, 1)
    stream.close()
    await quiet(0)
  })

  it('end one heartbeat after the sign-in did, and see no site that was taken back', { timeout: 20_000 }, async () => {
    const quick = await startTestServer({ heartbeatMs: 50 })
    const at = await quick.http.listen({ host: '127.0.0.1', port: 0 })
    const { owner } = quick.test.database
    await sql`insert into sites (id, name) values ('north', 'North'), ('south', 'South')`.execute(owner)
    const nora = await quick.person('nora', [
      { role: 'viewer', site: 'north' },
      { role: 'viewer', site: 'south' },
    ])
    const stream = await listen(at, nora)
    await sql`update sign_ins set seen_at = now() - interval '30 minutes' where user_id = ${nora.id}`.execute(owner)
    await quick.test.database.everywhere([], (tx) => sql`delete from grants where user_id = ${nora.id} and site = 'south'`.execute(tx))
    const beats = (text: string) => text.split(': here').length - 1
    const from = beats(await stream.until((text) => text.includes('retry:')))
    await stream.until((text) => beats(text) >= from + 3)
    quick.services.notices.tell('south', 'alerts', ['secret'])
    quick.services.notices.tell('north', 'assets', ['x'])
    const text = await stream.until((all) => all.includes('"assets"'))
    assert.ok(!text.includes('secret'))
    const { rows } = await sql`select 1 from sign_ins where user_id = ${nora.id} and seen_at < now() - interval '20 minutes'`.execute(owner)
    assert.equal(rows.length, 1, 'an open console that nobody touches is still idle')
    await sql`delete from sign_ins where user_id = ${nora.id}`.execute(owner)
    await stream.until(() => false)
    await quick.close()
  })

  it('are a few for one person', { timeout: 20_000 }, async () => {
    const nora = await server.person('nora4', [{ role: 'viewer', site: 'north' }])
    const open = await Promise.all(Array.from({ length: 8 }, () => listen(address, nora)))
    const ninth = await fetch(`${address}/api/v1/events`, { headers: { cookie: nora.cookie } })
    assert.equal(ninth.status, 429)
    await ninth.text()
    const size = server.services.notices.size
    for (const stream of open) stream.close()
    while (server.services.notices.size > size - 8) await new Promise((done) => setImmediate(done))
    const again = await listen(address, nora)
    again.close()
  })

  it('hold nothing of a console that is gone before it was answered', { timeout: 20_000 }, async () => {
    const nora = await server.person('nora5', [{ role: 'viewer', site: 'north' }])
    const { port } = new URL(address)
    const size = server.services.notices.size
    for (let i = 0; i < 30; i++) {
      const socket = connect(Number(port), '127.0.0.1')
      await once(socket, 'connect')
      socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: ${nora.cookie}\r\n\r\n`)
      await sleep(i % 10)
      socket.destroy()
    }
    const places = await Promise.all(Array.from({ length: 8 }, () => listen(address, nora)))
    for (const place of places) place.close()
    while (server.services.notices.size > size) await sleep(10)
  })
})
