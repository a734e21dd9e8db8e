/** Bodies of FINS commands. Spec: OMRON W227 §5-3. */
import type { Reader } from '@isthmus/wire'
import { type Body, NOTHING, type Place } from './bodies.ts'
import { readBlock, readRecords } from './read-answer.ts'

export const readPlace = (r: Reader): Place => ({ area: r.u8('memory area'), address: r.u24('address') })
const fileName = (r: Reader): string => r.text(12, 'file name')
/** What a read of zero bytes yields: bodies without a number where one may be left out. */
const ABSENT = -1

export function readCommand(code: number, r: Reader): Body {
  switch (code) {
    case 0x0101:
    case 0x0102:
    case 0x0103:
      return { is: 'items', places: [readPlace(r)], count: r.u16('items'), data: r.view(r.left, 'values') }
    case 0x0104:
      return { is: 'items', places: readPlaces(r), count: 0, data: r.view(0) }
    case 0x0105:
      return { is: 'items', places: [readPlace(r), readPlace(r)], count: r.u16('items'), data: r.view(0) }
    case 0x0201:
    case 0x0202:
    case 0x0203:
      return {
        is: 'parameters',
        area: r.u16('parameter area'),
        word: r.u16('first word'),
        count: r.u16('words'),
        data: r.view(r.left, 'data'),
      }
    case 0x0220:
    case 0x0221:
      return readLinkTable(r)
    case 0x0304:
    case 0x0305:
      return {
        is: 'protect',
        program: r.u16('program'),
        code: r.u8('protect code'),
        word: r.u32('first word'),
        last: r.u32('last word'),
        password: r.text(4, 'password'),
      }
    case 0x0306:
    case 0x0307:
      return { is: 'program', program: r.u16('program'), word: r.u32('first word'), count: r.u16('bytes'), data: r.view(r.left, 'code') }
    case 0x0308:
      return { is: 'clear', program: r.u16('program'), code: r.u8('clear code') }
    case 0x0401:
      return { is: 'run', program: r.left > 0 ? r.u16('program') : 0, mode: r.left > 0 ? r.u8('mode') : ABSENT }
    case 0x0501:
    case 0x0620:
      return { is: 'choice', value: r.left > 0 ? r.u8('data to read') : ABSENT }
    case 0x0502:
      return { is: 'units-asked', first: r.left > 0 ? r.u8('unit address') : 0, count: r.left > 0 ? r.u8('units') : 25 }
    case 0x0702:
      return { is: 'clock', fields: r.view(Math.min(r.left, 7), 'clock') }
    case 0x0801:
    case 0x0803:
      return { is: 'data', data: r.view(r.left, 'test data') }
    case 0x0920: {
      const parameter = r.u16('message parameter')
      return { is: 'messages', type: parameter >> 14, bits: parameter & 0x3fff, texts: [] }
    }
    case 0x0c01:
    case 0x0c02:
    case 0x0c03:
      return { is: 'choice', value: r.left > 0 ? r.u16('program') : 0 }
    case 0x2101:
      return { is: 'error', code: r.u16('error to clear') }
    case 0x2102:
      return { is: 'error-log-asked', first: r.u16('first record'), count: r.u16('records') }
    case 0x230a: {
      const place = readPlace(r)
      return { is: 'items', places: [place], count: r.u16('items'), data: r.view(r.left) }
    }
    case 0x2301:
      return readForces(r)
    case 0x2601:
      return { is: 'name', name: r.text(r.left, 'name') }
    default:
      return code >> 8 === 0x22 ? readFileCommand(code, r) : NOTHING
  }
}

function readFileCommand(code: number, r: Reader): Body {
  const none = r.view(0)
  switch (code) {
    case 0x2201:
      return { is: 'files-asked', disk: r.u16('disk'), first: r.u16('first file'), count: r.u16('files') }
    case 0x2202:
      return {
        is: 'file',
        disk: r.u16('disk'),
        names: [fileName(r)],
        parameter: ABSENT,
        position: r.u32('position'),
        length: r.u16('length'),
        data: none,
      }
    case 0x2203: {
      const disk = r.u16('disk')
      const parameter = r.u16('parameter')
      const names = [fileName(r)]
      const position = r.u32('position')
      const length = r.u16('length')
      return { is: 'file', disk, names, parameter, position, length, data: r.view(length, 'file data') }
    }
    case 0x2204:
      return { is: 'file', disk: r.u16('disk'), names: [], parameter: ABSENT, position: ABSENT, length: ABSENT, data: none }
    case 0x2205: {
      const disk = r.u16('disk')
      const length = r.u16('files')
      const names: string[] = []
      for (let i = 0; i < length && r.left >= 12; i++) names.push(fileName(r))
      return { is: 'file', disk, names, parameter: ABSENT, position: ABSENT, length, data: none }
    }
    case 0x2206:
      return {
        is: 'file',
        disk: r.u16('disk'),
        parameter: r.u16('parameter'),
        names: [r.text(r.left, 'volume label')],
        position: ABSENT,
        length: ABSENT,
        data: none,
      }
    case 0x2207:
      return { is: 'copy', from: r.u16('source disk'), source: fileName(r), to: r.u16('destination disk'), target: fileName(r) }
    case 0x2208: {
      const disk = r.u16('disk')
      const target = r.text(12, 'new name')
      return { is: 'copy', from: disk, source: r.text(12, 'old name'), to: disk, target }
    }
    case 0x2209:
      return { is: 'file', disk: r.u16('disk'), names: [fileName(r)], parameter: ABSENT, position: ABSENT, length: ABSENT, data: none }
    case 0x220a: {
      const parameter = r.u16('parameter')
      const { area, address } = readPlace(r)
      return { is: 'transfer', parameter, area, address, count: r.u16('items'), disk: r.u16('disk'), name: fileName(r) }
    }
    case 0x220b:
      return {
        is: 'transfer',
        parameter: r.u16('parameter'),
        area: r.u16('parameter area'),
        address: r.u16('first word'),
        count: r.u16('words'),
        disk: r.u16('disk'),
        name: fileName(r),
      }
    case 0x220c:
      return {
        is: 'transfer',
        parameter: r.u16('parameter'),
        area: r.u16('program'),
        address: r.u32('first word'),
        count: r.u32('bytes'),
        disk: r.u16('disk'),
        name: fileName(r),
      }
    case 0x220f:
      return { is: 'blocks-asked', first: r.u16('first block'), count: r.u8('blocks') }
    case 0x2210:
      return { is: 'blocks-asked', first: r.u16('block'), count: ABSENT }
    case 0x2211: {
      const block = readBlock(r)
      return { is: 'block', block, number: r.u16('block number'), data: r.view(r.left, 'data') }
    }
    default:
      return NOTHING
  }
}

function readPlaces(r: Reader): Place[] {
  const places: Place[] = []
  while (r.left >= 4) places.push(readPlace(r))
  return places
}

function readLinkTable(r: Reader): Body {
  const fixed = r.u16('fixed')
  const id = r.u16('intelligent id')
  const word = r.u16('first word')
  const length = r.u16('length')
  const nodes = r.left > 0 ? r.u8('link nodes') & 0x7f : 0
  return { is: 'link-table', fixed, id, word, length, nodes, records: readRecords(r) }
}

function readForces(r: Reader): Body {
  const count = r.u16('bits')
  const bits: (Place & { action: number })[] = []
  while (r.left >= 6) {
    const action = r.u16('action')
    bits.push({ action, area: r.u8('memory area'), address: r.u24('address') })
  }
  return { is: 'forces', count, bits }
}
