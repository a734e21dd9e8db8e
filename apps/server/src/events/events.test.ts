import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
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
})
