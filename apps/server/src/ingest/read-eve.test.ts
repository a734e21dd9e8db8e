import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { pcap, tcpTalk } from '../../../../packages/wire/src/testing/pcap-builder.ts'
import { startTestIngest } from '../testing/ingest.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'
import type { Ingest } from './ingest.ts'

const BYTES = { 'content-type': 'application/octet-stream' }
const START = 1_700_000_000_000_000
const PLC = '10.1.1.10'
const HMI = '10.1.2.20'

const modbus = (transaction: number, ...pdu: number[]): Uint8Array =>
  Uint8Array.from([transaction >> 8, transaction & 255, 0, 0, 0, pdu.length + 1, 1, ...pdu])

/** As Suricata tells it, from the side whose packet it was. */
const alert = (signature_id: number, at: string, over: object = {}): string =>
  JSON.stringify({
    timestamp: at,
    event_type: 'alert',
    src_ip: PLC,
    src_port: 502,
    dest_ip: HMI,
    dest_port: 49_152,
    proto: 'TCP',
    alert: {
      action: 'allowed',
      gid: 1,
      signature_id,
      rev: 2,
      signature: `Rule ${signature_id}`,
      category: 'Attempted Denial of Service',
      severity: 1,
      metadata: { mitre_technique_id: ['T0814'] },
    },
    ...over,
  })

describe('alerts of Suricata beside a capture', () => {
  let server: TestServer
  let ingest: Ingest
  let admin: Client

  before(async () => {
    server = await startTestServer()
    ingest = startTestIngest(server)
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    await admin.post('/sites', { id: 'works', name: 'The works' })
    const talk = tcpTalk({ from: HMI, to: PLC, fromPort: 49_152, toPort: 502 }, START, [
      ['client', modbus(1, 3, 0, 10, 0, 2)],
      ['server', modbus(1, 3, 4, 0, 1, 0, 7)],
    ])
    await read('plant.pcap', Buffer.from(pcap(talk)))
  })
  after(async () => {
    await ingest.stop()
    await server.close()
  })

  async function read(name: string, content: Buffer): Promise<Json> {
    const added = await admin.post(`/captures?site=works&name=${name}`, content, BYTES)
    assert.equal(added.status, 200)
    await ingest.idle()
    return (await admin.get(`/captures/${added.body.id}`)).body
  }
  const findings = async (): Promise<Json[]> => (await admin.get('/findings?site=works&rule=alert-received&limit=100')).body.items

  it('become findings of the conversation they are about, from the side that began it, with its packets', async () => {
    const lines = [alert(11, '2023-11-14T22:13:20.003000+0000'), JSON.stringify({ event_type: 'flow' }), 'nonsense', '']
    const eve = await read('eve.json', Buffer.from(lines.join('\n')))
    assert.equal(eve.state, 'done', JSON.stringify(eve))
    assert.deepEqual(
      eve.problems.map((p: Json) => p.why),
      ['line 3: not JSON'],
    )
    const [finding, ...more] = await findings()
    assert.deepEqual(more, [])
    assert.deepEqual(
      [finding.ruleTitle, finding.level, finding.attack, finding.client.ip, finding.server.ip, finding.protocol],
      ['Rule 11', 'high', ['T0814'], HMI, PLC, 'modbus'],
    )
    assert.equal(
      finding.evidence[0].capture,
      (await admin.get('/captures?site=works')).body.items.find((c: Json) => c.name === 'plant.pcap').id,
    )
  })

  it('about no conversation of the site they keep their own addresses, and the file says how many', async () => {
    const eve = await read('other.json', Buffer.from(alert(12, '2023-11-14T22:13:21.000000+0000', { src_ip: '192.0.2.7' })))
    assert.deepEqual(
      eve.problems.map((p: Json) => p.why),
      ['1 of 1 alerts are about no conversation of this site'],
    )
    assert.ok((await findings()).some((f) => f.ruleTitle === 'Rule 12' && [f.client.ip, f.server.ip].includes('192.0.2.7')))
  })

  it('a file without an alert says so', async () => {
    const eve = await read('none.json', Buffer.from('{"event_type":"stats"}\n'))
    assert.deepEqual([eve.state, eve.error], ['failed', 'no alert of Suricata among 1 lines'])
  })
})
