/** What clients ask for: the argument of each confirmed service. Spec: ISO 9506-2, the clause of each service. */
import type { Reader } from '@isthmus/wire'
import { integerOf } from '../asn1/ber.ts'
import { tlvBytes, tlvOpen, tlvSkip, tlvTag } from '../asn1/tlv.ts'
import { byteText } from '../byte-text.ts'
import type { Body } from './body.ts'
import { newBudget, readList } from './data.ts'
import { SERVICE, SERVICES } from './mms.table.ts'
import { readName, readSpecification, readTexts, readVariables } from './names.ts'

/** Fields of one argument. */
const MAX_FIELDS = 64

export function readRequest(r: Reader, service: number, b: Body): void {
  const isPrimitive = (r.peek(0) & 0x20) === 0
  const label = SERVICES[service]?.[0] ?? 'service'
  if (isPrimitive) {
    const bytes = tlvBytes(r, label)
    if (
      service === SERVICE.fileRead ||
      service === SERVICE.fileClose ||
      service === SERVICE.uploadSegment ||
      service === SERVICE.terminateUpload
    ) {
      b.handle = integerOf(bytes)
    } else if (bytes.length > 0 && service !== SERVICE.status) b.names = [byteText(bytes)]
    return
  }
  const body = tlvOpen(r, label)
  const layout = LAYOUTS[service] ?? anyNames
  layout(body, b)
  if (body.short) r.short = true
}

type Layout = (r: Reader, b: Body) => void

const LAYOUTS: Readonly<Record<number, Layout>> = {
  1: nameList,
  4: readArgument,
  5: writeArgument,
  6: (r, b) => {
    b.variables = [tlvTag(r) === 0xa0 || tlvTag(r) === 0xa1 ? readSpecification(r) : '']
  },
  11: (r, b) => {
    b.list = readName(r)
    if (tlvTag(r) === 0xa0) b.variables = readVariables(tlvOpen(r, 'variables'))
  },
  12: (r, b) => {
    b.list = readName(r)
  },
  13: deleteLists,
  46: files,
  72: files,
  75: files,
  76: (r, b) => {
    b.names = [readTexts(r, 'file name').join('')]
  },
  77: files,
}

/** Named and listed variables, as a read or write or report names them: true when the cursor stood at one. */
export function accessSpecification(r: Reader, b: Body): boolean {
  const tag = tlvTag(r)
  if (tag === 0xa0) b.variables = readVariables(tlvOpen(r, 'variables'))
  else if (tag === 0xa1) b.list = readName(tlvOpen(r, 'variable list'))
  else return false
  return true
}

function readArgument(r: Reader, b: Body): void {
  for (let n = 0; n < 4 && r.left > 0 && !r.short; n++) {
    if (tlvTag(r) === 0xa1) accessSpecification(tlvOpen(r, 'access'), b)
    else tlvSkip(r, 'specification with result')
  }
}

function writeArgument(r: Reader, b: Body): void {
  accessSpecification(r, b)
  if (tlvTag(r) !== 0xa0) return
  const list = tlvOpen(r, 'data')
  const budget = newBudget()
  b.values = readList(list, budget)
  b.isTooDeep = budget.isTooDeep
  if (list.short) r.short = true
}

function nameList(r: Reader, b: Body): void {
  for (let n = 0; n < MAX_FIELDS && r.left > 0 && !r.short; n++) {
    const tag = tlvTag(r)
    if (tag === 0xa0) b.objectClass = integerOf(tlvBytes(tlvOpen(r, 'object class'), 'class'))
    else if (tag === 0xa1) {
      const scope = tlvOpen(r, 'scope')
      b.scope = tlvTag(scope) === 0x81 ? byteText(tlvBytes(scope, 'domain')) : ''
    } else if (tag === 0x82) b.text = byteText(tlvBytes(r, 'continue after'))
    else tlvSkip(r, 'field')
  }
}

function deleteLists(r: Reader, b: Body): void {
  for (let n = 0; n < MAX_FIELDS && r.left > 0 && !r.short; n++) {
    const tag = tlvTag(r)
    if (tag === 0xa1) {
      const list = tlvOpen(r, 'lists')
      const names: string[] = []
      while (list.left > 0 && !list.short && names.length < MAX_FIELDS) names.push(readName(list))
      b.names = names
    } else if (tag === 0x82) b.scope = byteText(tlvBytes(r, 'domain'))
    else tlvSkip(r, 'field')
  }
}

/** File names are sequences of parts: source and destination, or one. */
function files(r: Reader, b: Body): void {
  const names: string[] = []
  for (let n = 0; n < MAX_FIELDS && r.left > 0 && !r.short; n++) {
    const tag = tlvTag(r)
    if (tag === 0xa0 || tag === 0xa1 || tag === 0xa2) names.push(readTexts(tlvOpen(r, 'file name'), 'part').join(''))
    else if (tag === 0x81) b.handle = integerOf(tlvBytes(r, 'position'))
    else tlvSkip(r, 'field')
  }
  b.names = names
}

/** Every text at the top of an argument: names of domains, program invocations, semaphores, journals. */
function anyNames(r: Reader, b: Body): void {
  const names: string[] = []
  for (let n = 0; n < MAX_FIELDS && r.left > 0 && !r.short; n++) {
    const tag = tlvTag(r)
    if (tag === 0xa0 && (r.peek(2) === 0xa1 || r.peek(2) === 0x80)) names.push(readName(tlvOpen(r, 'name')))
    else if (tag === 0xa1 && r.peek(2) === 0x1a) names.push(...readTexts(tlvOpen(r, 'names'), 'name'))
    else if (tag === 0x80 || tag === 0x81 || tag === 0x1a) {
      const bytes = tlvBytes(r, 'name')
      if (bytes.length > 1) names.push(byteText(bytes))
    } else tlvSkip(r, 'field')
  }
  b.names = names
}
