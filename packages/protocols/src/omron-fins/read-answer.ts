/** Bodies of FINS answers, after the end code. Spec: OMRON W227 §5-3. */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { type Block, type Body, type DosTime, type FileEntry, type LinkRecord, NOTHING } from './bodies.ts'
import { AREAS } from './fins.table.ts'

/** Bytes of the whole answers of controller data read: what was asked is told by the length. */
const MODEL_BYTES = 92
const UNITS_BYTES = 67

export function readAnswer(code: number, r: Reader): Body {
  switch (code) {
    case 0x0101:
      return { is: 'data', data: r.view(r.left, 'values') }
    case 0x0104:
      return readValues(r)
    case 0x0201:
      return {
        is: 'parameters',
        area: r.u16('parameter area'),
        word: r.u16('first word'),
        count: r.u16('words'),
        data: r.view(r.left, 'data'),
      }
    case 0x0220:
      return { is: 'link-table', fixed: 0, id: 0, word: 0, length: 0, nodes: r.u8('link nodes') & 0x7f, records: readRecords(r) }
    case 0x0306:
    case 0x0307:
      return { is: 'program', program: r.u16('program'), word: r.u32('first word'), count: r.u16('bytes'), data: r.view(r.left, 'code') }
    case 0x0501:
      return readController(r)
    case 0x0502:
      return readUnits(r)
    case 0x0601:
      return {
        is: 'status',
        status: r.u8('status'),
        mode: r.u8('mode'),
        fatal: r.u16('fatal errors'),
        nonFatal: r.u16('non-fatal errors'),
        messages: r.u16('messages'),
        fal: r.u16('FAL/FALS number'),
        error: r.text(16, 'error message'),
      }
    case 0x0602:
      return {
        is: 'network',
        members: r.view(31, 'network members'),
        cycle: r.u16('communications cycle time'),
        polling: r.u8('polling unit'),
        operation: r.u8('cyclic operation'),
        transmission: r.u8('cyclic transmission'),
        nonFatal: r.view(8, 'non-fatal errors'),
        counters: r.view(62, 'error counters'),
      }
    case 0x0603:
      return { is: 'links', status: r.u8('data links'), master: r.u8('master node'), flags: r.view(r.left, 'status flags') }
    case 0x0620:
      return r.left < 12
        ? NOTHING
        : { is: 'cycle', average: readBcd(r, 'average'), longest: readBcd(r, 'longest'), shortest: readBcd(r, 'shortest') }
    case 0x0701:
      return { is: 'clock', fields: r.view(Math.min(r.left, 7), 'clock') }
    case 0x0801:
      return { is: 'data', data: r.view(r.left, 'test data') }
    case 0x0802:
      return { is: 'count', count: r.u16('receptions') }
    case 0x0920:
      return readMessages(r)
    case 0x0c01:
      // Present where another node holds the right.
      return r.left < 3
        ? { is: 'holder', network: 0, node: 0, unit: 0 }
        : { is: 'holder', network: r.u8('network'), node: r.u8('node'), unit: r.u8('unit') }
    case 0x2102:
      return readErrorLog(r)
    case 0x2201:
      return readFiles(r)
    case 0x2202: {
      const capacity = r.u32('file size')
      const position = r.u32('position')
      const length = r.u16('length')
      return { is: 'file-data', capacity, position, length, data: r.view(length, 'file data') }
    }
    case 0x2205:
    case 0x220a:
    case 0x220b:
      return { is: 'count', count: r.u16('count') }
    case 0x220c:
      return { is: 'count', count: r.u32('bytes') }
    case 0x220f:
      return readBlocks(r)
    case 0x2210:
      return { is: 'block', block: readBlock(r), number: 0, data: r.view(r.left, 'data') }
    case 0x230a:
      return {
        is: 'items',
        places: [{ area: r.u8('memory area'), address: r.u24('address') }],
        count: r.u16('items'),
        data: r.view(r.left, 'status'),
      }
    case 0x2603:
      return { is: 'name', name: r.text(r.left, 'name') }
    default:
      return NOTHING
  }
}

export const readBlock = (r: Reader): Block => ({ type: r.u8('data type'), control: r.u8('control data') })

function readValues(r: Reader): Body {
  const values: { area: number; data: Uint8Array }[] = []
  while (r.left > 0) {
    const area = r.u8('memory area')
    values.push({ area, data: r.view(AREAS[area]?.[1] ?? r.left, 'value') })
  }
  return { is: 'values', values }
}

export function readRecords(r: Reader): LinkRecord[] {
  const records: LinkRecord[] = []
  while (r.left >= 8) {
    const node = r.u8('node')
    const cio = r.u16('first CIO word')
    const kind = r.u8('kind of DM')
    records.push({ node, cio, kind, dm: r.u16('first DM word'), words: r.u16('words') })
  }
  return records
}

function readController(r: Reader): Body {
  const hasModel = r.left !== UNITS_BYTES && r.left >= MODEL_BYTES
  const hasUnits = r.left === UNITS_BYTES || r.left > MODEL_BYTES
  // Newer controllers answer with less; ICSNPP misreads the eighth unit of the short form, as its log repeats.
  const isShort = r.left === UNITS_BYTES
  const model = hasModel ? byteText(r.view(20, 'model')) : ''
  const version = hasModel ? byteText(r.view(20, 'version')) : ''
  const system = hasModel ? byteText(r.view(40, 'for system use')) : ''
  const sizes = hasModel
    ? [r.u16('program area, K words'), r.u8('IOM, KB'), r.u16('DM words'), r.u8('timers, K'), r.u8('expansion DM banks'), r.u16('steps')]
    : [0, 0, 0, 0, 0, 0]
  const card = hasModel ? r.u8('memory card') : -1
  const cardSize = hasModel ? r.u16('memory card, KB') : 0
  const units: number[] = []
  if (hasUnits) {
    for (let i = 0; i < 16; i++) {
      const unit = r.u16('CPU bus unit')
      units.push(isShort && i === 7 ? unit >> 8 : unit)
    }
    r.skip(32, 'reserved')
  }
  const remote = hasUnits ? r.u8('SYSMAC BUS masters') : 0
  const remote2 = hasUnits ? r.u8('SYSMAC BUS/2 masters') : 0
  return {
    is: 'controller',
    model,
    version,
    system,
    sizes,
    card,
    cardSize,
    units,
    remote,
    remote2,
    pcStatus: hasUnits ? r.u8('PC status') : 0,
  }
}

function readUnits(r: Reader): Body {
  const count = r.u8('units')
  const units: { address: number; model: string }[] = []
  while (r.left >= 21) units.push({ address: r.u8('unit address'), model: byteText(r.view(20, 'model')) })
  return { is: 'units', count: count & 0x7f, units }
}

/** Eight binary-coded digits; the last one is tenths. */
function readBcd(r: Reader, label: string): number {
  let value = 0
  for (const b of r.view(4, `${label}, 0.1 ms`)) value = value * 100 + (b >> 4) * 10 + (b & 15)
  return value
}

function readMessages(r: Reader): Body {
  if (r.left < 2) return { is: 'messages', type: 1, bits: 0, texts: [] }
  const parameter = r.u16('message parameter')
  const type = parameter >> 14
  const size = type === 2 ? 16 : 32
  const texts: string[] = []
  while (r.left >= size && texts.length < 16) texts.push(r.text(size, 'message'))
  return { is: 'messages', type, bits: parameter & 0x3fff, texts }
}

function readErrorLog(r: Reader): Body {
  const most = r.u16('most records')
  const stored = r.u16('stored records')
  const count = r.u16('records')
  const records: { code: number; detail: number; time: Uint8Array }[] = []
  while (r.left >= 10) records.push({ code: r.u16('error'), detail: r.u16('detail'), time: r.view(6, 'time') })
  return { is: 'error-log', most, stored, count, records }
}

function readDosTime(r: Reader): DosTime {
  const date = r.u16('date')
  const time = r.u16('time')
  return {
    year: (date >> 9) + 1980,
    month: (date >> 5) & 15,
    day: date & 31,
    hour: time >> 11,
    minute: (time >> 5) & 63,
    second: (time & 31) * 2,
  }
}

function readFiles(r: Reader): Body {
  const label = r.text(12, 'volume label')
  const time = readDosTime(r)
  const total = r.u32('capacity')
  const unused = r.u32('unused')
  const files = r.u16('files')
  const count = r.u16('files read')
  const entries: FileEntry[] = []
  for (let i = 0; i < (count & 0x7fff) && r.left >= 20; i++) {
    entries.push({ name: r.text(12, 'file name'), time: readDosTime(r), capacity: r.u32('file size') })
  }
  return { is: 'files', label, time, total, unused, files, count: count & 0x7fff, isLast: count >> 15 === 1, entries }
}

function readBlocks(r: Reader): Body {
  const remaining = r.u16('blocks remaining')
  const total = r.u16('blocks')
  const memory = r.u8('memory type')
  const blocks: Block[] = []
  while (r.left >= 2) blocks.push(readBlock(r))
  return { is: 'blocks', remaining, total, memory, blocks }
}
