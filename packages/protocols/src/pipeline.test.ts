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
