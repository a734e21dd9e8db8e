/** Configuration frames: what the numbers in data frames are. Spec: IEEE C37.118.2-2011 §6.4, tables 8 to 12. */
import type { Reader } from '@isthmus/wire'
import { byteText, withoutPadding } from '../byte-text.ts'
import { FRAME } from './synchrophasor.table.ts'

/** Channels of one kind a station may have; protects against counts that lie. */
const MAX_CHANNELS = 1024
const MAX_STATIONS = 512
const NAME = 16
const BITS = 16

export type PhasorScale = {
  /** Conversion word of configurations 1 and 2: quantity (0 voltage, 1 current) and factor in units of 1e-5. */
  readonly unit: number
  readonly factor: number
  /** Configuration 3: modification flags, type indication, user flags, magnitude factor and angle offset in radians. */
  readonly flags: number
  readonly type: number
  readonly user: number
  readonly scale: number
  readonly angle: number
}

export type AnalogScale = { readonly unit: number; readonly factor: number; readonly scale: number; readonly offset: number }

export type Station = {
  readonly name: string
  readonly id: number
  readonly globalId: string
  /** Bit 0 polar, 1 phasors float, 2 analogs float, 3 frequency float. */
  readonly format: number
  readonly phasors: readonly string[]
  readonly analogs: readonly string[]
  /** Sixteen a word. */
  readonly digitals: readonly string[]
  readonly digitalWords: number
  readonly phasorScales: readonly PhasorScale[]
  readonly analogScales: readonly AnalogScale[]
  /** Normal state and valid inputs of each digital word. */
  readonly masks: readonly (readonly [normal: number, valid: number])[]
  readonly latitude: number
  readonly longitude: number
  readonly elevation: number
  readonly serviceClass: string
  readonly window: number
  readonly groupDelay: number
  readonly nominal: number
  readonly changes: number
  /** Bytes of this station in a data frame. */
  readonly size: number
}

export type Config = {
  readonly frame: number
  readonly continuation: number
  readonly timeBase: number
  readonly expected: number
  readonly stations: readonly Station[]
  /** Frames a second; negative: seconds a frame. */
  readonly rate: number
  /** Bytes of all stations in a data frame. */
  readonly size: number
  readonly isWhole: boolean
}

export function readConfig(r: Reader, frame: number, continuation: number): Config {
  const timeBase = r.u32('time base') & 0xff_ffff || 1_000_000
  const expected = r.u16('stations')
  const stations: Station[] = []
  let size = 0
  while (stations.length < Math.min(expected, MAX_STATIONS) && !r.short && r.left > 0) {
    const station = readStation(r, frame)
    if (r.short) break
    stations.push(station)
    size += station.size
  }
  const rate = r.i16('data rate')
  return { frame, continuation, timeBase, expected, stations, rate, size, isWhole: !r.short && stations.length === expected }
}

function readStation(r: Reader, frame: number): Station {
  const is3 = frame === FRAME.config3
  const name = readName(r, is3, 'station')
  const id = r.u16('source id')
  const globalId = is3 ? byteText(r.view(16, 'global id')) : ''
  const format = r.u16('format')
  const phasorCount = r.u16('phasors')
  const analogCount = r.u16('analogs')
  const digitalWords = r.u16('digital words')
  const phasors = readNames(r, phasorCount, is3, 'phasor name')
  const analogs = readNames(r, analogCount, is3, 'analog name')
  const digitals = readNames(r, digitalWords * BITS, is3, 'digital name')
  const phasorScales = many(r, phasorCount, () => (is3 ? phasorScale3(r) : phasorScale(r)))
  const analogScales = many(r, analogCount, () => (is3 ? analogScale3(r) : analogScale(r)))
  const masks = many(r, digitalWords, () => [r.u16('normal state'), r.u16('valid inputs')] as const)
  const width = (bit: number, narrow: number): number => (((format >> bit) & 1) === 0 ? narrow : narrow * 2)
  return {
    name,
    id,
    globalId,
    format,
    phasors,
    analogs,
    digitals,
    digitalWords,
    phasorScales,
    analogScales,
    masks,
    latitude: is3 ? r.f32('latitude') : 0,
    longitude: is3 ? r.f32('longitude') : 0,
    elevation: is3 ? r.f32('elevation') : 0,
    serviceClass: is3 ? byteText(r.view(1, 'service class')) : '',
    window: is3 ? r.i32('window') : 0,
    groupDelay: is3 ? r.i32('group delay') : 0,
    nominal: r.u16('nominal frequency'),
    changes: r.u16('configuration changes'),
    size: 2 + phasorCount * width(1, 4) + width(3, 4) + analogCount * width(2, 2) + digitalWords * 2,
  }
}

function readName(r: Reader, is3: boolean, label: string): string {
  return withoutPadding(byteText(r.view(is3 ? r.u8('name length') : NAME, label))).trimStart()
}

function readNames(r: Reader, count: number, is3: boolean, label: string): string[] {
  return many(r, count, () => readName(r, is3, label))
}

function many<T>(r: Reader, count: number, read: () => T): T[] {
  const all: T[] = []
  for (let n = 0; n < count && n < MAX_CHANNELS * BITS && !r.short; n++) all.push(read())
  return all
}

function phasorScale(r: Reader): PhasorScale {
  const word = r.u32('phasor conversion')
  return { unit: word >>> 24, factor: word & 0xff_ffff, flags: 0, type: 0, user: 0, scale: 0, angle: 0 }
}

function phasorScale3(r: Reader): PhasorScale {
  const flags = r.u16('phasor modifications')
  const type = r.u8('phasor type')
  const user = r.u8('user flags')
  return { unit: (type >> 3) & 1, factor: 0, flags, type, user, scale: r.f32('phasor scale'), angle: r.f32('angle offset') }
}

function analogScale(r: Reader): AnalogScale {
  const word = r.u32('analog conversion')
  return { unit: word >>> 24, factor: (word << 8) >> 8, scale: 0, offset: 0 }
}

function analogScale3(r: Reader): AnalogScale {
  return { unit: 0, factor: 0, scale: r.f32('analog scale'), offset: r.f32('analog offset') }
}
