/**
 * Sparkplug B payloads: metrics in protocol buffers, whose names a birth gives once and later messages replace by numbers.
 *
 * Spec: Eclipse Sparkplug 3.0 §4 (topics), §6.4 (payload, sparkplug_b.proto); protocol buffers encoding guide (varints, wire types).
 */
import type { Reader } from '@isthmus/wire'

export type Metric = {
  name: string
  /** Number that stands for the name after a birth; undefined when none was sent. */
  alias: number | undefined
  /** Index of DATA_TYPES; 0 when not stated. */
  type: number
  /** Undefined for null, data sets, templates and bytes. */
  value: number | string | boolean | undefined
  isNull: boolean
  isHistorical: boolean
}

/** `spBv1.0/group/NBIRTH/node[/device]`, or `spBv1.0/STATE/host`. */
export type SparkplugTopic = { group: string; kind: string; node: string; device: string | undefined }

export type Sparkplug = SparkplugTopic & { seq: number | undefined; timestamp: number | undefined; metrics: Metric[] }

/** Metrics of one payload that are kept: bounds the work one packet may ask for. */
const MAX_METRICS = 2048
const MAX_FIELDS = 4096
const MAX_NAME = 256
const MAX_TEXT = 512
const TWO_32 = 0x1_0000_0000

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

export function sparkplugTopic(topic: string): SparkplugTopic | undefined {
  if (!topic.startsWith('spBv1.0/')) return undefined
  const [, group, kind, node, ...device] = topic.split('/')
  if (group === 'STATE') return { group: '', kind: 'STATE', node: kind ?? '', device: undefined }
  if (kind === undefined || node === undefined || !/^[ND](?:BIRTH|DEATH|DATA|CMD)$/.test(kind)) return undefined
  return { group: group!, kind, node, device: device.length > 0 ? device.join('/') : undefined }
}

export function readSparkplug(r: Reader, topic: SparkplugTopic): Sparkplug {
  const payload: Sparkplug = { ...topic, seq: undefined, timestamp: undefined, metrics: [] }
  for (let n = 0; r.left > 0 && n < MAX_FIELDS && !r.short; n++) {
    const tag = varint(r, 'field')
    if (tag === 0x12) {
      const metric = readMetric(r.sub(varint(r, 'metric length'), 'metric'))
      if (payload.metrics.length < MAX_METRICS) payload.metrics.push(metric)
    } else if (tag === 0x08) payload.timestamp = varint(r, 'timestamp')
    else if (tag === 0x18) payload.seq = varint(r, 'sequence')
    else if (!skip(r, tag & 7)) break
  }
  return payload
}

function readMetric(r: Reader): Metric {
  const m: Metric = { name: '', alias: undefined, type: 0, value: undefined, isNull: false, isHistorical: false }
  let whole = 0
  let kind = 0
  for (let n = 0; r.left > 0 && n < 64 && !r.short; n++) {
    const tag = varint(r, 'field')
    switch (tag) {
      case 0x0a:
        m.name = text(r, 'name', MAX_NAME)
        break
      case 0x10:
        m.alias = varint(r, 'alias')
        break
      case 0x20:
        m.type = varint(r, 'data type')
        break
      case 0x28:
        m.isHistorical = varint(r, 'is historical') !== 0
        break
      case 0x38:
        m.isNull = varint(r, 'is null') !== 0
        break
      case 0x50:
      case 0x58:
        kind = tag
        whole = varint(r, 'value')
        break
      case 0x65:
        m.value = r.f32le('float value')
        break
      case 0x69:
        m.value = r.f64le('double value')
        break
      case 0x70:
        m.value = varint(r, 'boolean value') !== 0
        break
      case 0x7a:
        m.value = text(r, 'string value', MAX_TEXT)
        break
      default:
        if (!skip(r, tag & 7)) return m
    }
  }
  if (kind !== 0) m.value = signed(whole, m.type, kind === 0x58)
  return m
}

/** Integers travel unsigned (§6.4.16): the type says how many bits hold a sign. */
export function signed(value: number, type: number, isLong: boolean): number {
  if (type === 1) return (value << 24) >> 24
  if (type === 2) return (value << 16) >> 16
  if (type === 3 && !isLong) return value | 0
  if (type === 4 && value >= 2 ** 63) return value - 2 ** 64
  return value
}

function text(r: Reader, label: string, most: number): string {
  const length = varint(r, `${label} length`)
  const value = r.utf8(Math.min(length, r.left), label)
  if (length > r.end) r.short = true
  return value.length > most ? value.slice(0, most) : value
}

function skip(r: Reader, wire: number): boolean {
  if (wire === VARINT) varint(r, 'other')
  else if (wire === FIXED64) r.skip(8, 'other')
  else if (wire === FIXED32) r.skip(4, 'other')
  else if (wire === BYTES) r.skip(varint(r, 'other length'), 'other')
  else return false
  return true
}

/** Seven bits a byte, lowest first, ten bytes at most; above 2^53 the lowest digits are lost. */
function varint(r: Reader, label: string): number {
  let low = 0
  let high = 0
  for (let i = 0; i < 10; i++) {
    const b = r.u8(i === 0 ? label : `${label}, continued`)
    const bits = b & 0x7f
    if (i < 4) low += bits * 2 ** (7 * i)
    else if (i === 4) {
      low += (bits & 0xf) * 2 ** 28
      high += bits >> 4
    } else high += bits * 2 ** (7 * i - 32)
    if (b < 0x80) break
  }
  return (high % TWO_32) * TWO_32 + low
}
