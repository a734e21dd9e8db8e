/** What devices answer: the result of each confirmed service. Spec: ISO 9506-2, the clause of each service. */
import type { Reader } from '@isthmus/wire'
import { integerOf } from '../asn1/ber.ts'
import { tlvBytes, tlvOpen, tlvSkip, tlvTag } from '../asn1/tlv.ts'
import { byteText } from '../byte-text.ts'
import type { Body } from './body.ts'
import { type Budget, type Data, newBudget, readList, readOne } from './data.ts'
import { SERVICES } from './mms.table.ts'
import { MAX_NAMES, readTexts, readType, readVariables } from './names.ts'
import { accessSpecification } from './requests.ts'

const MAX_FIELDS = 64
const MAX_TYPES = 4096

export function readResponse(r: Reader, service: number, b: Body): void {
  const isPrimitive = (r.peek(0) & 0x20) === 0
  const body = tlvOpen(r, SERVICES[service]?.[0] ?? 'service')
  if (!isPrimitive) {
    b.bytes = body.bytes.subarray(body.at, body.end)
    const layout = LAYOUTS[service]
    if (layout !== undefined) layout(body, b)
    else if (body.left > 0) body.skip(body.left, 'result')
  } else if (body.left > 0) body.skip(body.left, 'result')
  if (body.short) r.short = true
}

type Layout = (r: Reader, b: Body) => void

const LAYOUTS: Readonly<Record<number, Layout>> = {
  0: (r, b) => {
    each(r, {
      0x80: (v) => (b.logical = integerOf(v)),
      0x81: (v) => (b.physical = integerOf(v)),
    })
  },
  1: (r, b) => {
    // §8.3: more follows unless it says otherwise.
    b.moreFollows = true
    for (let n = 0; n < MAX_FIELDS && r.left > 0 && !r.short; n++) {
      if (tlvTag(r) === 0xa0) b.names = readTexts(tlvOpen(r, 'identifiers'), 'identifier')
      else if (tlvTag(r) === 0x81) b.moreFollows = tlvBytes(r, 'more follows')[0] !== 0
      else tlvSkip(r, 'field')
    }
  },
  2: (r, b) => {
    each(r, {
      0x80: (v) => (b.vendor = byteText(v)),
      0x81: (v) => (b.model = byteText(v)),
      0x82: (v) => (b.revision = byteText(v)),
    })
  },
  4: readResult,
  5: results,
  6: (r, b) => {
    for (let n = 0; n < MAX_FIELDS && r.left > 0 && !r.short; n++) {
      if (tlvTag(r) === 0xa2) b.type = readType(tlvOpen(r, 'type'), { left: MAX_TYPES })
      else tlvSkip(r, 'field')
    }
  },
  12: (r, b) => {
    for (let n = 0; n < MAX_FIELDS && r.left > 0 && !r.short; n++) {
      if (tlvTag(r) === 0xa1) b.variables = readVariables(tlvOpen(r, 'variables'))
      else tlvSkip(r, 'field')
    }
  },
  27: segment,
  29: handled,
  30: segment,
  65: journal,
  72: (r, b) => {
    for (let n = 0; n < MAX_FIELDS && r.left > 0 && !r.short; n++) {
      if (tlvTag(r) === 0x80) b.handle = integerOf(tlvBytes(r, 'state machine'))
      else if (tlvTag(r) === 0xa1) b.size = attributes(tlvOpen(r, 'attributes'))
      else tlvSkip(r, 'field')
    }
  },
  73: segment,
  77: directory,
}

function each(r: Reader, fields: Readonly<Record<number, (value: Uint8Array) => unknown>>): void {
  for (let n = 0; n < MAX_FIELDS && r.left > 0 && !r.short; n++) {
    const take = fields[tlvTag(r)]
    if (take === undefined) tlvSkip(r, 'field')
    else take(tlvBytes(r, 'field'))
  }
}

/** Results, after what was asked for where the client wanted it back. */
function readResult(r: Reader, b: Body): void {
  for (let n = 0; n < 4 && r.left > 0 && !r.short; n++) {
    const tag = tlvTag(r)
    if (tag === 0xa1) results(tlvOpen(r, 'results'), b)
    else if (tag === 0xa0) accessSpecification(tlvOpen(r, 'access'), b)
    else tlvSkip(r, 'field')
  }
}

export function results(r: Reader, b: Body): void {
  const budget = newBudget()
  b.bytes = r.bytes.subarray(r.at, r.end)
  b.values = readList(r, budget)
  b.isTooDeep = budget.isTooDeep
}

/** Part of a file or a domain; more follows unless it says otherwise. */
function segment(r: Reader, b: Body): void {
  b.moreFollows = true
  for (let n = 0; n < 4 && r.left > 0 && !r.short; n++) {
    if (tlvTag(r) === 0x81) b.moreFollows = tlvBytes(r, 'more follows')[0] !== 0
    else b.data = tlvBytes(r, 'data')
  }
}

function handled(r: Reader, b: Body): void {
  each(r, { 0x80: (v) => (b.handle = integerOf(v)) })
}

function attributes(r: Reader): number {
  let size = -1
  each(r, { 0x80: (v) => (size = integerOf(v)) })
  return size
}

/** Entries of a log (§19.3.4): variables by tag, each with its value; the rest of an entry is stepped over. */
function journal(r: Reader, b: Body): void {
  b.moreFollows = false
  const names: string[] = []
  const values: Data[] = []
  const budget = newBudget()
  for (let n = 0; n < 4 && r.left > 0 && !r.short; n++) {
    if (tlvTag(r) === 0x81) b.moreFollows = tlvBytes(r, 'more follows')[0] !== 0
    else if (tlvTag(r) === 0xa0) {
      const list = tlvOpen(r, 'entries')
      while (list.left > 0 && !list.short && names.length < MAX_NAMES)
        logged(within(within(within(tlvOpen(list, 'entry'), 0xa2), 0xa2), 0xa1), names, values, budget)
    } else tlvSkip(r, 'field')
  }
  b.names = names
  b.values = values
}

/** The content of the field with this tag; nothing where there is none. */
function within(r: Reader, tag: number): Reader {
  for (let n = 0; n < MAX_FIELDS && r.left > 0 && !r.short; n++) {
    if (tlvTag(r) === tag) return tlvOpen(r, 'field')
    tlvSkip(r, 'field')
  }
  return r.sub(0, 'nothing')
}

function logged(r: Reader, names: string[], values: Data[], budget: Budget): void {
  while (r.left > 0 && !r.short && names.length < MAX_NAMES) {
    const pair = tlvOpen(r, 'variable')
    if (tlvTag(pair) !== 0x80) continue
    names.push(byteText(tlvBytes(pair, 'tag')))
    values.push(readOne(tlvOpen(pair, 'value'), budget))
  }
}

/** Entries, in a list of their own inside the first field; some devices leave that out. */
function directory(r: Reader, b: Body): void {
  b.moreFollows = false
  const names: string[] = []
  for (let n = 0; n < 4 && r.left > 0 && !r.short; n++) {
    if (tlvTag(r) === 0x81) b.moreFollows = tlvBytes(r, 'more follows')[0] !== 0
    else if (tlvTag(r) === 0xa0) {
      const field = tlvOpen(r, 'entries')
      entries(tlvTag(field) === 0x30 && field.peek(contentAt(field)) === 0x30 ? tlvOpen(field, 'list') : field, names)
    } else tlvSkip(r, 'field')
  }
  b.names = names
}

const contentAt = (r: Reader): number => (r.peek(1) > 0x80 ? 2 + (r.peek(1) & 0x7f) : 2)

function entries(r: Reader, names: string[]): void {
  while (r.left > 0 && !r.short && names.length < MAX_NAMES) {
    const entry = tlvOpen(r, 'entry')
    if (tlvTag(entry) === 0xa0) names.push(readTexts(tlvOpen(entry, 'file name'), 'part').join(''))
    while (entry.left > 0 && !entry.short) tlvSkip(entry, 'attributes')
  }
}
