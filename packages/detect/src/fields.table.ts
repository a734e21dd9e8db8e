/**
 * The documented log sources: one category a kind of observation (`process.write` is `process_write`), and the
 * fields a rule may name in each. The compiler holds this table against the observation types, field by field.
 */
import type { Observation, ObservationKind, Seen } from '@isthmus/model'
import type { Hit } from './indicators/match.ts'

export type FieldType = 'text' | 'texts' | 'number' | 'boolean' | 'time' | 'value'

type Own<K extends ObservationKind> = Exclude<keyof Extract<Observation, { kind: K }>, keyof Seen | 'kind'>
/** What moved bytes hold is for those who keep it: no rule reads it. */
type Fields<K extends ObservationKind> = { readonly [F in Own<K> as F extends 'delta' | 'content' ? never : F & string]: FieldType }

const folded = { first: 'time', count: 'number' } as const
const value = { ...folded, tag: 'text', part: 'text', value: 'value', dataType: 'text', quality: 'text', unit: 'text' } as const
const program = { section: 'text', sectionType: 'text', bytes: 'number', hash: 'text', user: 'text', ok: 'boolean' } as const
const grant = { user: 'text', grant: 'text' } as const

export const OWN_FIELDS: { readonly [K in ObservationKind]: Fields<K> } = {
  'session.updated': {
    id: 'text',
    transport: 'text',
    vlan: 'number',
    startedAt: 'time',
    state: 'text',
    connState: 'text',
    history: 'text',
  },
  'asset.hinted': { about: 'text', part: 'text', attribute: 'text', value: 'text', confidence: 'number' },
  'address.claimed': { ...folded, ip: 'text', mac: 'text', by: 'text', gratuitous: 'boolean' },
  'address.asked': { ...folded, ip: 'text' },
  'name.resolved': { ...folded, name: 'text', domain: 'text', type: 'text', answers: 'texts', code: 'text' },
  'operation.done': { ...folded, operation: 'text', object: 'text', access: 'text', ok: 'boolean', error: 'text', part: 'text' },
  'process.read': value,
  'process.write': { ...value, ok: 'boolean', previous: 'value' },
  'tag.forced': { tag: 'text', action: 'text', ok: 'boolean' },
  'program.downloaded': program,
  'program.uploaded': program,
  'program.edited': program,
  'mode.changed': { mode: 'text', by: 'text', detail: 'text', ok: 'boolean' },
  'device.restarted': { how: 'text', ok: 'boolean' },
  'device.diagnosed': { ...folded, what: 'text', fault: 'boolean' },
  'firmware.updated': { version: 'text', bytes: 'number', ok: 'boolean' },
  'configuration.changed': { what: 'text', value: 'text', ok: 'boolean' },
  'time.set': { to: 'text', ok: 'boolean' },
  'login.tried': { ...folded, user: 'text', domain: 'text', method: 'text', ok: 'boolean' },
  'credential.exposed': { user: 'text', mask: 'text', weakness: 'text' },
  'file.moved': {
    name: 'text',
    direction: 'text',
    bytes: 'number',
    mime: 'text',
    hash: 'text',
    md5: 'text',
    sha1: 'text',
    whole: 'boolean',
    scanned: 'number',
    matches: 'texts',
  },
  'web.requested': { ...folded, method: 'text', host: 'text', path: 'text', agent: 'text', status: 'number' },
  'encryption.negotiated': {
    ...folded,
    version: 'text',
    cipher: 'text',
    serverName: 'text',
    fingerprint: 'text',
    subject: 'text',
    issuer: 'text',
    notAfter: 'time',
  },
  'service.used': { ...folded, service: 'text', object: 'text', user: 'text', ok: 'boolean' },
  'protocol.anomaly': { ...folded, name: 'text', detail: 'text', length: 'number' },
  'protocol.misplaced': { expected: 'text' },
  'coverage.reported': {
    packets: 'number',
    bytes: 'number',
    messages: 'number',
    anomalies: 'number',
    undecoded: 'number',
    dropped: 'number',
  },
  'alert.received': {
    product: 'text',
    rule: 'text',
    title: 'text',
    category: 'text',
    level: 'text',
    attack: 'texts',
    action: 'text',
    user: 'text',
    session: 'text',
  },
  'access.opened': grant,
  'access.closed': grant,
}

/** Fields inside `delta` of a session: what one update adds. */
export const DELTA_FIELDS: readonly string[] = [
  'clientBytes',
  'serverBytes',
  'clientPackets',
  'serverPackets',
  'clientWireBytes',
  'serverWireBytes',
  'retransmissions',
  'gapBytes',
]

/** Fields every observation has; those of the two ends are in `END_FIELDS`, prefixed `client.` and `server.`. */
export const SEEN_FIELDS: Readonly<Record<string, FieldType>> = {
  kind: 'text',
  site: 'text',
  sensor: 'text',
  at: 'time',
  client: 'text',
  server: 'text',
  directionKnown: 'boolean',
  protocol: 'text',
}

/** What a rule may ask of either end: its address, and what is known of the asset behind it. */
export const END_FIELDS: Readonly<Record<string, FieldType>> = {
  ip: 'text',
  mac: 'text',
  port: 'number',
  name: 'text',
  type: 'text',
  role: 'text',
  roles: 'texts',
  vendor: 'text',
  model: 'text',
  os: 'text',
  /** Purdue level, 0 to 5. */
  level: 'number',
  /** `ot` up to level 3, `dmz` up to 4, `it` from 4, `external` outside the site's networks. */
  zone: 'text',
  isController: 'boolean',
  isExternal: 'boolean',
  /** First seen after the site had learned, and less than a day ago. */
  isNew: 'boolean',
}

/** What a rule may ask of an indicator that the observation shows, as `indicator.name`: see indicators/match.ts. */
export const INDICATOR_FIELDS: { readonly [F in keyof Hit]: FieldType } = {
  id: 'text',
  name: 'text',
  source: 'text',
  type: 'text',
  value: 'text',
  pattern: 'text',
  level: 'text',
  attack: 'texts',
  until: 'text',
}

export const KINDS = Object.keys(OWN_FIELDS) as ObservationKind[]

/** Sigma's name of a kind: dots are not allowed in a category. */
export function categoryOf(kind: ObservationKind): string {
  return kind.replace('.', '_')
}
