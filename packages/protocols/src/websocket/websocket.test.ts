import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
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
