import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { Crypto } from './frames.ts'
import { readGoogleHello } from './google.ts'
import { quic } from './protocol.ts'
import type { Quic, QuicState } from './quic.ts'

const { dissector } = quic
const udp = { transport: 'udp', serverPort: 443 } as const
/** A client's Initial packet with the connection id of RFC 9001 appendix A; its protected part is made up and does not open. */
const CLIENT = `c0 00000001 08 8394c8f03e515708 00 00 449e ${'5a'.repeat(1182)}`
/** RFC 9001 appendix A.3: the server's answer, which opens with keys from that id. */
const SERVER =
  'cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee'

test('the server’s first packet opens with keys from the client’s connection id', () => {
  const talk = exchange(quic, udp, [
    `> ${CLIENT}`,
    `< ${SERVER}`,
    `> 40 ${'00'.repeat(30)}`,
    `> 41 ${'00'.repeat(30)}`,
    `> 42 ${'00'.repeat(30)}`,
  ])
  const [client, server] = talk.messages
  assert.deepEqual([client!.kind, client!.isOpen, server!.isOpen, server!.source], ['initial', false, true, 'f067a5502a4262b5'])
  assert.deepEqual([server!.hello?.hello?.ciphers, server!.hello?.hello?.version], [[0x1301], 0x0304])
  assert.deepEqual(talk.heard.anomalies, ['quic.not-opened'])
  talk.end()
  assert.deepEqual(
    talk.rows.rows.map((r) => [r.log, ...r.cells].slice(0, 8)),
    [
      ['quic', '1', '8394c8f03e515708', '', 'f067a5502a4262b5', undefined, undefined, 'IisOO'],
      ['ssl', 'TLSv13', 'TLS_AES_128_GCM_SHA256', 'x25519', undefined, false, undefined, undefined],
    ],
  )
})

test('two packets in one datagram are cut apart', () => {
  const both = bytes(SERVER + SERVER)
  const ctx = context<Quic, QuicState>('server', { ...dissector.start!(), recognised: true }, udp)
  assert.equal(dissector.frame(new Reader(both), ctx), both.length / 2)
})

test('a retry makes new keys; a version nobody knows is logged at once', () => {
  const retry = `f0 00000001 00 08 ${'11'.repeat(8)} ${'22'.repeat(40)}`
  const talk = exchange(quic, udp, [`> ${CLIENT}`, `< ${retry}`])
  assert.equal(talk.state.keys, undefined)
  assert.equal(talk.rows.rows[0]!.cells.at(-1), 'Ir')
  const grease = exchange(quic, udp, [`> c0 1a2a3a4a 08 ${'11'.repeat(8)} 00 ${'00'.repeat(1200)}`])
  assert.deepEqual([grease.messages[0]!.kind, grease.rows.rows[0]!.cells.at(-1)], ['unknown-version', 'U'])
})

test('handshake bytes come in any order', () => {
  const crypto = new Crypto()
  crypto.add(4, Uint8Array.of(5, 6))
  crypto.add(2, Uint8Array.of(3, 4, 5))
  assert.deepEqual([...crypto.add(0, Uint8Array.of(1, 2))], [1, 2, 3, 4, 5, 6])
  assert.equal(crypto.add(20_000, Uint8Array.of(1)).length, 6)
})

test('Google’s hello names host and agent', () => {
  const text = (s: string): string => Buffer.from(s).toString('hex')
  const hello = bytes(`43484c4f 0200 0000 534e4900 05000000 55414944 0b000000 ${text('a.org')} ${text('Chrome')}`)
  assert.deepEqual(readGoogleHello(hello), { serverName: 'a.org', agent: 'Chrome' })
  assert.equal(readGoogleHello(hello.subarray(0, 20)), undefined)
})

test('short heads, short datagrams and other versions do not open a conversation', () => {
  for (const foreign of ['40 00 00', 'c0 00000002 08', CLIENT.slice(0, 400), `80 00000001 08 ${'00'.repeat(1300)}`])
    assert.equal(dissector.frame(new Reader(bytes(foreign)), context<Quic, QuicState>('client', dissector.start!(), udp)), NOT_MINE)
})
