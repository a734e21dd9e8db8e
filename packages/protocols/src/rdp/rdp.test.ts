import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { context, Recorder, Rows, seen } from '../testing/recorder.ts'
import { rdp } from './protocol.ts'
import type { Rdp, RdpState } from './rdp.ts'

const le = (n: number, size: number) => Array.from({ length: size }, (_, i) => Math.floor(n / 256 ** i) & 255)
const ascii = (text: string) => [...text].map((c) => c.charCodeAt(0))
const wide = (text: string, size: number) =>
  [...text]
    .flatMap((c) => le(c.charCodeAt(0), 2))
    .concat(new Array<number>(size).fill(0))
    .slice(0, size)
const tpkt = (body: number[]) => [3, 0, (body.length + 4) >> 8, (body.length + 4) & 255, ...body]
const REQUEST = tpkt([0x25, 0xe0, 0, 0, 0, 0, 0, ...ascii('Cookie: mstshash=eng1\r\n'), 1, 0, 8, 0, 3, 0, 0, 0])
const CONFIRM = (security: number) => tpkt([0x0e, 0xd0, 0, 0, 0, 0, 0, 2, 0, 8, 0, ...le(security, 4)])
const CORE = [
  ...le(0xc001, 2),
  ...le(4 + 196, 2),
  ...le(0x80004, 4),
  ...le(1920, 2),
  ...le(1080, 2),
  ...le(0, 4),
  ...le(1033, 4),
  ...le(9600, 4),
  ...wide('ENG-01', 32),
  ...new Array<number>(76).fill(0),
  ...le(0, 8),
  ...le(24, 2),
  ...le(0, 4),
  ...wide('', 64),
]
const INITIAL = tpkt([2, 0xf0, 0x80, 0x7f, 0x65, 0, ...ascii('Duca'), 0x80 | (CORE.length >> 8), CORE.length & 255, ...CORE])

/** The server chooses 128-bit keys for both ways and sends no certificate. */
const SECURITY = [0x02, 0x0c, 12, 0, ...le(2, 4), ...le(2, 4)]
const RESPONSE = tpkt([2, 0xf0, 0x80, 0x7f, 0x66, 0, 0x0a, 1, 0, ...ascii('McDn'), SECURITY.length, ...SECURITY])

function run(turns: [Side, number[]][]): { recorder: Recorder; rows: Rows } {
  const state: RdpState = rdp.dissector.start!()
  const recorder = new Recorder()
  const rows = new Rows()
  for (const [from, bytes] of turns) {
    const ctx = context<Rdp, RdpState>(from, state, { serverPort: 3389 })
    assert.equal(rdp.dissector.frame(new Reader(Uint8Array.from(bytes)), ctx), bytes.length)
    const m = rdp.dissector.parse(new Reader(Uint8Array.from(bytes)), ctx)
    assert.deepEqual(m.anomalies, [])
    rdp.observe(seen(m, ctx), recorder)
    rdp.zeek?.(seen(m, ctx), rows.put)
  }
  rdp.zeekEnded?.({ ...seen(undefined as never, context<Rdp, RdpState>('client', state)), state }, rows.put)
  return { recorder, rows }
}

test('a connection that goes on in TLS', () => {
  const { recorder, rows } = run([
    ['client', REQUEST],
    ['server', CONFIRM(2)],
  ])
  assert.deepEqual(recorder.said, [
    { kind: 'service.used', service: 'remote desktop', object: '', user: 'eng1', ok: true },
    { kind: 'login.tried', user: 'eng1', domain: '', method: 'rdp', ok: undefined },
  ])
  assert.deepEqual(
    rows.rows.map((r) => r.cells.slice(0, 3)),
    [['eng1', 'encrypted', 'HYBRID']],
  )
})

test('a connection in the clear names the client', () => {
  const { recorder, rows } = run([
    ['client', REQUEST],
    ['server', CONFIRM(0)],
    ['client', INITIAL],
  ])
  assert.deepEqual(recorder.hints, ['server role=remote desktop server', 'client name=ENG-01', 'client software=RDP 8.1'])
  assert.deepEqual(rows.rows[0]?.cells.slice(0, 11), [
    'eng1',
    undefined,
    'RDP',
    undefined,
    'English - United States',
    'RDP 8.1',
    'ENG-01',
    '',
    1920,
    1080,
    '24bit',
  ])
})

test('TPKT of another protocol on another port is refused', () => {
  const ctx = context<Rdp, RdpState>('client', rdp.dissector.start!(), { serverPort: 102 })
  assert.equal(
    rdp.dissector.frame(new Reader(Uint8Array.from(tpkt([0x11, 0xe0, 0, 0, 0, 1, 0, 0xc0, 1, 0x0a, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2]))), ctx),
    NOT_MINE,
  )
  assert.equal(rdp.dissector.frame(new Reader(Uint8Array.from(REQUEST)), ctx), REQUEST.length)
  const oldest = (end: number) => new Reader(Uint8Array.from(tpkt([8, 0xe0, 0, 0, 0, 0, 0, 0x0d, end])))
  assert.deepEqual([rdp.dissector.frame(oldest(0x0a), ctx), rdp.dissector.frame(oldest(0x0b), ctx)], [13, NOT_MINE])
})

test('every truncation parses and is marked', () => {
  for (const whole of [REQUEST, INITIAL]) {
    for (let cut = 0; cut < whole.length; cut++) {
      const m = rdp.dissector.parse(
        new Reader(Uint8Array.from(whole.slice(0, cut))),
        context<Rdp, RdpState>('client', rdp.dissector.start!()),
      )
      assert.ok(m.anomalies.includes('truncated') || cut === 0, `cut at ${cut}`)
    }
  }
})

test('of a request that is neither cookie nor negotiation Zeek logs what the client said, and no more', () => {
  const stray = tpkt([8, 0xe0, 0, 0, 0, 0, 0, 0x0d, 0x0a])
  const result = (request: number[]): unknown[] => {
    const { rows } = run([
      ['client', request],
      ['server', tpkt([6, 0xd0, 0, 0, 0, 0, 0])],
      ['client', INITIAL],
      ['server', RESPONSE],
    ])
    const cells = rows.rows[0]!.cells
    return [cells[1], cells[6], cells[14]]
  }
  assert.deepEqual(result(stray), [undefined, 'ENG-01', undefined])
  assert.deepEqual(result(tpkt([6, 0xe0, 0, 0, 0, 0, 0])), ['Success', 'ENG-01', 'Client compatible'])
})
