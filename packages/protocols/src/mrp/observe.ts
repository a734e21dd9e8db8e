/** Media redundancy in the platform's words: who manages the ring, whether it is closed, which links are down. */
import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { PART, PARTS, PORT_ROLES, RING_OPEN } from './mrp.table.ts'
import type { Mrp } from './mrp.ts'

const FAULTS: readonly number[] = [PART.linkDown, PART.inLinkDown]

export function observe({ message: m }: SeenMessage<Mrp>, sink: Sink): void {
  if (m.isTruncated) sink.anomaly('mrp.truncated')
  if (m.kind === 0) return
  const isTest = m.kind === PART.test || m.kind === PART.inTest
  const key = m.kind * 4 + (isTest ? m.ringState & 1 : 2)
  if (!sink.again(key)) {
    const object = m.domain === '' ? '' : `domain ${m.domain}`
    sink.operation(key, { operation: PARTS[m.kind]!, object, access: 'session', ok: undefined, error: '', part: undefined })
    introduce(m, isTest, sink)
  }
  if (isTest && m.ringState === RING_OPEN)
    sink.say({ kind: 'device.diagnosed', what: `${m.kind === PART.test ? 'ring' : 'interconnection'} open`, fault: true })
  else if (!isTest && m.kind !== PART.inLinkStatusPoll) {
    const port = PORT_ROLES[m.portRole]
    sink.say({
      kind: 'device.diagnosed',
      what: `${PARTS[m.kind]}${port === undefined ? '' : `, ${port} port`}`,
      fault: FAULTS.includes(m.kind),
    })
  }
}

function introduce(m: Mrp, isTest: boolean, sink: Sink): void {
  sink.hint('client', 'type', 'switch', 0.5)
  if (isTest || m.kind === PART.topologyChange) sink.hint('client', 'role', 'MRP manager', 1)
  else if (m.kind === PART.linkDown || m.kind === PART.linkUp) sink.hint('client', 'role', 'MRP client', 1)
}
