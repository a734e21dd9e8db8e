import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AnyProtocol, createPipeline } from './index.ts'

/** UDP from 10.0.0.1:4000 to 10.0.0.2:4001 with one byte. */
const DATAGRAM = Uint8Array.from(
  '02000000000202000000000108004500001d000000004011000 00a0000010a0000020fa00fa100090000ff'.replaceAll(' ', '').match(/../g) ?? [],
  (byte) => Number.parseInt(byte, 16),
)

test('a protocol that fails in its last words costs those, and says so', () => {
  const broken: AnyProtocol = {
    dissector: { name: 'broken', ports: ['udp/4001'], maxFrame: 10, frame: (head) => head.left, parse: (pdu) => pdu.u8('byte') },
    observe: (_, sink) => sink.hint('server', 'vendor', 'Acme', 1),
    ended: () => {
      throw new Error('last words')
    },
  }
  const pipeline = createPipeline({ site: 'site', sensor: 'sensor', capture: 'capture', protocols: [broken] })
  pipeline.frame(DATAGRAM, 0, DATAGRAM.length, DATAGRAM.length, 1, 1)
  pipeline.finish()
  const said = pipeline.take()
  assert.deepEqual(
    said.flatMap((o) => (o.kind === 'protocol.anomaly' ? [[o.name, o.detail]] : [])),
    [['platform.dissector-failed', 'last words']],
  )
  assert.ok(said.some((o) => o.kind === 'asset.hinted' && o.value === 'Acme'))
  assert.ok(said.some((o) => o.kind === 'session.updated' && o.state !== 'open'))
})

test('what all links remember is bounded; those silent longest are forgotten', () => {
  const block = new Uint8Array(60_000)
  const hoarder: AnyProtocol = {
    dissector: { name: 'hoarder', ports: ['udp/4001'], maxFrame: 10, frame: (head) => head.left, parse: (pdu) => pdu.u8('byte') },
    observe: (_, sink) => {
      for (let i = 0; i < 100; i++) if (!sink.sameBytes(i, block)) sink.read(`tag ${i}`, i, 'number')
    },
  }
  const pipeline = createPipeline({ site: 'site', sensor: 'sensor', capture: 'capture', protocols: [hoarder] })
  const polled = new Set<string>()
  let again = 0
  for (let host = 1; host <= 60; host++) {
    for (const last of [1, host]) {
      const frame = DATAGRAM.slice()
      // The server's address: one that is polled all the time, and ever new ones.
      frame[14 + 19] = last
      pipeline.frame(frame, 0, frame.length, frame.length, host * 1000 + last, 1)
      for (const o of pipeline.take()) {
        if (o.kind !== 'process.read' || o.server.ip !== '10.0.0.1') continue
        if (polled.has(o.tag)) again++
        polled.add(o.tag)
      }
    }
  }
  pipeline.finish()
  const dropped = pipeline.take().flatMap((o) => (o.kind === 'coverage.reported' && o.protocol === 'others' ? [o.dropped] : []))
  assert.ok(dropped.reduce((sum, n) => sum + n, 0) >= 40, `${dropped}`)
  assert.equal(polled.size, 100)
  assert.equal(again, 0, 'the link that is polled all the time kept its memory')
})

test('an anomaly of every message is told once a window, with its count and apart from others; so is an operation', () => {
  const noisy: AnyProtocol = {
    dissector: { name: 'noisy', ports: ['udp/4001'], maxFrame: 10, frame: (head) => head.left, parse: (pdu) => pdu.u8('byte') },
    observe: ({ firstPacket }, sink) => {
      sink.anomaly('noisy.each')
      if (firstPacket % 2 === 0) sink.anomaly('noisy.each', 'even')
      if (!sink.again('poll')) {
        const operation = { operation: 'poll', object: '', access: 'read', ok: true, error: '', part: undefined } as const
        sink.operation('poll', operation)
      }
    },
  }
  const pipeline = createPipeline({ site: 'site', sensor: 'sensor', capture: 'capture', protocols: [noisy] })
  const minute = 60_000_000
  for (let n = 0; n < 4000; n++) pipeline.frame(DATAGRAM, 0, DATAGRAM.length, DATAGRAM.length, minute * (1 + Math.floor(n / 2000)), 1)
  pipeline.finish()
  const counts = new Map<string, number[]>()
  for (const o of pipeline.take()) {
    if (o.kind !== 'protocol.anomaly' && o.kind !== 'operation.done') continue
    const what = o.kind === 'protocol.anomaly' ? `each ${o.detail}` : 'poll'
    counts.set(what, [...(counts.get(what) ?? []), o.count])
  }
  // Three windows; of each the first is told at once and the others with its end. An operation goes on from window to window.
  assert.deepEqual(Object.fromEntries(counts), {
    'each ': [1, 1023, 1, 1023, 1, 1951],
    'each even': [1, 511, 1, 511, 1, 975],
    poll: [1, 1023, 1024, 1952],
  })
})
