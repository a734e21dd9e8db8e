import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader, TraceReader } from '@isthmus/wire'
import { bytes, context, Recorder, Rows, seen } from '../testing/recorder.ts'
import type { Hello } from './handshake.ts'
import { ja4 } from './ja4.ts'
import { tls } from './protocol.ts'
import type { Tls, TlsState } from './tls.ts'

const u16 = (n: number) => n.toString(16).padStart(4, '0')
const random = '11'.repeat(32)
const record = (type: string, body: string) => `${type} 0303 ${u16(bytes(body).length)} ${body}`
const handshake = (type: string, body: string) => `${type} 00 ${u16(bytes(body).length)} ${body}`
const CLIENT_HELLO = record(
  '16',
  handshake('01', `0303 ${random} 00 0004 c02f 1301 01 00 0014 0000 0008 0006 00 0003 706c63 000d 0004 0002 0403`),
)
const SERVER_HELLO = record('16', handshake('02', `0303 ${random} 00 c02f 00`))
const CHANGE = record('14', '01')
const FINGERPRINT = 't12d020200_c1929292aa6b_79c50902419d'
const SECRET = record('16', 'deadbeef'.repeat(10))

class Talk {
  readonly state: TlsState = tls.dissector.start!()
  readonly recorder = new Recorder()
  readonly rows = new Rows()
  says(from: 'client' | 'server', hex: string, piece = 1 << 20): Tls[] {
    const ctx = context<Tls, TlsState>(from, this.state, { serverPort: 443 })
    const all = bytes(hex)
    const messages: Tls[] = []
    let kept = new Uint8Array(0)
    for (let at = 0; at < all.length; at += piece) {
      const buffer = Uint8Array.from([...kept, ...all.subarray(at, at + piece)])
      let here = 0
      while (here < buffer.length) {
        const length = tls.dissector.frame(new Reader(buffer, here), ctx)
        if (length <= 0 || here + length > buffer.length) break
        const m = tls.dissector.parse(new Reader(buffer, here, here + length), ctx)
        tls.observe(seen(m, ctx), this.recorder)
        tls.zeek?.(seen(m, ctx), this.rows.put)
        if (m.kind !== 'piece') messages.push(m)
        here += length
      }
      kept = buffer.slice(here)
    }
    assert.equal(kept.length, 0)
    return messages
  }
}

function negotiate(piece?: number): Talk {
  const talk = new Talk()
  talk.says('client', CLIENT_HELLO, piece)
  talk.says('server', SERVER_HELLO + CHANGE + SECRET, piece)
  talk.says('client', CHANGE + SECRET, piece)
  return talk
}

test('a handshake is one negotiation and one row', () => {
  const talk = negotiate()
  assert.deepEqual(talk.recorder.said, [
    {
      kind: 'encryption.negotiated',
      version: 'TLSv12',
      cipher: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      serverName: 'plc',
      fingerprint: FINGERPRINT,
      subject: '',
      issuer: '',
      notAfter: undefined,
    },
  ])
  assert.deepEqual(
    talk.rows.rows.map((r) => r.cells.slice(0, 9)),
    [['TLSv12', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', undefined, 'plc', false, undefined, undefined, true, 'CsiI']],
  )
})

test('any cut of the stream tells the same', () => {
  const whole = negotiate()
  for (const piece of [1, 2, 3, 5, 7, 11, 64]) {
    const cut = negotiate(piece)
    assert.deepEqual(cut.recorder.said, whole.recorder.said)
    assert.deepEqual(cut.rows.rows, whole.rows.rows)
  }
})

test('a ticket under a key named zero is an anomaly, one under another is none', () => {
  const offered = (key: string): string[] => {
    const ticket = `${key}${'ab'.repeat(16)}`
    const extension = `0023 0020 ${ticket}`
    const hello = record('16', handshake('01', `0303 ${random} 00 0002 c02f 01 00 0024 ${extension}`))
    const state = tls.dissector.start!()
    const ctx = context<Tls, TlsState>('client', state, { serverPort: 443 })
    const recorder = new Recorder()
    tls.observe(seen(tls.dissector.parse(new Reader(bytes(hello)), ctx), ctx), recorder)
    return recorder.anomalies
  }
  assert.deepEqual([offered('00'.repeat(16)), offered(`${'00'.repeat(15)}01`)], [['tls.zero-ticket-key'], []])
})

test('JA4 as its authors publish it', () => {
  const codes = (text: string) => text.split(',').map((c) => Number.parseInt(c, 16))
  const hello: Hello = {
    isClient: true,
    version: 0x0304,
    legacyVersion: 0x0303,
    sessionId: '',
    serverName: 'x',
    group: undefined,
    hasTicket: false,
    isRetry: false,
    ciphers: codes('0a0a,1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035'),
    extensions: codes('1a1a,001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015'),
    protocols: ['h2', 'http/1.1'],
    signatures: codes('0403,0804,0401,0503,0805,0501,0806,0601'),
  }
  assert.equal(ja4(hello, 't'), 't13d1516h2_8daaf6152771_e5627efa2ab1')
})

test('every truncation of a hello parses and is marked', () => {
  const hello = bytes(CLIENT_HELLO)
  for (let cut = 0; cut < hello.length; cut++) {
    const m = tls.dissector.parse(new Reader(hello.subarray(0, cut)), context<Tls, TlsState>('client', tls.dissector.start!()))
    assert.ok(m.anomalies.includes('truncated'), `cut at ${cut}`)
  }
})

test('only a hello opens a conversation', () => {
  const ctx = context<Tls, TlsState>('client', tls.dissector.start!(), { serverPort: 443 })
  for (const hex of ['17 0303 0010 00', '16 0303 0030 14 000020', '47455420 2f20', '16 0503 0030 01 000020']) {
    assert.equal(tls.dissector.frame(new Reader(bytes(hex)), ctx), NOT_MINE, hex)
  }
})

test('the trace names the server name', () => {
  const r = new TraceReader(bytes(CLIENT_HELLO))
  tls.dissector.parse(r, context<Tls, TlsState>('client', tls.dissector.start!()))
  assert.match(JSON.stringify(r.nodes), /server name/)
})
