/** From a field's name, as a rule writes it, to a function that reads it. */
import { type Asset, type AssetType, addressKind, type Endpoint, hostOf, type ObservationKind } from '@isthmus/model'
import { DELTA_FIELDS, END_FIELDS, type FieldType, INDICATOR_FIELDS, OWN_FIELDS, SEEN_FIELDS } from './fields.table.ts'
import type { Getter, Subject } from './rule.ts'

const DAY_US = 86_400_000_000
const CONTROLLERS: ReadonlySet<AssetType> = new Set(['plc', 'safety-controller', 'rtu', 'ied', 'drive', 'io-module', 'building-controller'])

/** True when observations of any of these kinds have the field. */
export function isField(name: string, kinds: readonly ObservationKind[]): boolean {
  if (Object.hasOwn(SEEN_FIELDS, name)) return true
  const [head, ...rest] = name.split('.')
  const tail = rest.join('.')
  if (head === 'client' || head === 'server') return Object.hasOwn(END_FIELDS, tail)
  if (head === 'indicator') return Object.hasOwn(INDICATOR_FIELDS, tail)
  if (head === 'delta') return DELTA_FIELDS.includes(tail) && kinds.includes('session.updated')
  return kinds.some((kind) => Object.hasOwn(OWN_FIELDS[kind], name))
}

/** True when the field is a moment in every kind that has it. */
export function isTime(name: string, kinds: readonly ObservationKind[]): boolean {
  if (Object.hasOwn(SEEN_FIELDS, name)) return SEEN_FIELDS[name] === 'time'
  const types = kinds.flatMap((kind) => {
    const own = OWN_FIELDS[kind] as Readonly<Record<string, FieldType>>
    return Object.hasOwn(own, name) ? [own[name]] : []
  })
  return types.length > 0 && types.every((type) => type === 'time')
}

/** Of the names of fields there are few: rules that ask for the same ask by the same function. */
const GETTERS = new Map<string, Getter>()
const OF_OBSERVATION = new WeakSet<Getter>()
const OF_END: ReadonlySet<string> = new Set(['', 'ip', 'mac', 'port'])

/** Reads a field that `isField` has accepted; undefined where this kind has no such field. */
export function getter(name: string): Getter {
  const known = GETTERS.get(name)
  if (known !== undefined) return known
  const [head, ...rest] = name.split('.')
  const tail = rest.join('.')
  const isEnd = head === 'client' || head === 'server'
  const made = isEnd ? endGetter(head, tail) : ownGetter(name, head, tail)
  GETTERS.set(name, made)
  if (isEnd ? OF_END.has(tail) : head !== 'indicator') OF_OBSERVATION.add(made)
  return made
}

/** True where the field is of the observation itself, whoever its ends are. */
export function isOfObservation(field: Getter): boolean {
  return OF_OBSERVATION.has(field)
}

function ownGetter(name: string, head: string | undefined, tail: string): Getter {
  if (head === 'indicator') return ({ indicator }) => indicator?.[tail as keyof typeof indicator]
  if (head === 'delta') {
    return ({ observation: o }) => (o.kind === 'session.updated' ? o.delta[tail as keyof typeof o.delta] : undefined)
  }
  return ({ observation }) => (observation as unknown as Record<string, unknown>)[name]
}

function endGetter(side: 'client' | 'server', field: string): Getter {
  switch (field) {
    case '':
      return (s) => hostOf(s.observation[side])
    case 'ip':
    case 'mac':
    case 'port':
      return (s) => s.observation[side][field]
    case 'level':
      return (s) => s[side]?.purdueLevel
    case 'name':
      return (s) => s[side]?.names[0]
    case 'type':
    case 'role':
    case 'roles':
    case 'vendor':
    case 'model':
    case 'os':
      return (s) => s[side]?.[field]
    case 'zone':
      return (s) => zoneOf(s[side], s.observation[side])
    case 'isController':
      return (s) => isController(s[side])
    case 'isExternal':
      return (s) => isExternal(s[side], s.observation[side])
    case 'isNew':
      return (s) => isNew(s, s[side])
    default:
      return () => undefined
  }
}

function isController(asset: Asset | undefined): boolean {
  return asset !== undefined && (CONTROLLERS.has(asset.type) || asset.roles.includes('controller') || asset.role === 'controller')
}

/** An address nobody has answered from yet is judged by its range alone. */
function isExternal(asset: Asset | undefined, end: Endpoint): boolean {
  return asset?.isExternal ?? (end.ip !== undefined && addressKind(end.ip) === 'outside')
}

function zoneOf(asset: Asset | undefined, end: Endpoint): string | undefined {
  if (isExternal(asset, end)) return 'external'
  const level = asset?.purdueLevel
  if (level === undefined) return isController(asset) ? 'ot' : undefined
  return level <= 3 ? 'ot' : level < 4 ? 'dmz' : 'it'
}

function isNew(subject: Subject, asset: Asset | undefined): boolean {
  if (asset === undefined) return false
  return asset.firstAt > subject.learnedAt && subject.observation.at - asset.firstAt < DAY_US
}
