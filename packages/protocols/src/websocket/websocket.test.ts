import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CaptureReader, NOT_MINE, Reader } from '@isthmus/wire'
import { pcap, tcpTalk } from '../../../wire/src/testing/pcap-builder.ts'
import { createPipeline, PROTOCOLS } from '../index.ts'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { websocket } from './protocol.ts'
import type { WebSocket, WebSocketState } from './websocket.ts'

const tcp = { serverPort: 80 } as const
const text = (s: string): string => Buffer.from(s).toString('hex')

test('what frames carry comes out without its mask, as one stream', () => {
  const talk = exchange(websocket, tcp, [
    '> 01 85 37fa213d 7f9f4d5158',
    `> 80 81 00000000 21`,
    `< 82 03 ${text('abc')}`,
    '< 88 05 03f3 62 79 65',
  ])
  assert.deepEqual(
    talk.carried.map((c) => [c.over, Buffer.from(c.bytes).toString()]),
    [
      ['tcp', 'Hello'],
      ['tcp', '!'],
      ['tcp', 'abc'],
    ],
  )
  assert.deepEqual(talk.heard.operations.at(-1)!.error, '1011 bye')
})

test('a compressed message is not handed on; long frames pass in pieces', () => {
  const talk = exchange(websocket, tcp, ['< c1 01 aa'])
  assert.deepEqual([talk.messages[0]!.isCompressed, talk.carried.length], [true, 0])
  const ctx = context<WebSocket, WebSocketState>('server', websocket.dissector.start!(), tcp)
  const long = bytes(`82 7f 0000000000100000 ${'5a'.repeat(20)}`)
  assert.equal(websocket.dissector.frame(new Reader(long), ctx), long.length)
  websocket.dissector.parse(new Reader(long), ctx)
  assert.equal(ctx.state.server.left, 0x100000 - 20)
})

test('who must mask and who must not; other bytes', () => {
  assert.deepEqual(exchange(websocket, tcp, ['> 81 01 61']).heard.anomalies, ['websocket.not-masked'])
  assert.deepEqual(exchange(websocket, tcp, ['< 81 81 00000000 61']).heard.anomalies, ['websocket.masked-by-server'])
  const ctx = context<WebSocket, WebSocketState>('server', websocket.dissector.start!(), tcp)
  for (const foreign of ['83 01 61', '89 7e 0100'])
    assert.equal(websocket.dissector.frame(new Reader(bytes(foreign)), ctx), NOT_MINE, foreign)
})

test('an upgraded HTTP conversation: what passes inside is found by its content', () => {
  const rows: string[] = []
  const pipeline = createPipeline({
    site: 's',
    sensor: 's',
    capture: 'c',
    protocols: PROTOCOLS,
    row: (log, _spec, _flow, _at, cells) => void rows.push([log, ...cells].join(' ')),
  })
  const ask = 'GET /chat HTTP/1.1\r\nHost: hmi\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: a, b\r\n\r\n'
  const answer = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nSec-WebSocket-Protocol: b\r\n\r\n'
  const frames = tcpTalk({ from: '10.0.0.1', to: '10.0.0.2', fromPort: 40_000, toPort: 80 }, 1_700_000_000_000_000, [
    ['client', Buffer.from(ask)],
    ['server', Buffer.from(answer)],
    ['server', bytes(`82 0c ${text('RFB 003.008\n')}`)],
    ['client', bytes(`82 8c 00000000 ${text('RFB 003.008\n')}`)],
  ])
  new CaptureReader(pipeline).push(pcap(frames))
  pipeline.finish()
  assert.ok(rows.includes('websocket hmi /chat  b a,b  '), rows.join('\n'))
  assert.ok(
    rows.some((row) => row.startsWith('rfb 003 008 003 008')),
    rows.join('\n'),
  )
})
