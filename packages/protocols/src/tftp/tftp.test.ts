import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { Listener } from '../testing/exchange.ts'
import { bytes, context, seen } from '../testing/recorder.ts'
import { tftp } from './protocol.ts'
import { dissector, type Tftp, type TftpState } from './tftp.ts'

const REQUEST = bytes('0001 626f6f742e62696e00 6f6374657400 626c6b73697a6500 3800')
const over = { transport: 'udp', clientPort: 1200, serverPort: 69 } as const

function hear(state: TftpState, heard: Listener, from: Side, pdu: Uint8Array): Tftp {
  const ctx = context<Tftp, TftpState>(from, state, over)
  assert.equal(dissector.frame(new Reader(pdu), ctx), pdu.length)
  const m = dissector.parse(new Reader(pdu), ctx)
  tftp.observe(seen(m, ctx), heard)
  return m
}

test('a request announces the conversation that answers it; the file is whole with its short block', () => {
  const heard = new Listener()
  const asking = dissector.start!()
  const m = hear(asking, heard, 'client', REQUEST)
  assert.deepEqual([m.name, m.mode, m.options], ['boot.bin', 'octet', [['blksize', '8']]])
  const expected = dissector.expects!(m, context<Tftp, TftpState>('client', asking, over))?.[0]
  assert.deepEqual([expected?.ip, expected?.port], ['10.0.0.1', 1200])
  const answer = dissector.start!(expected?.about)
  hear(answer, heard, 'client', bytes('0006 626c6b73697a6500 3800'))
  hear(answer, heard, 'client', bytes('0003 0001 6162636465666768'))
  hear(answer, heard, 'client', bytes('0003 0001 6162636465666768'))
  hear(answer, heard, 'server', bytes('0004 0001'))
  hear(answer, heard, 'client', bytes('0003 0002 6970'))
  tftp.ended!(answer, heard)
  tftp.ended!(asking, heard)
  assert.deepEqual(
    heard.said.map((s) => [s.kind, s.side, 'bytes' in s ? s.bytes : s.kind === 'operation.done' && s.ok]),
    [
      ['operation.done', 'server', true],
      ['file.moved', 'server', 10],
    ],
  )
  const moved = heard.said[1]!
  assert.ok(moved.kind === 'file.moved' && moved.hash?.length === 64)
})

test('an error is a refusal; no answer is neither', () => {
  const heard = new Listener()
  const asking = dissector.start!()
  hear(asking, heard, 'client', REQUEST)
  hear(asking, heard, 'server', bytes('0005 0001 00'))
  const [said] = heard.said
  assert.ok(said?.kind === 'operation.done' && said.error === 'file not found' && said.ok === false)
  const silent = dissector.start!()
  const later = new Listener()
  hear(silent, later, 'client', REQUEST)
  tftp.ended!(silent, later)
  assert.ok(later.said[0]?.kind === 'operation.done' && later.said[0].ok === undefined)
})

test('lost blocks leave no hash', () => {
  const heard = new Listener()
  const state = dissector.start!()
  hear(state, heard, 'client', REQUEST)
  hear(state, heard, 'server', bytes('0003 0003 6162'))
  assert.ok(heard.said[1]?.kind === 'file.moved' && heard.said[1].hash === undefined)
})

test('only a request begins it, on any port', () => {
  for (const pdu of ['0003 0001 61', '0001 00 6f6374657400', '0001 6161 00 7878 00', '0001 0161 00 6f6374657400']) {
    const ctx = context<Tftp, TftpState>('client', dissector.start!(), { transport: 'udp', serverPort: 7000 })
    assert.equal(dissector.frame(new Reader(bytes(pdu)), ctx), NOT_MINE, pdu)
  }
})
