/** Suricata beside the wire: its file and its socket, followed by a whole server that reads the same traffic. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { appendFile, rename } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { pcap, tcpTalk } from '../../../../packages/wire/src/testing/pcap-builder.ts'
import { type Ingest, startIngest } from '../ingest/ingest.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'

const BYTES = { 'content-type': 'application/octet-stream' }
const START = 1_700_000_000_000_000
const PLC = '10.1.1.10'
const HMI = '10.1.2.20'

/** As Suricata tells it, from the side whose packet it was; `at` in milliseconds after the start. */
const alert = (signature_id: number, at: number, over: object = {}): string =>
  `${JSON.stringify({
    timestamp: new Date(START / 1000 + at).toISOString().replace('Z', '000+0000'),
    flow_id: signature_id * 7919,
    event_type: 'alert',
    src_ip: PLC,
    src_port: 502,
    dest_ip: HMI,
    dest_port: 49_152,
    proto: 'TCP',
    alert: { action: 'allowed', gid: 1, signature_id, rev: 1, signature: `Rule ${signature_id}`, category: 'Odd', severity: 2 },
    ...over,
  })}\n`

describe('alerts of a Suricata that runs beside us', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-eve-'))
  const file = join(folder, 'eve.json')
  const socket = join(folder, 'eve.sock')
  let server: TestServer
  let ingest: Ingest
  let admin: Client

  const begin = () => {
    ingest = startIngest({
      url: server.test.url,
      folder: server.services.captures.folder,
      retentionDays: 90,
      alertSources: [
        { site: 'works', place: file, kind: 'file' },
        { site: 'works', place: socket, kind: 'socket' },
      ],
      notices: server.services.notices,
      log: pino({ level: 'silent' }),
    })
  }
  before(async () => {
    server = await startTestServer()
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    await admin.post('/sites', { id: 'works', name: 'The works' })
    await admin.post('/sites', { id: 'mill', name: 'The mill' })
    begin()
    await capture(0, 49_152)
  })
  after(async () => {
    await ingest.stop()
    await server.close()
    rmSync(folder, { recursive: true })
  })

  /** What our own tap saw `at` milliseconds after the start. */
  async function capture(at: number, fromPort: number): Promise<void> {
    const request = Uint8Array.from([0, 1, 0, 0, 0, 6, 1, 3, 0, 10, 0, 2])
    const talk = tcpTalk({ from: HMI, to: PLC, fromPort, toPort: 502 }, START + at * 1000, [
      ['client', request],
      ['server', Uint8Array.from([0, 1, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 7])],
    ])
    const added = await admin.post(`/captures?site=works&name=at-${at}.pcap`, Buffer.from(pcap(talk)), BYTES)
    assert.equal(added.status, 200)
    await ingest.idle()
  }
  const finding = async (rule: number): Promise<Json> => {
    const { items } = (await admin.get('/findings?site=works&rule=alert-received&limit=1000')).body
    return items.find((one: Json) => one.ruleTitle === `Rule ${rule}`)
  }
  async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
    for (let i = 0; i < 300; i++) {
      const answer = await ask()
      if (answer) return answer
      await sleep(100)
    }
    throw new Error(`not within 30 s: ${JSON.stringify((await admin.get('/coverage/alert-sources')).body)}`)
  }
  const source = async (place: string): Promise<Json> =>
    (await admin.get('/coverage/alert-sources?site=works')).body.items.find((one: Json) => one.place === place)
  async function connected(): Promise<Socket> {
    await until(async () => existsSync(socket))
    const suricata = connect(socket)
    await once(suricata, 'connect')
    return suricata
  }

  it('wait for a file that is not there yet, and say so', async () => {
    const { trouble } = await until(async () => (await source(file))?.trouble && source(file))
    assert.match(trouble, /^cannot be opened: /)
    assert.match((await until(async () => (await source(socket))?.trouble && source(socket))).trouble, /has no writer connected/)
  })

  it('become findings of the conversation that was seen before, from the side that began it', async () => {
    writeFileSync(file, `${alert(1, 1)}{"event_type":"flow"}\nnonsense\n`)
    const found = await until(() => finding(1))
    assert.deepEqual([found.client.ip, found.server.ip, found.protocol, found.evidence.length, found.count], [HMI, PLC, 'modbus', 1, 1])
    const told = await until(async () => (await source(file)).tied === 1 && source(file))
    assert.deepEqual([told.trouble, told.events, told.alerts, told.waiting, told.refused], [null, 3, 1, 0, { 'not JSON': 1 }])
    const alerts = (await admin.get('/alerts?site=works')).body.items
    assert.ok(
      alerts.some((one: Json) => /^Rule 1: /.test(one.title)),
      'an alert of ours like every other',
    )
  })

  it('wait for a conversation that is seen later', async () => {
    await appendFile(file, alert(2, 61_001, { dest_port: 50_000 }))
    await until(async () => (await source(file)).waiting === 1)
    await capture(61_000, 50_000)
    const found = await until(() => finding(2))
    assert.deepEqual([found.client.port, found.evidence.length], [50_000, 1])
  })

  it('of no conversation wait ten minutes of event time, and then keep their own addresses', async () => {
    await appendFile(file, alert(3, 62_000, { src_ip: '192.0.2.7' }))
    await until(async () => (await source(file)).waiting === 1)
    await capture(700_000, 50_001)
    const found = await until(() => finding(3))
    assert.ok([found.client.ip, found.server.ip].includes('192.0.2.7'))
    assert.equal((await source(file)).untied, 1)
  })

  it('come through a socket that only its owner and group may use, from several writers', async () => {
    const one = await connected()
    assert.equal(statSync(socket).mode & 0o777, 0o660)
    const two = await connected()
    const text = alert(4, 2)
    one.write(text.slice(0, 100))
    two.write(alert(5, 3))
    await until(() => finding(5))
    one.write(text.slice(100))
    assert.equal((await until(() => finding(4))).protocol, 'modbus')
    assert.equal((await source(socket)).trouble, null)
    one.destroy()
    two.destroy()
    await until(async () => (await source(socket)).trouble === 'has no writer connected')
  })

  it('among hostile bytes are taken all the same; what is no alert is counted by its reason', async () => {
    const writer = await connected()
    writer.write(Buffer.from([0, 255, 254, 10]))
    writer.write(`${'['.repeat(500_000)}\n${'{"a":'.repeat(100_000)}\n`)
    writer.write(alert(6, 3_600_000 * 24 * 365 * 100))
    for (let i = 0; i < 8; i++) if (!writer.write(Buffer.alloc(1 << 20, 0x78))) await once(writer, 'drain')
    writer.write(`\n${alert(7, 4)}`)
    await until(() => finding(7))
    assert.deepEqual((await source(socket)).refused, { 'not JSON': 3, 'a time that has not come': 1, 'line too long': 1 })
    assert.equal(await finding(6), undefined)
    writer.destroy()
  })

  it('that flood are one finding with a count; what is beyond the bounds is counted as dropped', async () => {
    const writer = await connected()
    const before = await source(socket)
    const lines = alert(8, 5).repeat(1000)
    for (let i = 0; i < 15; i++) if (!writer.write(lines)) await once(writer, 'drain')
    writer.end()
    const all = async () => {
      const now = await source(socket)
      const [taken, dropped] = [now.alerts - before.alerts, now.dropped - before.dropped]
      return taken + dropped === 15_000 && now.waiting === 0 && { taken, dropped }
    }
    const { taken, dropped } = await until(all)
    assert.ok(taken >= 10_000, `${taken} taken, ${dropped} dropped`)
    const { count } = await finding(8)
    assert.ok(count > taken / 2 && count <= taken, 'counts are told when they have doubled')
  })

  it('go on where they ended after a restart and a rotation, none lost and none doubled', async () => {
    await appendFile(file, alert(9, 6))
    await until(() => finding(9))
    await ingest.stop()
    assert.ok(!existsSync(socket), 'a stopped server leaves no socket')
    await appendFile(file, alert(10, 7))
    await rename(file, `${file}.1`)
    writeFileSync(file, alert(11, 8))
    begin()
    await until(() => finding(11))
    for (const rule of [1, 2, 3, 9, 10, 11]) assert.equal((await finding(rule)).count, 1, `rule ${rule}`)
    assert.equal((await source(file)).alerts, 6)
  })

  it('are shown for the sites of whoever asks', async () => {
    const miller = await server.person('miller', [{ role: 'viewer', site: 'mill' }])
    assert.deepEqual((await miller.get('/coverage/alert-sources')).body.items, [])
    assert.equal((await server.nobody().get('/coverage/alert-sources')).status, 401)
  })
})
