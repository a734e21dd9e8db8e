/** Genisys in the platform's words: words of indications and controls are tags of the unit that holds them. */
import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { CODE, FIRST_QUESTION, MESSAGES, MODE_ADDRESS } from './genisys.table.ts'
import type { Genisys, GenisysState } from './genisys.ts'

export function observe({ message: m, from, state }: SeenMessage<Genisys, GenisysState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`genisys.${name}`)
  if (m.anomalies.length > 0) return
  if (m.code >= FIRST_QUESTION) {
    if (state.open !== undefined) settle(state.open, undefined, sink)
    state.open = m
    // Every unit obeys a common control, none answers.
    if (m.code === CODE.common) {
      settle(m, undefined, sink)
      state.open = undefined
    }
    return
  }
  const question = state.open
  state.open = undefined
  if (question !== undefined && question.unit === m.unit) settle(question, true, sink)
  if (!state.isIntroduced && from === 'server') {
    state.isIntroduced = true
    sink.hint('server', 'role', 'signalling field unit', 0.6)
    sink.hint('client', 'role', 'signalling office', 0.6)
    sink.hint('server', 'role', 'signalling field unit', 0.6, partOf(m.unit))
  }
  if (m.code !== CODE.indications || sink.sameBytes(`indications ${m.unit} ${m.pairs.length} ${m.pairs[0]}`, m.pairs)) return
  for (let i = 0; i + 1 < m.pairs.length; i += 2) sink.read(tagOf('indication', m.pairs[i]!), m.pairs[i + 1]!, 'byte', partOf(m.unit))
}

export function ended(state: GenisysState, sink: Sink): void {
  if (state.open !== undefined) settle(state.open, undefined, sink)
  state.open = undefined
}

const PARTS: string[] = []
const partOf = (unit: number): string => (PARTS[unit] ??= `unit ${unit}`)

const INDICATIONS: string[] = []
const CONTROLS: string[] = []
function tagOf(kind: 'indication' | 'control', address: number): string {
  const names = kind === 'indication' ? INDICATIONS : CONTROLS
  return (names[address] ??= `${kind} ${address}`)
}

function settle(q: Genisys, ok: boolean | undefined, sink: Sink): void {
  const { code, unit, pairs } = q
  const isCommon = code === CODE.common
  const key = (code * 256 + unit) * 2 + (ok === true ? 1 : 0)
  if (!sink.again(key)) {
    const [, operation, access] = MESSAGES[code]!
    sink.operation(key, { operation, object: '', access, ok, error: '', part: isCommon ? undefined : partOf(unit) })
  }
  if (code !== CODE.control && !isCommon) return
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const [address = 0, value = 0] = [pairs[i], pairs[i + 1]]
    if (address === MODE_ADDRESS)
      sink.say({ kind: 'configuration.changed', what: `mode of ${partOf(unit)}`, value: `0x${value.toString(16).padStart(2, '0')}`, ok })
    else sink.wrote(tagOf('control', address), value, 'byte', ok, isCommon ? undefined : partOf(unit))
  }
}
