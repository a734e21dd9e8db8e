/** What identifies a node, from its identity response and from its objects alike. */
import type { Side } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import type { Identity } from './asynchronous.ts'
import { PROFILES, VENDORS } from './powerlink.table.ts'

export function introduce(node: number, d: Identity, about: Side, sink: Sink): void {
  deviceType(d.deviceType, about, sink)
  ;[d.vendor, d.product, d.revision, d.serial].forEach((value, i) => {
    identified(i + 1, value, about, sink)
  })
  if (d.hostName !== '') sink.hint(about, 'name', d.hostName, 1)
  if (d.gateway !== '0.0.0.0') sink.hint(about, 'gateway', d.gateway, 0.8)
  sink.hint(about, 'interface', `POWERLINK ${d.version >> 4}.${d.version & 15} node ${node} ${d.ip}`, 1)
}

export function deviceType(value: number, about: Side, sink: Sink): void {
  const profile = value & 0xffff
  if (profile !== 0) sink.hint(about, 'type', PROFILES[profile] ?? `device profile ${profile}`, 0.9)
}

/** By subindex of object 0x1018: vendor, product code, revision, serial. */
export function identified(subindex: number, value: number, about: Side, sink: Sink): void {
  if (value === 0 || value === 0xffffffff) return
  const vendor = VENDORS[value]
  if (subindex === 1) sink.hint(about, 'vendor', vendor ?? `CiA vendor 0x${hex8(value)}`, vendor === undefined ? 0.5 : 0.95)
  else if (subindex === 2) sink.hint(about, 'orderCode', `product code 0x${hex8(value)}`, 0.8)
  else if (subindex === 3) sink.hint(about, 'firmware', `revision 0x${hex8(value)}`, 0.6)
  else if (subindex === 4) sink.hint(about, 'serial', `${value}`, 1)
}

const hex8 = (value: number): string => value.toString(16).padStart(8, '0')
