/** Who speaks: what a session's creation says of both ends, and the controller's identification record. */
import { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import type { PlusObject } from './objects.ts'
import { ATTRIBUTE } from './s7comm-plus.table.ts'

/** `1;6ES7 215-1AG40-0XB0;V4.2`: how a controller names itself to a new session. */
const PAOM = /(6[A-Z]{2}\d[ -][\w -]{8,16}?) *;[VS]? ?(\d+\.\d+(?:\.\d+)?)/
/** What installers leave in place of a name. */
const DEFAULT_HOSTS: ReadonlySet<string> = new Set(['HMI HOST', 'YourHost', 'HMI_HOST'])

/** `HOST_12345678`: the station's name and the session's number. */
export function identifyClient(objects: readonly PlusObject[], sink: Sink): void {
  for (const { attributes } of objects) {
    const host = attributes.get(ATTRIBUTE.host)?.shown
    if (typeof host === 'string' && !DEFAULT_HOSTS.has(host)) {
      const name = /^([A-Za-z0-9][\w-]{0,62}?)(?:_\d{3,})?$/.exec(host)?.[1]
      sink.hint('client', 'name', name, 0.8)
    }
    for (const id of [ATTRIBUTE.clientSoftware, ATTRIBUTE.software]) {
      const software = attributes.get(id)?.shown
      if (typeof software === 'string' && software.length > 4) sink.hint('client', 'software', software, 0.7)
    }
  }
}

export function identifyServer(objects: readonly PlusObject[], data: Uint8Array, sink: Sink): void {
  let isNamed = false
  for (const { attributes, members } of objects) {
    const software = attributes.get(ATTRIBUTE.software)?.shown
    if (typeof software === 'string' && software.length > 4) sink.hint('server', 'software', software, 0.6)
    for (const { shown } of members.values()) {
      const named = typeof shown === 'string' ? PAOM.exec(shown) : null
      if (named === null) continue
      isNamed = true
      tell(named, sink)
    }
  }
  // Where the tree holds something unknown before it, the text still stands in the answer.
  const named = isNamed ? null : PAOM.exec(byteText(data))
  if (named !== null) tell(named, sink)
}

function tell(named: RegExpExecArray, sink: Sink): void {
  sink.hint('server', 'orderCode', named[1]!.trim(), 1)
  sink.hint('server', 'vendor', 'Siemens', 0.9)
  sink.hint('server', 'firmware', `V${named[2]}`, 1)
  sink.hint('server', 'type', 'plc', 0.8)
}

/**
 * I&M 0 (IEC 61158-6-10): type u16 = 0x20, length u16, version u16, vendor u16, order number 20 bytes, serial number 16 bytes,
 * hardware revision u16, `V`, three bytes of software revision.
 */
export function readIdentification(blob: Uint8Array, sink: Sink): void {
  const r = new Reader(blob)
  if (r.u16() !== 0x20) return
  r.skip(4)
  if (r.u16() === 0x2a) sink.hint('server', 'vendor', 'Siemens', 0.9)
  const orderCode = r.text(20).trim()
  const serial = r.text(16).trim()
  const hardware = r.u16()
  const software = `${r.text(1)}${r.u8()}.${r.u8()}.${r.u8()}`
  if (r.short) return
  sink.hint('server', 'orderCode', orderCode, 1)
  sink.hint('server', 'serial', serial, 1)
  sink.hint('server', 'hardware', String(hardware), 1)
  sink.hint('server', 'firmware', software, 1)
}
