/** Values of variables as tags: structures are taken apart by the names their type was given, or by number. */
import type { Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { type Data, ERROR, KIND } from './data.ts'
import { identity, meetDevice } from './identity.ts'
import type { TypeNode } from './names.ts'
import type { MmsState } from './state.ts'
import { pointOf } from './tase2.ts'
import { readTag } from './teller.ts'

type Quality = 'good' | 'uncertain' | 'bad'

/** Tags of one answer: a whole logical node has some hundreds. */
const MAX_TAGS = 1024
/** Quality of IEC 61850-7-3 §6.2: 13 bits, the first two are the validity. */
const QUALITY_BITS = 13
const VALIDITIES: Readonly<Record<string, Quality>> = { '00': 'good', '01': 'bad', '10': 'bad', '11': 'uncertain' }

/** The type of a variable as far as it is known: its own, or a part of one it is inside of. */
export function typeOf(name: string, state: MmsState): TypeNode | undefined {
  const own = state.types.get(name)
  if (own !== undefined || state.types.size === 0) return own
  for (let at = name.lastIndexOf('$'); at > 0; at = name.lastIndexOf('$', at - 1)) {
    let node = state.types.get(name.slice(0, at))
    if (node === undefined) continue
    for (const component of name.slice(at + 1).split('$')) node = node?.parts[node.names.indexOf(component)]
    return node
  }
  return undefined
}

/** Tells the values of one variable. */
export function tellValue(owner: Side, name: string, data: Data, state: MmsState, sink: Sink): void {
  meetDevice(owner, name, state, sink)
  const budget = { left: MAX_TAGS }
  walk(owner, readable(name), data, data.parts.length > 0 ? typeOf(name, state) : undefined, undefined, state, budget, sink)
}

function walk(
  owner: Side,
  tag: string,
  data: Data,
  type: TypeNode | undefined,
  quality: Quality | undefined,
  state: MmsState,
  budget: { left: number },
  sink: Sink,
): void {
  if (data.kind === ERROR || budget.left <= 0) return
  if (data.value !== undefined) {
    budget.left--
    const value = typeof data.value === 'string' && data.kind === KIND.visible ? readable(data.value) : data.value
    readTag(owner, tag, value, data.type, quality, sink)
    identity(owner, tag, value, sink)
    return
  }
  if (state.isTase2) {
    const point = pointOf(data)
    if (point !== undefined) {
      budget.left--
      return readTag(owner, tag, point.value, point.type, point.quality, sink)
    }
  }
  const own = qualityOf(data) ?? quality
  for (let n = 0; n < data.parts.length; n++) {
    const name = type?.isArray === true ? undefined : type?.names[n]
    const inner = name === undefined || name === '' ? `${tag}[${n + 1}]` : `${tag}$${name}`
    walk(owner, inner, data.parts[n]!, type?.parts[type.isArray ? 0 : n], own, state, budget, sink)
  }
}

/** A data object holds its quality beside its values: 13 bits, before the time stamp. */
export function qualityOf(data: Data): Quality | undefined {
  for (const { kind, value } of data.parts) {
    if (kind === KIND.bits && typeof value === 'string' && value.length === QUALITY_BITS) return VALIDITIES[value.slice(0, 2)]
  }
  return undefined
}
