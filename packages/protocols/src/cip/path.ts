/** Request and connection paths. Spec: ODVA, The CIP Networks Library Vol. 1, App. C-1. */
import type { Reader } from '@isthmus/wire'
import { CLASSES, LOGIX_CLASSES } from './cip.table.ts'

/** -1 and '' where the path does not say. Of several classes the last; the ones before it are its `scope`. */
export type Path = {
  classId: number
  instance: number
  attribute: number
  scope: string
  /** A tag by name, with members and elements: `Program:Main.Speed[3]`. */
  symbol: string
  /** Through ports: `slot 3`, or `port 2 10.1.1.1` and so on, hop by hop. */
  route: string
  /** It holds a safety segment (Vol. 5): the connection carries safety data. */
  isSafety: boolean
}

export const NO_PATH: Path = { classId: -1, instance: -1, attribute: -1, scope: '', symbol: '', route: '', isSafety: false }

/** Reads a padded path to the end of `r`. */
export function readPath(r: Reader): Path {
  const path: Path = { classId: -1, instance: -1, attribute: -1, scope: '', symbol: '', route: '', isSafety: false }
  while (r.left > 0) {
    const segment = r.u8('segment')
    switch (segment >> 5) {
      case 0:
        readPort(r, segment, path)
        break
      case 1:
        readLogical(r, segment, path)
        break
      case 2:
        if (segment === 0x50) path.isSafety = true
        // Network segments: one byte, or a length in words when bit 4 is set.
        if (segment & 0x10) r.skip(r.u8('length') * 2, 'network data')
        else r.skip(1, 'network data')
        break
      case 4:
        readData(r, segment, path)
        break
      default:
        // Reserved, or of a form whose length is unknown: nothing behind it can be read.
        r.skip(r.left, 'rest of path')
        return path
    }
  }
  return path
}

const LOGICAL = ['class', 'instance', 'member', 'connection point', 'attribute', 'special', 'service', 'extended']

/** App. C-1.4.2 */
function readLogical(r: Reader, segment: number, path: Path): void {
  const type = (segment >> 2) & 7
  const format = segment & 3
  if (type === 5) {
    // Electronic key: format 4, 8 bytes.
    r.skip(r.u8('key format') === 4 ? 8 : 0, 'electronic key')
    return
  }
  if (format !== 0 && format !== 3) r.skip(1, 'pad')
  const label = LOGICAL[type]!
  const value = format === 0 ? r.u8(label) : format === 1 ? r.u16le(label) : format === 2 ? r.u32le(label) : -1
  if (type === 0) {
    if (path.classId >= 0) path.scope += `${className(path.classId)} ${path.instance < 0 ? '' : path.instance} `
    r.note(LOGIX_CLASSES[value] ?? CLASSES[value] ?? '')
    path.classId = value
    path.instance = -1
  } else if (type === 1) path.instance = value
  else if (type === 4) path.attribute = value
  else if (type === 2 && path.symbol !== '') path.symbol = element(path.symbol, value)
}

/** `A[1]` and a further index: `A[1,2]`. */
function element(symbol: string, index: number): string {
  return symbol.endsWith(']') ? `${symbol.slice(0, -1)},${index}]` : `${symbol}[${index}]`
}

/** App. C-1.4.5: extended symbol. */
function readData(r: Reader, segment: number, path: Path): void {
  if (segment !== 0x91) {
    r.skip(r.u8('words') * 2, 'data')
    return
  }
  const length = r.u8('symbol length')
  const name = ascii(r.view(length, 'symbol'))
  if (length % 2 === 1) r.skip(1, 'pad')
  path.symbol = path.symbol === '' ? name : `${path.symbol}.${name}`
}

/** App. C-1.4.1: port and link address. Port 1 is the backplane, whose addresses are slots. */
function readPort(r: Reader, segment: number, path: Path): void {
  const isLong = (segment & 0x10) !== 0
  const size = isLong ? r.u8('link size') : 1
  const number = segment & 0x0f
  const port = number === 15 ? r.u16le('port') : number
  const link = r.view(size, 'link address')
  if (isLong && size % 2 === 1) r.skip(1, 'pad')
  const hop = port === 1 && size === 1 ? `slot ${link[0] ?? 0}` : `port ${port} ${size === 1 ? (link[0] ?? 0) : ascii(link)}`
  path.route = path.route === '' ? hop : `${path.route}, ${hop}`
}

/** Short names: cheaper than a decoder. */
export function ascii(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]!)
  return text
}

export function className(id: number): string {
  return LOGIX_CLASSES[id] ?? CLASSES[id] ?? `class 0x${id.toString(16)}`
}

/** `Program:Main.Speed[3]`, `Identity 1 attribute 5`, `Program 4 Routine 12`. */
export function objectOf(path: Path): string {
  if (path.symbol !== '') return path.symbol
  if (path.classId < 0) return ''
  const instance = path.instance < 0 ? '' : ` ${path.instance}`
  const attribute = path.attribute < 0 ? '' : ` attribute ${path.attribute}`
  return `${path.scope}${className(path.classId)}${instance}${attribute}`
}
