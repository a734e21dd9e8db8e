/** Announced conversations, alone and through the engine: a control connection names the port of a transfer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CaptureReader } from '../capture/capture-reader.ts'
import { type Dissector, type Expected, type Flow, NOT_MINE } from '../dissector.ts'
import { Engine, type EngineListener } from '../engine.ts'
import { type Ends, pcap, tcp, udp } from '../testing/frames.ts'
import { Expectations } from './expectations.ts'

const ACK = 16
const expected = (port: number): Expected => ({ protocol: 'transfer', transport: 'tcp', ip: '10.0.0.2', port, about: `file ${port}` })
const flowTo = (port: number) => ({ transport: 'tcp', serverIp: '10.0.0.2', serverPort: port }) as Flow

test('an announcement is taken once, holds five minutes, and the oldest gives way', () => {
  const e = new Expectations()
  e.put(undefined, 0)
  assert.ok(e.isEmpty)
  e.put([expected(5000)], 0)
  assert.equal(e.take(flowTo(5001), 1), undefined)
  assert.equal(e.take(flowTo(5000), 1)?.about, 'file 5000')
  assert.equal(e.take(flowTo(5000), 1), undefined)
  e.put([expected(5000)], 0)
  assert.equal(e.take(flowTo(5000), 300_000_001), undefined)
  for (let port = 1; port <= 5000; port++) e.put([expected(port)], 0)
  assert.equal(e.take(flowTo(904), 1), undefined)
  assert.equal(e.take(flowTo(905), 1)?.about, 'file 905')
})

/** `T` and a port in two bytes announces; nothing else is a message. */
const control: Dissector<{ port: number }> = {
  name: 'control',
  ports: ['udp/7000'],
  maxFrame: 3,
  frame: (h) => (h.peek() === 0x54 && h.left === 3 ? 3 : NOT_MINE),
  parse: (r) => ({ port: r.skip(1).u16('port') }),
  expects: (m) => [expected(m.port)],
}
const transfer: Dissector<{ text: string; about: unknown }, { about: unknown }> = {
  name: 'transfer',
  ports: [],
  maxFrame: 1000,
  start: (about) => ({ about }),
  frame: (h) => h.left,
  parse: (r, { state }) => ({ text: r.text(r.left, 'data'), about: state.about }),
}

test('the engine gives an announced connection to its protocol, with what was handed over', () => {
  const said: string[] = []
  const listener: EngineListener = {
    message(c) {
      const m = c.seen.message as { text?: string; about?: unknown; port?: number }
      said.push(m.port === undefined ? `${c.protocol!.name} ${m.text} of ${m.about}` : `announces ${m.port}`)
    },
    recognised: () => undefined,
    left: () => undefined,
    anomaly: () => undefined,
    undecoded: () => undefined,
    flowGrew: () => undefined,
    flowEnded: () => undefined,
  }
  const engine = new Engine([control, transfer] as Dissector<never>[], listener)
  const asks: Ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 4000, dport: 7000 }
  const data: Ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 4001, dport: 5000 }
  const other: Ends = { ...data, sport: 4002, dport: 5001 }
  const frames = [
    udp(asks, Uint8Array.of(0x54, 0x13, 0x88)),
    tcp(data, 1, 1, ACK, Buffer.from('recipe')),
    tcp(other, 1, 1, ACK, Buffer.from('other')),
  ]
  const reader = new CaptureReader(engine)
  reader.push(pcap(frames))
  reader.finish()
  engine.finish()
  assert.deepEqual(said, ['announces 5000', 'transfer recipe of file 5000'])
})
