import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { blockCode, Random, s7Block, withNetwork, writeProjectCapture } from '@isthmus/plant'
import { sql } from 'kysely'
import type { Ingest } from '../ingest/ingest.ts'
import { startTestIngest } from '../testing/ingest.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'
import { keepContents } from './programs.store.ts'

const BYTES = { 'content-type': 'application/octet-stream' }
const AT = Date.UTC(2026, 2, 2, 8) * 1000
const MADE_AT = Date.UTC(2025, 5, 1) * 1000
const HOUR = 3_600_000_000
const RUNG = Buffer.from('7e630000700b00023800', 'hex')

const random = new Random('a project')
const codes = Array.from({ length: 12 }, (_, i) => ({
  name: i === 0 ? ({ kind: 'OB', number: 1 } as const) : ({ kind: 'FC', number: i } as const),
  code: blockCode(random.fork(`block ${i}`), 200 + 90 * i),
}))
const project = codes.map(({ name, code }) => ({ ...name, bytes: s7Block(name, code, MADE_AT) }))
/** The same with one network of FC7 another. */
const changed = project.map((block) => {
  const { name, code } = codes.find((one) => one.name.kind === block.kind && one.name.number === block.number)!
  return name.number === 7 ? { ...block, bytes: s7Block(name, withNetwork(code, 100, RUNG), MADE_AT + HOUR) } : block
})
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('programs of controllers', () => {
  let server: TestServer
  let ingest: Ingest
  let analyst: Client
  let viewer: Client
  let elsewhere: Client
  let fc7: Json
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-programs-'))
  const [one, two] = [project[7]!.bytes, changed[7]!.bytes]
  const raw = (path: string, client: Client) =>
    server.http.inject({ url: `/api/v1${path}`, headers: { cookie: client.cookie, host: 'isthmus.test' }, remoteAddress: '127.0.0.1' })

  before(async () => {
    server = await startTestServer()
    ingest = startTestIngest(server)
    const admin = await server.person('admin', [{ role: 'administrator', site: null }])
    for (const id of ['works', 'mill']) await admin.post('/sites', { id, name: id })
    const loads = [project, changed].map((blocks, i) => ({ at: AT + i * HOUR, blocks }))
    const file = join(folder, 'project.pcap')
    await writeProjectCapture(file, 1, loads)
    await admin.post('/captures?site=works&name=project.pcap', readFileSync(file), BYTES)
    await ingest.idle()
    analyst = await server.person('analyst', [{ role: 'analyst', site: 'works' }])
    viewer = await server.person('viewer', [{ role: 'viewer', site: 'works' }])
    elsewhere = await server.person('elsewhere', [{ role: 'analyst', site: 'mill' }])
    const { items } = (await analyst.get('/programs?site=works&limit=100')).body
    fc7 = items.find(({ section }: Json) => section === 'FC7')
  })
  after(async () => {
    await ingest.stop()
    await server.close()
    rmSync(folder, { recursive: true })
  })

  it('the same project loaded again with one network changed: one section of twelve has a second version', async () => {
    const { items } = (await viewer.get('/programs?site=works&limit=100')).body
    assert.equal(items.length, 12)
    const several = items.filter(({ versions }: Json) => versions.length > 1)
    assert.deepEqual(
      several.map(({ section }: Json) => section),
      ['FC7'],
    )
    assert.deepEqual(
      several[0].versions.map(({ how, hash, bytes, count }: Json) => [how, hash, bytes, count]),
      [
        ['loaded', sha(one), one.length, 1],
        ['loaded', sha(two), two.length, 1],
      ],
    )
    const unchanged = items.find(({ section }: Json) => section === 'OB1')
    assert.deepEqual([unchanged.versions.length, unchanged.versions[0].count], [1, 2])
    assert.equal(fc7.versions[1].movers[0].client, '10.20.20.30')
    assert.ok(fc7.versions[1].first.packets[0] > 0)
  })

  it('the difference is exactly the bytes that were changed, with the part of the block that they are in', async () => {
    const { body } = await analyst.get(`/programs/${fc7.id}/diff?from=${sha(one)}&to=${sha(two)}`)
    const places = body.byteChanges.map(({ at, length, newAt, newLength, part }: Json) => [at, length, newAt, newLength, part])
    const differing = [...one.keys()].filter((at) => one[at] !== two[at])
    assert.deepEqual(
      places.flatMap(([at, length]: number[]) => Array.from({ length: length! }, (_, i) => at! + i)),
      differing,
    )
    assert.deepEqual([...new Set(places.map(([, , , , part]: string[]) => part))], ['header (code time)', 'code', 'footer (checksum)'])
    const inCode = body.byteChanges.filter(({ part }: Json) => part === 'code')
    assert.equal(inCode[0].at, 136)
    assert.equal(inCode[0].added, two.subarray(136, 136 + inCode[0].newLength).toString('hex'))
    assert.match(body.says, /of the code at 0x88/)
    assert.equal(body.isCoarse, false)
  })

  it('the alert says how many sections were moved, which of them changed and by how much', async () => {
    const { items } = (await analyst.get('/alerts?site=works&limit=100')).body
    const told = await Promise.all(items.map(async ({ id }: Json) => (await viewer.get(`/alerts/${id}/program`)).body))
    const program = told.find(({ changed }: Json) => changed.length > 0)
    assert.ok(program, 'an alert about the change')
    assert.equal(program.moved, 12)
    assert.deepEqual(
      program.changed.map(({ program: id, before, after, how, beforeHow }: Json) => [id, before, after, how, beforeHow]),
      [[fc7.id, sha(one), sha(two), 'loaded', 'loaded']],
    )
    assert.match(program.says, /^1 of 12 sections changed: FC7, .* of the code at 0x88/)
  })

  it('the bytes come as a download that no browser opens, and each look is audited', async () => {
    const answer = await raw(`/programs/${fc7.id}/contents/${sha(two)}`, analyst)
    assert.equal(answer.statusCode, 200)
    assert.equal(sha(answer.rawPayload), sha(two))
    assert.equal(answer.headers['content-type'], 'application/octet-stream')
    assert.match(String(answer.headers['content-disposition']), /^attachment; filename="FC7-/)
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    const admin = await server.person('auditor', [{ role: 'administrator', site: null }])
    const entries = (await admin.get('/audit?limit=200')).body.items
    for (const what of ['program.read', 'program.compared'])
      assert.ok(
        entries.some((entry: Json) => entry.what === what && entry.target === fc7.id && entry.site === 'works'),
        what,
      )
  })

  it('who may not see bytes sees versions only; who belongs to another site sees nothing', async () => {
    const diff = `/programs/${fc7.id}/diff?from=${sha(one)}&to=${sha(two)}`
    assert.equal((await viewer.get(diff)).status, 403)
    assert.equal((await raw(`/programs/${fc7.id}/contents/${sha(two)}`, viewer)).statusCode, 403)
    for (const path of [diff, `/programs/${fc7.id}`, `/programs/${fc7.id}/contents/${sha(two)}`])
      assert.equal((await elsewhere.get(path)).status, 404, path)
    assert.equal((await elsewhere.get('/programs?limit=100')).body.items.length, 0)
    // A content is had through its own section only.
    const other = (await analyst.get('/programs?site=works&q=OB1')).body.items[0]
    assert.equal((await analyst.get(`/programs/${other.id}/contents/${sha(two)}`)).status, 404)
  })

  it('a content is kept once, and only if it is what its hash says', async () => {
    const content = Buffer.from('PROGRAM Main')
    const kept = (hash: string) => ({ hash, base64: content.toString('base64'), bytes: content.length, server: '10.9.9.9', at: AT })
    const rows = await server.test.database.scoped(['works'], async (tx) => {
      await keepContents(tx, 'works', [kept(sha(content)), kept('0'.repeat(64))])
      await keepContents(tx, 'works', [kept(sha(content))])
      return (await sql<{ hash: string }>`select hash from program_contents where server = '10.9.9.9'`.execute(tx)).rows
    })
    assert.deepEqual(
      rows.map(({ hash }) => hash),
      [sha(content)],
    )
  })

  it('of one controller no more is kept than there is room for: what came longest ago leaves', async () => {
    const big = (i: number) => {
      const content = Buffer.alloc(1 << 20, i)
      return { hash: sha(content), base64: content.toString('base64'), bytes: content.length, server: '10.8.8.8', at: AT + i }
    }
    const { rows, others } = await server.test.database.scoped(['works'], async (tx) => {
      for (let i = 0; i < 70; i += 7)
        await keepContents(
          tx,
          'works',
          Array.from({ length: 7 }, (_, n) => big(i + n)),
        )
      const { rows } = await sql<{
        at: number
      }>`select first_us as at from program_contents where server = '10.8.8.8' order by first_us`.execute(tx)
      const others = await sql<{ n: number }>`select count(*) as n from program_contents where server <> '10.8.8.8'`.execute(tx)
      return { rows, others: Number(others.rows[0]!.n) }
    })
    assert.ok(rows.length <= 61 && rows.length >= 55, String(rows.length))
    assert.equal(Number(rows.at(-1)!.at), AT + 69)
    assert.equal(others, 14)
  })

  it('of a site it leaves where most is kept: a flood at controllers that are none pushes out nothing of the others', async () => {
    const one = (server: string, i: number, length: number) => {
      const content = Buffer.alloc(length, `${server} ${i}`)
      return { hash: sha(content), base64: content.toString('base64'), bytes: content.length, server, at: AT + i }
    }
    const most = { server: { bytes: 50_000, contents: 200 }, site: { bytes: 100_000, contents: 300 } }
    const rows = await server.test.database.scoped(['mill'], async (tx) => {
      const kept = async (...contents: ReturnType<typeof one>[]) => keepContents(tx, 'mill', contents, most)
      await kept(one('10.7.7.7', 0, 9000), one('10.7.7.7', 1, 500))
      for (let n = 0; n < 6; n++) await kept(...Array.from({ length: 5 }, (_, i) => one(`10.6.6.${n}`, i, 9900)))
      for (let n = 0; n < 3; n++) await kept(...Array.from({ length: 190 }, (_, i) => one(`10.5.5.${n}`, i, 16)))
      return (
        await sql<{ server: string; n: string; sum: string }>`
          select server, count(*) as n, sum(bytes) as sum from program_contents group by server order by server`.execute(tx)
      ).rows
    })
    assert.deepEqual(
      rows.filter((row) => row.server === '10.7.7.7').map(({ n, sum }) => [Number(n), Number(sum)]),
      [[2, 9500]],
    )
    const of = (key: 'n' | 'sum') => rows.reduce((sum, row) => sum + Number(row[key]), 0)
    assert.ok(of('n') <= 300 && of('sum') <= 100_000 && of('n') > 250, `${of('n')} contents, ${of('sum')} bytes`)
  })

  it('a restart of the fold goes on with the versions as they were', async () => {
    const file = join(folder, 'again.pcap')
    await writeProjectCapture(file, 2, [{ at: AT + 2 * HOUR, blocks: changed.slice(7, 8) }])
    await ingest.stop()
    ingest = startTestIngest(server)
    const admin = await server.person('second', [{ role: 'administrator', site: null }])
    await admin.post('/captures?site=works&name=again.pcap', readFileSync(file), BYTES)
    await ingest.idle()
    const { versions } = (await analyst.get(`/programs/${fc7.id}`)).body
    assert.deepEqual(
      versions.map(({ hash, count }: Json) => [hash, count]),
      [
        [sha(one), 1],
        [sha(two), 2],
      ],
    )
  })
})
