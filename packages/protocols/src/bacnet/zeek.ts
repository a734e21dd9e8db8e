/** Rows of ICSNPP's bacnet*.log. */
import type { SeenMessage } from '@isthmus/wire'
import { byteText, hexText, SHOWN_BYTES } from '../byte-text.ts'
import { hex, senderCells } from '../icsnpp.ts'
import type { Cell, PutRow } from '../protocol.ts'
import { type Access, ASKED_MANY, accessesOf, ONE, RANGE, READ_MANY, WRITTEN_MANY } from './access.ts'
import {
  BVLC_NAMES,
  BVLC_RESULTS,
  COMMUNICATION,
  CONFIRMED,
  ENUMERATIONS,
  NETWORK_MESSAGES,
  PDU,
  PDU_NAMES,
  REINITIALIZE,
  UNCONFIRMED,
} from './bacnet.table.ts'
import type { Bacnet } from './bacnet.ts'
import type { Dialogue } from './dialogue.ts'
import { ABORTS, ERRORS, REJECTS } from './names.table.ts'
import { objectName, propertyName } from './names.ts'
import { characters, objectId, real, signed, type Tag, unsigned } from './tag.ts'
import { VENDORS } from './vendors.table.ts'
import { fileRow } from './zeek-files.ts'

type Seen = SeenMessage<Bacnet, Dialogue>

export function zeek(seen: Seen, put: PutRow): void {
  const { message: m } = seen
  // ICSNPP logs an APDU when its last segment is there.
  if (m.more || m.pdu > PDU.abort) return
  const sender = senderCells(seen.from, seen.flow)
  put('bacnet', [...sender, BVLC_NAMES[m.bvlc] ?? 'unknown', ...nameCells(m)])
  if (m.pdu === PDU.unconfirmed) discoveryRow(m, sender, put)
  else if (m.pdu >= 0) {
    propertyRows(m, sender, put)
    controlRow(m, sender, put)
    fileRow(seen, put)
  }
}

function nameCells(m: Bacnet): Cell[] {
  if (m.network >= 0) {
    const name = NETWORK_MESSAGES[m.network]?.[0] ?? `Unknown NPDU Type-${hex(m.network, 2)}`
    return ['NPDU', name, undefined, undefined]
  }
  if (m.pdu < 0) return [undefined, undefined, undefined, m.result < 0 ? undefined : BVLC_RESULTS[m.result]]
  const type = PDU_NAMES[m.pdu]
  if (m.pdu === PDU.unconfirmed) return [type, UNCONFIRMED[m.service]?.[0] ?? 'unknown', undefined, undefined]
  if (m.pdu === PDU.segmentAck) return [type, undefined, m.invoke, undefined]
  if (m.pdu === PDU.reject) return [type, 'reject', m.invoke, REJECTS[m.code]]
  if (m.pdu === PDU.abort) return [type, 'abort', m.invoke, ABORTS[m.code]]
  return [type, CONFIRMED[m.service]?.[0] ?? 'unknown', m.invoke, m.pdu === PDU.error ? (ERRORS[m.code] ?? 'unknown') : undefined]
}

function discoveryRow(m: Bacnet, sender: Cell[], put: PutRow): void {
  const { tags } = m
  const none = [undefined, undefined]
  if (m.service === 0 && tags.length === 4) {
    const id = objectId(tags[0]!.data)
    put('bacnet_discovery', [...sender, 'i-am', ...none, ...idCells(id), vendorOf(tags[3]!), undefined, undefined])
  } else if (m.service === 1 && tags.length === 3) {
    const [device, object, name] = tags as [Tag, Tag, Tag]
    const ids = [...idCells(objectId(device.data)), ...idCells(objectId(object.data))]
    put('bacnet_discovery', [...sender, 'i-have', ...ids, undefined, undefined, latin(name.data)])
  } else if (m.service === 7) {
    const object = context(tags, 2)
    const name = context(tags, 3)
    const ids = idCells(object === undefined ? undefined : objectId(object.data))
    put('bacnet_discovery', [
      ...sender,
      'who-has',
      ...none,
      ...ids,
      undefined,
      rangeOf(tags),
      name === undefined ? 'N/A' : latin(name.data),
    ])
  } else if (m.service === 8) put('bacnet_discovery', [...sender, 'who-is', ...none, ...none, undefined, rangeOf(tags), undefined])
}

/** ICSNPP's list has no commas. */
function vendorOf(tag: Tag): string {
  return VENDORS[unsigned(tag.data)]?.replaceAll(',', '') ?? 'unknown'
}

function latin(data: Uint8Array): string {
  return data[0] === 0 ? byteText(data.subarray(1)) : ''
}

function context(tags: readonly Tag[], number: number): Tag | undefined {
  return tags.find((tag) => tag.kind === 'value' && tag.isContext && tag.number === number)
}

function rangeOf(tags: readonly Tag[]): string {
  const low = context(tags, 0)
  const high = context(tags, 1)
  return low === undefined || high === undefined ? 'All' : `${unsigned(low.data)}-${unsigned(high.data)}`
}

function idCells(id: ReturnType<typeof objectId>): Cell[] {
  return id === undefined ? [undefined, undefined] : [objectName(id.type), id.instance]
}

function propertyRows(m: Bacnet, sender: Cell[], put: PutRow): void {
  const isAsk = m.pdu === PDU.confirmed
  if (m.pdu === PDU.error && [12, 14, 15, 16].includes(m.service)) {
    const cells = [`ERROR: ${CONFIRMED[m.service]![0]}`, ERRORS[m.code] ?? 'unknown', undefined, undefined, undefined, undefined]
    put('bacnet_property', [...sender, m.invoke, ...cells])
  }
  if (!isAsk && m.pdu !== PDU.complexAck) return
  const row = (service: string, access: Access, value: string | undefined): void => {
    const { object, property, index } = access
    put('bacnet_property', [
      ...sender,
      m.invoke,
      service,
      objectName(object.type),
      object.instance,
      propertyName(property),
      index,
      value === '' ? undefined : value,
    ])
  }
  const rows = (service: string, accesses: readonly Access[]): void => {
    for (const access of accesses) {
      if (access.hasError) row(service, access, 'PropertyError')
      for (const tag of access.values) if (tag.kind === 'value') row(service, access, shown(tag, access.property))
    }
  }
  if (m.service === 12 && isAsk) for (const access of accessesOf(m.tags, ONE)) row('read-property-request', access, undefined)
  else if (m.service === 12) rows('read-property-ack', accessesOf(m.tags, ONE))
  else if (m.service === 14 && isAsk) {
    for (const access of accessesOf(m.tags, ASKED_MANY)) row('read-property-multiple-request', access, undefined)
  } else if (m.service === 14) rows('read-property-multiple-ack', accessesOf(m.tags, READ_MANY))
  else if (m.service === 15) rows('write-property', accessesOf(m.tags, ONE))
  else if (m.service === 16) rows('write-property-multiple', accessesOf(m.tags, WRITTEN_MANY))
  else if (m.service === 26) {
    for (const access of accessesOf(m.tags, RANGE)) {
      const count = context(m.tags, 4)
      if (isAsk) row('read-range-request', access, undefined)
      else row('read-range-ack', access, `item_count: ${count === undefined ? 0 : unsigned(count.data)}`)
    }
  }
}

/** ICSNPP reads a context tag as the application type of the same number. */
function shown(tag: Tag, property: number): string {
  const text = plain(tag)
  const names = ENUMERATIONS[property] ?? (property === 79 ? undefined : NO_NAMES)
  if (!/^\d+$/.test(text)) return text
  return names === undefined ? objectName(Number(text)) : (names[Number(text)] ?? (names === NO_NAMES ? text : `Unknown (${text})`))
}

const NO_NAMES: readonly string[] = []

function plain({ number, length, data }: Tag): string {
  switch (number) {
    case 1:
      return length === 1 ? 'true' : 'false'
    case 2:
    case 9:
      return String(unsigned(data))
    case 3:
      return String(signed(data))
    case 4:
    case 5:
      return real(data).toFixed(6)
    case 6:
      return hexText(data, SHOWN_BYTES)
    case 7:
      return latin(data)
    case 8:
      return flags(data)
    case 10:
      return data.length === 4 ? `${data[1]}/${data[2]}/${data[0]! + 1900}` : ''
    case 11:
      return data.length === 4 ? `${data[0]}:${data[1]}:${data[2]}.${data[3]}` : ''
    case 12: {
      const id = objectId(data)
      return id === undefined ? '' : `${objectName(id.type)}: ${id.instance}`
    }
    default:
      return ''
  }
}

/** All bits of all octets, unused ones included. */
function flags(data: Uint8Array): string {
  let text = ''
  for (let i = 1; i < data.length; i++) for (let bit = 7; bit >= 0; bit--) text += (data[i]! >> bit) & 1 ? 'T' : 'F'
  return text
}

const OUTCOMES: Readonly<Record<number, string>> = {
  [PDU.simpleAck]: 'SUCCESS',
  [PDU.error]: 'ERROR',
  [PDU.reject]: 'REJECT',
  [PDU.abort]: 'ABORT',
}

function controlRow(m: Bacnet, sender: Cell[], put: PutRow): void {
  if (m.service !== 17 && m.service !== 20) return
  const service = CONFIRMED[m.service]![0]
  if (m.pdu !== PDU.confirmed) {
    const outcome = OUTCOMES[m.pdu]
    // ICSNPP ties refusals without a service to none.
    if (outcome === undefined || m.pdu >= PDU.reject) return
    put('bacnet_device_control', [
      ...sender,
      m.invoke,
      service,
      undefined,
      undefined,
      undefined,
      outcome,
      m.pdu === PDU.error ? ERRORS[m.code] : undefined,
    ])
    return
  }
  const first = m.service === 17 ? 1 : 0
  const state = context(m.tags, first)
  const password = context(m.tags, first + 1)
  const minutes = m.service === 17 ? context(m.tags, 0) : undefined
  const names: readonly string[] = m.service === 17 ? COMMUNICATION : REINITIALIZE
  put('bacnet_device_control', [
    ...sender,
    m.invoke,
    service,
    minutes === undefined ? undefined : unsigned(minutes.data),
    state === undefined ? undefined : (names[unsigned(state.data)] ?? 'unknown'),
    password === undefined ? '' : characters(password.data),
    undefined,
    undefined,
  ])
}
