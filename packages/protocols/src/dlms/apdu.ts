/** xDLMS APDUs: services on COSEM objects, plain or ciphered. Spec: IEC 62056-5-3 §9.3 and §9.5. */
import { Reader } from '@isthmus/wire'
import { tlvOpen, tlvTag } from '../asn1/tlv.ts'
import { type Acse, readAcse } from '../osi/acse.ts'
import { type Budget, type Data, hexOf, newBudget, readData, readLength } from './data.ts'
import { APDU, APDU_NAMES, CIPHERED } from './dlms.table.ts'

/** Descriptors and results of one list. */
const MAX_LIST = 256
const NO_TARGETS: readonly Target[] = []
const NO_RESULTS: readonly Result[] = []
const EMPTY = new Uint8Array(0)
/** Security control: 0x10 authenticated, 0x20 encrypted. */
const ENCRYPTED = 0x20
const AUTHENTICATED = 0x10
const AUTHENTICATION_TAG = 12

/** An attribute or a method of an object; a short name where the class is -1. */
export type Target = { readonly classId: number; readonly obis: string; readonly item: number }

/** A value, or why there is none; code 0 is success. */
export type Result = { readonly code: number; readonly data: Data | undefined }

export type Apdu = {
  readonly tag: number
  /** Kind of request or response: normal, next, block, list. */
  kind: number
  invoke: number
  targets: readonly Target[]
  results: readonly Result[]
  /** Block transfer: number, whether it is the last, raw data. */
  block: number
  isLast: boolean
  raw: Uint8Array
  /** The tag of what is ciphered; -1 where nothing is. */
  hides: number
  security: number
  counter: number
  title: string
  acse: Acse | undefined
  /** Conformance and longest APDU of an initiation. */
  conformance: number
  maxPdu: number
  time: string
}

export function readApdu(r: Reader, depth = 0): Apdu {
  const tag = r.peek(0)
  const m: Apdu = {
    tag,
    kind: -1,
    invoke: -1,
    targets: NO_TARGETS,
    results: NO_RESULTS,
    block: -1,
    isLast: true,
    raw: EMPTY,
    hides: -1,
    security: -1,
    counter: -1,
    title: '',
    acse: undefined,
    conformance: -1,
    maxPdu: -1,
    time: '',
  }
  if (tag >= APDU.associationRequest && tag <= APDU.releaseResponse) {
    m.acse = readAcse(r)
    initiation(m)
    return m
  }
  r.u8('APDU')
  r.note(APDU_NAMES[tag] ?? APDU_NAMES[CIPHERED[tag] ?? -1] ?? '')
  if (CIPHERED[tag] !== undefined || (tag >= APDU.generalGlobal && tag <= APDU.general)) return ciphered(r, m, depth)
  LAYOUTS[tag]?.(r, m, newBudget())
  return m
}

type Layout = (r: Reader, m: Apdu, budget: Budget) => void

const LAYOUTS: Readonly<Record<number, Layout>> = {
  [APDU.initiateRequest]: initiate,
  [APDU.initiateResponse]: (r, m) => {
    if (r.u8('quality of service present') !== 0) r.skip(1, 'quality of service')
    r.skip(1, 'version')
    conformance(r, m)
  },
  [APDU.get]: (r, m, budget) => {
    begin(r, m)
    if (m.kind === 2) m.block = r.u32('block')
    else m.targets = descriptors(r, m.kind === 3, budget)
  },
  [APDU.getResponse]: (r, m, budget) => {
    begin(r, m)
    if (m.kind === 2) {
      m.isLast = r.u8('last block') !== 0
      m.block = r.u32('block')
      if (r.u8('choice') === 0) m.raw = r.view(readLength(r), 'raw data')
      else m.results = [{ code: r.u8('result'), data: undefined }]
    } else m.results = list(r, m.kind === 3, () => choice(r, budget))
  },
  [APDU.set]: (r, m, budget) => {
    begin(r, m)
    if (m.kind === 3) {
      m.isLast = r.u8('last block') !== 0
      m.block = r.u32('block')
      return
    }
    m.targets = descriptors(r, m.kind === 4 || m.kind === 5, budget)
    if (m.kind === 1 || m.kind === 4) m.results = list(r, m.kind === 4, () => ({ code: 0, data: readData(r, budget) }))
  },
  [APDU.setResponse]: (r, m) => {
    begin(r, m)
    if (m.kind !== 2) m.results = list(r, m.kind === 4 || m.kind === 5, () => ({ code: r.u8('result'), data: undefined }))
  },
  [APDU.action]: (r, m, budget) => {
    begin(r, m)
    if (m.kind !== 1 && m.kind !== 3) return
    m.targets = list(r, m.kind === 3, () => target(r))
    if (m.kind === 1 && r.u8('parameters present') !== 0) m.results = [{ code: 0, data: readData(r, budget) }]
  },
  [APDU.actionResponse]: (r, m, budget) => {
    begin(r, m)
    if (m.kind !== 1 && m.kind !== 3) return
    m.results = list(r, m.kind === 3, () => {
      const code = r.u8('result')
      return { code, data: r.left > 0 && r.u8('return present') !== 0 ? choice(r, budget).data : undefined }
    })
  },
  [APDU.event]: (r, m, budget) => {
    if (r.u8('time present') !== 0) m.time = hexOf(r.view(readLength(r), 'time'))
    m.targets = [target(r)]
    m.results = [{ code: 0, data: readData(r, budget) }]
  },
  [APDU.dataNotification]: (r, m, budget) => {
    m.invoke = r.u32('invoke id')
    m.time = hexOf(r.view(readLength(r), 'time'))
    m.results = [{ code: 0, data: readData(r, budget) }]
  },
  [APDU.readRequest]: (r, m) => {
    m.targets = list(r, true, () => shortName(r))
  },
  [APDU.writeRequest]: (r, m, budget) => {
    m.targets = list(r, true, () => shortName(r))
    m.results = list(r, true, () => ({ code: 0, data: readData(r, budget) }))
  },
  [APDU.readResponse]: (r, m, budget) => {
    m.results = list(r, true, () => choice(r, budget))
  },
  [APDU.writeResponse]: (r, m) => {
    m.results = list(r, true, () => ({ code: r.u8('choice') === 0 ? 0 : r.u8('result'), data: undefined }))
  },
  [APDU.exception]: (r, m) => {
    m.kind = r.u8('state error')
    m.block = r.u8('service error')
  },
  [APDU.serviceError]: (r, m) => {
    m.kind = r.u8('service')
    m.block = r.u16('error')
  },
}

function begin(r: Reader, m: Apdu): void {
  m.kind = r.u8('kind')
  m.invoke = r.u8('invoke id and priority') & 0x0f
}

function list<T>(r: Reader, isList: boolean, read: () => T): T[] {
  const count = isList ? readLength(r) : 1
  const all: T[] = []
  while (all.length < count && all.length < MAX_LIST && r.left > 0 && !r.short) all.push(read())
  return all
}

function target(r: Reader): Target {
  const classId = r.u16('class')
  const obis = obisText(r.view(6, 'instance'))
  return { classId, obis, item: r.i8('attribute or method') }
}

function descriptors(r: Reader, isList: boolean, budget: Budget): Target[] {
  return list(r, isList, () => {
    const one = target(r)
    if (r.left > 0 && r.u8('selection') !== 0) {
      r.skip(1, 'selector')
      readData(r, budget)
    }
    return one
  })
}

function shortName(r: Reader): Target {
  const kind = r.u8('choice')
  // 2 a name, 4 a name with a selection, 5 a block.
  const name = r.u16('short name')
  if (kind === 4) {
    r.skip(1, 'selector')
    readData(r, newBudget())
  }
  return { classId: -1, obis: `short name 0x${name.toString(16).padStart(4, '0')}`, item: -1 }
}

function choice(r: Reader, budget: Budget): Result {
  return r.u8('choice') === 0 ? { code: 0, data: readData(r, budget) } : { code: r.u8('result'), data: undefined }
}

/** A-B:C.D.E*F. */
export function obisText(b: Uint8Array): string {
  return b.length < 6 ? '' : `${b[0]}-${b[1]}:${b[2]}.${b[3]}.${b[4]}*${b[5]}`
}

function ciphered(r: Reader, m: Apdu, depth: number): Apdu {
  m.hides = CIPHERED[m.tag] ?? -1
  if (m.tag === APDU.general) {
    readLength(r)
    return m
  }
  if (m.hides < 0) m.title = hexOf(r.view(readLength(r), 'system title'))
  const body = r.sub(Math.min(readLength(r), r.left), 'ciphered')
  m.security = body.u8('security control')
  m.counter = body.u32('invocation counter')
  // Authenticated only: what is inside can be read.
  if ((m.security & ENCRYPTED) === 0 && (m.security & AUTHENTICATED) !== 0 && depth === 0 && body.left > AUTHENTICATION_TAG) {
    const inner = readApdu(body.sub(body.left - AUTHENTICATION_TAG, 'plain'), 1)
    return { ...inner, security: m.security, counter: m.counter, title: m.title }
  }
  if (body.left > 0) body.skip(body.left, 'cipher text')
  return m
}

/** The octet string in an association's user information. */
function initiation(m: Apdu): void {
  const user = m.acse!.user
  if (user.length === 0) return
  const r = new Reader(user)
  if (tlvTag(r) !== 0x04) return
  const inner = tlvOpen(r, 'initiation')
  const tag = inner.u8('tag')
  if (CIPHERED[tag] !== undefined) {
    m.hides = CIPHERED[tag]!
    readLength(inner)
    m.security = inner.u8('security control')
    m.counter = inner.u32('invocation counter')
  } else LAYOUTS[tag]?.(inner, m, newBudget())
}

function initiate(r: Reader, m: Apdu): void {
  if (r.u8('dedicated key present') !== 0) r.skip(readLength(r), 'dedicated key')
  if (r.u8('response allowed present') !== 0) r.skip(1, 'response allowed')
  if (r.u8('quality of service present') !== 0) r.skip(1, 'quality of service')
  r.skip(1, 'version')
  conformance(r, m)
}

function conformance(r: Reader, m: Apdu): void {
  // Application tag 31 with its length, then unused bits.
  if (r.peek(0) === 0x5f) r.skip(r.peek(1) === 0x1f ? 3 : 2, 'conformance tag')
  r.skip(1, 'unused bits')
  m.conformance = r.u24('conformance')
  m.maxPdu = r.u16('longest APDU')
}
