/** Alarms: what a device notifies of one of its objects (§13.8, §13.9), and what it lists when asked (§13.10, §13.12). */
import type { Side } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { ENUMERATIONS, EVENT_TYPES } from './bacnet.table.ts'
import type { Bacnet } from './bacnet.ts'
import { objectName } from './names.ts'
import { characters, objectId, type Tag, unsigned } from './tag.ts'

const EVENT_STATE = 36
const NOTIFY_TYPE = 72
const MAX_LISTED = 64

/** Context tags of the outermost level; those within constructed tags are other things. */
function outer(tags: readonly Tag[]): Map<number, Tag> {
  const found = new Map<number, Tag>()
  let depth = 0
  for (const tag of tags) {
    if (tag.kind === 'open') depth++
    else if (tag.kind === 'close') depth--
    else if (depth === 0 && tag.isContext) found.set(tag.number, tag)
  }
  return found
}

const nameOf = (names: readonly string[], value: number): string => names[value] ?? String(value)
const stateName = (value: number): string => nameOf(ENUMERATIONS[EVENT_STATE]!, value)

function subject(tag: Tag | undefined): string {
  const id = tag === undefined ? undefined : objectId(tag.data)
  return id === undefined ? '' : `${objectName(id.type)} ${id.instance}`
}

/** `analog-input 3 high-limit (was normal), out-of-range: tank too full`. */
export function alarm(m: Bacnet, tags: readonly Tag[], from: Side, sink: Sink): void {
  const parts = outer(tags)
  const number = (context: number): number => {
    const tag = parts.get(context)
    return tag === undefined ? -1 : unsigned(tag.data)
  }
  const [type, notify, before, after] = [number(6), number(8), number(10), number(11)]
  const text = parts.get(7)
  const message = text === undefined ? '' : `: ${characters(text.data)}`
  const kind = `${type < 0 ? '' : `, ${nameOf(EVENT_TYPES, type)}`}${notify === 2 ? `, ${nameOf(ENUMERATIONS[NOTIFY_TYPE]!, notify)}` : ''}`
  const change = after < 0 ? '' : ` ${stateName(after)}${before < 0 ? '' : ` (was ${stateName(before)})`}`
  const what = `${m.source === undefined ? '' : `${m.source} `}${subject(parts.get(2))}${change}${kind}${message}`
  sink.sayFrom(from === 'client' ? 'server' : 'client', { kind: 'device.diagnosed', what, fault: after > 0 && notify !== 2 })
}

/** Objects in an event state: context tags (event information) or application tags (alarm summary), in turn. */
export function alarms(a: Bacnet, isInformation: boolean, asker: Side, sink: Sink): void {
  let object = ''
  let listed = 0
  for (const tag of a.tags) {
    if (tag.kind !== 'value' || tag.isContext !== isInformation) continue
    const isObject = isInformation ? tag.number === 0 : tag.number === 12
    const isState = isInformation ? tag.number === 1 : tag.number === 9
    if (isObject) object = subject(tag)
    else if (isState && object !== '' && listed++ < MAX_LISTED) {
      const state = unsigned(tag.data)
      const what = `${a.source === undefined ? '' : `${a.source} `}${object} ${stateName(state)}`
      sink.sayFrom(asker, { kind: 'device.diagnosed', what, fault: state > 0 })
      object = ''
    }
  }
}
