/** What a request of the MC protocol asks for. Spec: SH-080956ENG §5. */
import type { Digits, Span } from './digits.ts'

/** `data` is what it writes: values of `spans` in turn, or a file's bytes. */
export type Request = {
  readonly spans: readonly Span[]
  readonly data: Uint8Array
  /** File, label or password; '' when none. */
  readonly text: string
  /** File pointer, mode or address by command; -1 when none. */
  readonly number: number
  readonly offset: number
  /** Values lie beside their devices, not after them. */
  readonly isScattered: boolean
}

const EMPTY = new Uint8Array(0)
const NONE: Request = { spans: [], data: EMPTY, text: '', number: -1, offset: -1, isScattered: false }
/** Devices one request may name (SH-080956ENG: 192, 120 blocks); bounds what a lying count costs. */
const MAX_SPANS = 256

export function readRequest(command: number, subcommand: number, d: Digits): Request {
  const isLong = (subcommand & 0x02) !== 0
  const isBit = (subcommand & 0x01) !== 0
  // Extension (indirect, buffer memory, link direct): further fields around each device.
  if ((subcommand & 0x80) !== 0 && command < 0x1500) return { ...NONE, data: d.r.view(d.left, 'extended devices') }
  switch (command) {
    case 0x0401:
    case 0x1401: {
      const { device, number } = d.device(isLong)
      const span: Span = { device, number, count: d.u16('elements'), unit: isBit ? 'bit' : 'word' }
      return { ...NONE, spans: [span], data: d.r.view(d.left, 'values') }
    }
    case 0x0403:
    case 0x0801:
      return { ...NONE, spans: readRandom(d, isLong) }
    case 0x1402:
      return readRandomWrite(d, isLong, isBit)
    case 0x0406:
    case 0x1406:
      return readBlocks(d, isLong, command === 0x1406)
    case 0x0613:
    case 0x1613:
    case 0x0601:
    case 0x1601:
      return { ...NONE, number: d.u32('address'), offset: d.u16('length'), data: d.r.view(d.left, 'values') }
    case 0x041a:
    case 0x041c:
    case 0x141a:
    case 0x141b:
      return readLabels(d)
    case 0x1001:
    case 0x1003:
      return { ...NONE, number: d.u16('mode') }
    case 0x1630:
    case 0x1631:
      return { ...NONE, text: d.r.text(d.u16('password length'), 'password') }
    case 0x1827:
      return { ...readName(d, subcommand), ...readData(d) }
    case 0x1820:
    case 0x1822:
    case 0x1824:
      return { ...readName(d, subcommand), ...readData(d) }
    case 0x1828:
      return { ...NONE, number: d.u16('file pointer'), offset: d.u32('offset'), data: d.r.view(d.left, 'bytes to read') }
    case 0x1829: {
      const number = d.u16('file pointer')
      const offset = d.u32('offset')
      return { ...NONE, number, offset, data: d.r.view(d.u16('bytes') * d.scale, 'file data') }
    }
    case 0x182a:
      return { ...NONE, number: d.u16('file pointer') }
    default:
      return d.left === 0 ? NONE : { ...NONE, data: d.r.view(d.left, 'data') }
  }
}

function readRandom(d: Digits, isLong: boolean): Span[] {
  const words = d.u8('word devices')
  const dwords = d.u8('double-word devices')
  const spans: Span[] = []
  for (let i = 0; i < words + dwords && i < MAX_SPANS && d.left > 0; i++)
    spans.push({ ...d.device(isLong), count: 1, unit: i < words ? 'word' : 'dword' })
  return spans
}

function readRandomWrite(d: Digits, isLong: boolean, isBit: boolean): Request {
  const words = d.u8(isBit ? 'bit devices' : 'word devices')
  const dwords = isBit ? 0 : d.u8('double-word devices')
  const spans: Span[] = []
  const data: number[] = []
  for (let i = 0; i < words + dwords && i < MAX_SPANS && d.left > 0; i++) {
    const unit = isBit ? 'bit' : i < words ? 'word' : 'dword'
    spans.push({ ...d.device(isLong), count: 1, unit })
    const width = isBit ? (isLong ? 2 : 1) : unit === 'word' ? 2 : 4
    const value = d.r.view(width * d.scale, 'value')
    // As a read would answer: one nibble, one character.
    if (!isBit) data.push(...value)
    else data.push(d.coding === 'ascii' ? (value.at(-1) ?? 0) : (value[0] ?? 0) << 4)
  }
  return { ...NONE, spans, data: Uint8Array.from(data), isScattered: true }
}

function readBlocks(d: Digits, isLong: boolean, isWrite: boolean): Request {
  const words = d.u8('word blocks')
  const bits = d.u8('bit blocks')
  const spans: Span[] = []
  const data: number[] = []
  for (let i = 0; i < words + bits && i < MAX_SPANS && d.left > 0; i++) {
    const span: Span = { ...d.device(isLong), count: d.u16('words'), unit: 'word' }
    spans.push(span)
    if (isWrite) for (const byte of d.r.view(span.count * 2 * d.scale, 'values')) data.push(byte)
  }
  return { ...NONE, spans, data: Uint8Array.from(data), isScattered: isWrite }
}

/** Points, abbreviations, then labels in UTF-16 with a length of characters. */
function readLabels(d: Digits): Request {
  const points = d.u16('labels')
  const abbreviations = d.u16('abbreviations')
  const names: string[] = []
  for (let i = 0; i < abbreviations + points && names.length < MAX_SPANS && d.left > 2; i++) {
    const length = d.u16('label length')
    const name = d.r.utf16(length * 2, 'label')
    if (i >= abbreviations) {
      names.push(name)
      d.r.skip(Math.min(4, d.left), 'elements')
    }
  }
  return { ...NONE, text: names.join(', '), data: d.r.view(d.left, 'values') }
}

/** Password, open mode, drive, then the name: UTF-16 for iQ-R. */
function readName(d: Digits, subcommand: number): Request {
  const password = d.u16('password length')
  const isWide = (subcommand & 0x40) !== 0
  if (password > 0 && password < 64) d.r.view(password * (isWide ? 2 : 1), 'password')
  const number = d.u16('open mode')
  d.u16('drive')
  const length = d.u16('name length')
  return { ...NONE, number, text: isWide ? d.r.utf16(length * 2, 'name') : d.r.text(length, 'name') }
}

const readData = (d: Digits): { data: Uint8Array } => ({ data: d.r.view(d.left, 'data') })
