import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { EICAR_RULE, eicar, selfTest } from '@isthmus/scanner'
import { pino } from 'pino'
import { pcap, tcpTalk } from '../../../../packages/wire/src/testing/pcap-builder.ts'
import { contentInForce } from '../ingest/content.ts'
import type { Ingest } from '../ingest/ingest.ts'
import { startTestIngest } from '../testing/ingest.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'
import { inspect } from './inspect.ts'
import { Scanners } from './load.ts'
import { startSelfTest } from './self-test.ts'
import { alerted } from './self-test-alert.ts'

const BYTES = { 'content-type': 'application/octet-stream' }
const START = 1_700_000_000_000_000
const text = (words: string): Uint8Array => new TextEncoder().encode(words)

/** One download; the fourth number of the client's address sets captures apart. */
function download(host: number): Buffer {
  const head = text(`HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=a.com\r\nContent-Length: 68\r\n\r\n`)
  const ends = { from: `10.1.2.${host}`, to: '203.0.113.9', fromPort: 49_152, toPort: 80 }
  return Buffer.from(
    pcap(
      tcpTalk(ends, START, [
        ['client', text('GET /a.com HTTP/1.1\r\nHost: bad.example\r\n\r\n')],
        ['server', Uint8Array.from([...head, ...eicar()])],
      ]),
    ),
  )
}

describe('known threats', () => {
  let server: TestServer
  let ingest: Ingest
  let admin: Client
  let local: Client
  let viewer: Client

  before(async () => {
    server = await startTestServer()
    ingest = startTestIngest(server)
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    await admin.post('/sites', { id: 'works', name: 'The works' })
    await admin.post('/sites', { id: 'other', name: 'The other' })
    local = await server.person('local', [{ role: 'analyst', site: 'works' }])
    viewer = await server.person('viewer', [{ role: 'viewer', site: 'works' }])
  })
  after(async () => {
    await ingest.stop()
    await server.close()
  })

  /** What the folds were told goes to the one that runs. */
  const tell = () => {
    for (const decision of server.decisions.splice(0)) ingest.decided(decision)
  }

  async function read(site: string, capture: Buffer): Promise<Json[]> {
    tell()
    assert.equal((await admin.post(`/captures?site=${site}&name=x.pcap`, capture, BYTES)).status, 200)
    await ingest.idle()
    const { items } = (await admin.get(`/findings?site=${site}&limit=500`)).body
    return items.filter((f: Json) => f.rule === 'known-indicator' || f.rule === 'malware-in-file')
  }

  it('are read one after another, and one that cannot be read holds up none', async () => {
    const order: string[] = []
    const rule = 'rule something { condition: filesize > 1 }'
    const told = (name: string) => (report: { used: number }) => void order.push(`${name} ${report.used}`)
    await Promise.all([
      inspect('indicators', 'first.csv', 'value\n203.0.113.7\n').then(told('first')),
      inspect('indicators', 'second.json', `${'['.repeat(100_000)}`).then(told('second')),
      inspect('yara', 'third.yar', rule).then(told('third')),
    ])
    assert.deepEqual(order, ['first 1', 'second 0', 'third 1'])
  })

  it('a list says what is looked for, what is not and why, and when it ends', async () => {
    const list =
      'value,name,valid_until\nbad.example,Bad host,2030-01-01\n10.0.0.0/4,wide,\ngone.example,Old,2001-01-01\n198.51.100.1,endless,\n'
    const added = await local.post('/known-threats?site=works&kind=indicators&name=list.csv', Buffer.from(list), BYTES)
    assert.equal(added.status, 200)
    assert.deepEqual(
      [added.body.format, added.body.read, added.body.used, added.body.expired, added.body.endless, added.body.nextEnd],
      ['CSV', 4, 3, 1, 1, '2030-01-01T00:00:00.000000Z'],
    )
    assert.deepEqual(added.body.problems, [{ where: 'line 3', what: '10.0.0.0/4', why: 'a network wider than /8' }])
    const { items } = (await viewer.get('/known-threats?site=works')).body
    assert.deepEqual(
      items.map((s: Json) => [s.name, s.site, s.addedBy.name]),
      [['list.csv', 'works', 'local']],
    )
    assert.equal((await viewer.get(`/known-threats/${added.body.id}`)).body.problems.length, 1)
  })

  it('rules with an error are named with their line; a file without a rule that works is refused', async () => {
    const rules = `${EICAR_RULE}\nrule broken { condition: $x }\n`
    const added = await admin.post('/known-threats?kind=yara&name=eicar.yar', Buffer.from(rules), BYTES)
    assert.equal(added.status, 200)
    assert.equal(added.body.site, null)
    assert.equal(added.body.used, 1)
    assert.equal(added.body.problems[0].what, 'rule broken')
    assert.match(added.body.problems[0].where, /^line \d+$/)
    const bad = await admin.post('/known-threats?kind=yara&name=bad.yar', Buffer.from('rule a { condition: $x }'), BYTES)
    assert.equal(bad.status, 400)
    assert.match(bad.body.details[0].why, /line 1: unknown pattern/)
    assert.equal((await admin.post('/known-threats?kind=yara&name=nul.yar', Buffer.from([0, 1, 0xff]), BYTES)).status, 400)
  })

  it('what they name on the wire is found, in the sites they count for', async () => {
    const works = await read('works', download(20))
    assert.deepEqual(works.map((f) => `${f.rule} ${f.fields['indicator.value'] ?? f.fields.matches}`).sort(), [
      'known-indicator bad.example',
      'malware-in-file EICAR_test_file',
    ])
    const other = await read('other', download(20))
    assert.deepEqual(
      other.map((f) => f.rule),
      ['malware-in-file'],
    )
  })

  it('switched off and removed sources find nothing; one of the same name takes the place of the first', async () => {
    const { items } = (await admin.get('/known-threats')).body
    const [list, rules] = [items.find((s: Json) => s.kind === 'indicators'), items.find((s: Json) => s.kind === 'yara')]
    assert.equal((await admin.post(`/known-threats/${rules.id}/moves`, { isEnabled: false })).body.isEnabled, false)
    const replaced = await local.post('/known-threats?site=works&kind=indicators&name=list.csv', Buffer.from('value\n203.0.113.9\n'), BYTES)
    assert.equal(replaced.body.id, list.id)
    const findings = (await read('works', download(21))).filter((f) => f.client.ip === '10.1.2.21')
    assert.deepEqual(
      findings.map((f) => f.fields['indicator.value']),
      ['203.0.113.9'],
    )
    assert.equal((await local.delete(`/known-threats/${list.id}`)).status, 200)
    assert.deepEqual(
      (await read('works', download(22))).filter((f) => f.client.ip === '10.1.2.22'),
      [],
    )
  })

  it('who may manage one site manages neither all nor others; who may look changes nothing', async () => {
    const { items } = (await local.get('/known-threats')).body
    const rules = items.find((s: Json) => s.site === null)
    assert.equal((await local.delete(`/known-threats/${rules.id}`)).status, 403)
    assert.equal((await local.post(`/known-threats/${rules.id}/moves`, { isEnabled: true })).status, 403)
    assert.equal((await local.post('/known-threats?kind=yara&name=x', Buffer.from(EICAR_RULE), BYTES)).status, 403)
    assert.equal((await local.post('/known-threats?site=other&kind=yara&name=x', Buffer.from(EICAR_RULE), BYTES)).status, 404)
    assert.equal((await viewer.post('/known-threats?site=works&kind=yara&name=x', Buffer.from(EICAR_RULE), BYTES)).status, 403)
    const mine = await admin.post('/known-threats?site=other&kind=yara&name=theirs', Buffer.from(EICAR_RULE), BYTES)
    assert.equal((await local.get(`/known-threats/${mine.body.id}`)).status, 404)
    assert.deepEqual(
      (await local.get('/known-threats')).body.items.map((s: Json) => s.name),
      ['eicar.yar'],
    )
  })

  it('the way from packets to an alert is tried, and health says so', async () => {
    const tests = startSelfTest({ log: pino({ level: 'silent' }), now: () => 5_000_000, firstMs: 0 })
    try {
      while (tests.last() === undefined) await new Promise((done) => setTimeout(done, 20))
      assert.deepEqual(tests.last(), {
        ok: true,
        says: 'eicar.com: EICAR_test_file, alert of level high by malware-in-file',
        at: 5_000_000,
      })
    } finally {
      tests.stop()
    }
  })

  it('a file that is found and raises no alert is no success', async () => {
    const content = contentInForce()
    const rules = content.rules.filter(({ name }) => name !== 'malware-in-file')
    assert.deepEqual(alerted(await selfTest(), { ...content, rules }), {
      ok: false,
      says: 'eicar.com: EICAR_test_file, but no rule raised an alert',
    })
  })

  it('rules that take too long together stop no capture, and are not compiled again and again', async () => {
    assert.equal((await admin.post('/known-threats?site=other&kind=yara&name=slow.yar', Buffer.from(EICAR_RULE), BYTES)).status, 200)
    const scanners = new Scanners({ compileMs: 1 })
    const scanFile = await scanners.of(server.test.database, 'other')
    assert.deepEqual(scanFile?.(eicar()), { matches: [], failed: 'the rules take too long to compile' })
    assert.equal(await scanners.of(server.test.database, 'other'), scanFile)
    await scanners.close()
  })

  it('rules are compiled once for all who wait, and nothing else waits', async () => {
    assert.equal((await admin.post('/known-threats?site=other&kind=yara&name=once.yar', Buffer.from(EICAR_RULE), BYTES)).status, 200)
    const scanners = new Scanners({ timeoutMs: 30_000 })
    let turns = 0
    const timer = setInterval(() => turns++, 5)
    const [first, second] = await Promise.all([0, 1].map(() => scanners.of(server.test.database, 'other')))
    clearInterval(timer)
    assert.equal(first, second)
    const { matches, failed } = first?.(eicar()) ?? {}
    assert.deepEqual([matches?.includes('EICAR_test_file'), failed], [true, ''])
    assert.ok(turns > 3, `the event loop turned ${turns} times meanwhile`)
    await scanners.close()
  })
})
