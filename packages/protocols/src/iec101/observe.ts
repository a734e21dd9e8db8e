/** IEC 101 in the platform's words: its link here, its data units as -104 has them. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { endedAsdu, observeAsdu } from '../iec104/observe.ts'
import type { Sink } from '../protocol.ts'
import type { Iec101, Iec101State } from './iec101.ts'
import { isSecondary, REQUESTS, refusalOf } from './link.ts'

export function observe({ message: m, from, state }: SeenMessage<Iec101, Iec101State>, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`iec101.${m.anomalies[i]}`)
  if (m.control < 0 || isSecondary(m.control)) settle(from === 'client' ? 'server' : 'client', m, state, sink)
  else if (REQUESTS[m.control & 0x0f] !== undefined) {
    settle(from, undefined, state, sink)
    state.asked[from] = m
  }
  if (m.asdu !== undefined) observeAsdu(m.asdu, from, state, sink)
}

export function ended(state: Iec101State, sink: Sink): void {
  endedAsdu(state, sink)
  settle('client', undefined, state, sink)
  settle('server', undefined, state, sink)
}

/** Stations of a balanced link ask too: it stays an operation between this client and this server. */
function settle(side: Side, answer: Iec101 | undefined, state: Iec101State, sink: Sink): void {
  const question = state.asked[side]
  if (question === undefined) return
  state.asked[side] = undefined
  const code = question.control & 0x0f
  const error = answer === undefined ? '' : refusalOf(answer.control)
  const ok = answer === undefined ? undefined : error === ''
  const key = `link ${code} ${question.link} ${ok} ${error}`
  if (!sink.again(key)) {
    const [operation, access] = REQUESTS[code]!
    const object = question.link < 0 ? '' : `link ${question.link}`
    sink.operation(key, { operation, object, access, ok, error, part: undefined })
  }
  if (code === 1) sink.sayFrom(side, { kind: 'device.restarted', how: 'reset user process', ok })
}
