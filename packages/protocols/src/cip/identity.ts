/** What the identity object (class 1) says of a device or of a module behind it. Spec: Vol. 1, §5-2. */
import { Reader } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { DEVICE_TYPES } from './cip.table.ts'
import { VENDORS } from './vendors.table.ts'

export type Identified = {
  readonly vendor: number
  readonly deviceType: number
  readonly productCode: number
  readonly revisionMajor: number
  readonly revisionMinor: number
  readonly status: number
  readonly serial: number
  readonly productName: string
}

/** Device types as the platform's own. */
const ASSET_TYPES: Readonly<Record<number, string>> = {
  2: 'drive',
  7: 'io-module',
  12: 'gateway',
  14: 'plc',
  19: 'drive',
  24: 'hmi',
  35: 'io-module',
  37: 'drive',
  42: 'io-module',
  44: 'switch',
  45: 'drive',
  46: 'drive',
  49: 'io-module',
}

/** GuardLogix: catalogue numbers of Logix controllers that end in S (1756-L72S, 1756-L81ES, 5069-L306ERS2). */
const SAFETY_MODEL = /^(1756|1768|1769|5069)-L\d+[A-Z]*S\d?(\/|$| )/

/** @param part the module it is about, undefined for the device itself. */
export function hintIdentity(id: Identified, part: string | undefined, sink: Sink): void {
  if (id.vendor > 0) sink.hint('server', 'vendor', VENDORS[id.vendor] ?? `CIP vendor ${id.vendor}`, 1, part)
  sink.hint('server', 'model', id.productName, 1, part)
  // 1756-L63/A: what is before the blank is the catalogue number, where the name is one.
  if (/^\d{4}[A-Z]*-\w+/.test(id.productName)) sink.hint('server', 'orderCode', id.productName.split(' ')[0], 0.8, part)
  sink.hint('server', 'family', DEVICE_TYPES[id.deviceType], 0.9, part)
  sink.hint('server', 'type', ASSET_TYPES[id.deviceType], 0.9, part)
  // Its device type is a controller's like any other.
  if (SAFETY_MODEL.test(id.productName)) sink.hint('server', 'type', 'safety-controller', 0.95, part)
  sink.hint('server', 'firmware', revision(id.revisionMajor, id.revisionMinor), 1, part)
  if (id.serial !== 0) sink.hint('server', 'serial', id.serial.toString(16).padStart(8, '0'), 1, part)
}

/** The high bit of the major revision is no part of it (§5-2.2.1.4). */
export function revision(major: number, minor: number): string {
  return `${major & 0x7f}.${minor}`
}

/** Answer of Get Attributes All. */
export function readAll(data: Uint8Array): Identified | undefined {
  const r = new Reader(data)
  const vendor = r.u16le()
  const deviceType = r.u16le()
  const productCode = r.u16le()
  const revisionMajor = r.u8()
  const revisionMinor = r.u8()
  const status = r.u16le()
  const serial = r.u32le()
  const productName = r.text(r.u8())
  return r.short ? undefined : { vendor, deviceType, productCode, revisionMajor, revisionMinor, status, serial, productName }
}

/** One attribute by its number; returns the bytes it took, 0 when it is of unknown layout. */
export function hintAttribute(attribute: number, r: Reader, part: string | undefined, sink: Sink): boolean {
  switch (attribute) {
    case 1: {
      const vendor = r.u16le()
      if (!r.short) sink.hint('server', 'vendor', VENDORS[vendor] ?? `CIP vendor ${vendor}`, 1, part)
      return true
    }
    case 2: {
      const type = r.u16le()
      sink.hint('server', 'family', DEVICE_TYPES[type], 0.9, part)
      sink.hint('server', 'type', ASSET_TYPES[type], 0.9, part)
      return true
    }
    case 3:
    case 5:
      r.skip(2)
      return true
    case 4: {
      const major = r.u8()
      const minor = r.u8()
      if (!r.short && major > 0) sink.hint('server', 'firmware', revision(major, minor), 1, part)
      return true
    }
    case 6: {
      const serial = r.u32le()
      if (!r.short && serial !== 0) sink.hint('server', 'serial', serial.toString(16).padStart(8, '0'), 1, part)
      return true
    }
    case 7:
      sink.hint('server', 'model', r.text(r.u8()), 1, part)
      return true
    default:
      return false
  }
}

export type KeyPosition = 'run' | 'program' | 'remote'
const KEYS: readonly (KeyPosition | '')[] = ['', 'run', 'program', 'remote']

/** The status word: faults by the standard (§5-2.2.1.5); Rockwell's controllers add mode and key position. */
export function statusOf(status: number): { mode: 'run' | 'program' | undefined; key: KeyPosition | ''; fault: string } {
  const extended = (status >> 4) & 0x0f
  const mode = extended === 6 ? 'run' : extended === 7 ? 'program' : undefined
  const key = KEYS[(status >> 12) & 3]!
  const fault = status & 0x0800 ? 'major unrecoverable fault' : status & 0x0400 ? 'major recoverable fault' : ''
  return { mode, key, fault }
}
