/** Presentation: which syntaxes an association speaks, and values under the number of their syntax. Spec: ISO 8823-1 §8. */
import type { Reader } from '@isthmus/wire'
import { integerOf, oidOf } from '../asn1/ber.ts'
import { tlvBytes, tlvOpen, tlvSkip, tlvTag } from '../asn1/tlv.ts'
import { hexText, SHOWN_BYTES } from '../byte-text.ts'

export type Context = { readonly id: number; readonly abstract: string; readonly result: number }
export type Value = { readonly context: number; readonly bytes: Uint8Array }

export type Presentation = {
  calling: string
  called: string
  responding: string
  contexts: Context[]
  reason: number
  values: Value[]
}

/** Contexts and values of one PPDU: protects against frames of empty ones. */
const MAX_ITEMS = 64

export const nothingPresented = (): Presentation => ({ calling: '', called: '', responding: '', contexts: [], reason: -1, values: [] })

export function readPresentation(r: Reader, p: Presentation): void {
  const tag = tlvTag(r)
  if (tag === 0x61 || tag === 0x60) readUserData(r, p)
  else if (tag === 0x31 || tag === 0x30) readParameters(tlvOpen(r, 'presentation'), p)
  // Abort by the user: [0], by the provider: a sequence.
  else if (tag === 0xa0) readParameters(tlvOpen(r, 'presentation abort'), p)
  else tlvSkip(r, 'presentation')
}

function readParameters(r: Reader, p: Presentation): void {
  for (let n = 0; n < MAX_ITEMS && r.left > 0 && !r.short; n++) {
    const tag = tlvTag(r)
    if (tag === 0xa2 || tag === 0x30) readParameters(tlvOpen(r, 'normal mode'), p)
    else if (tag === 0x81) p.calling = hexText(tlvBytes(r, 'calling selector'), SHOWN_BYTES)
    else if (tag === 0x82) p.called = hexText(tlvBytes(r, 'called selector'), SHOWN_BYTES)
    else if (tag === 0x83) p.responding = hexText(tlvBytes(r, 'responding selector'), SHOWN_BYTES)
    else if (tag === 0xa4) readContexts(tlvOpen(r, 'contexts'), p)
    else if (tag === 0xa5) readResults(tlvOpen(r, 'context results'), p)
    else if (tag === 0x8a) p.reason = integerOf(tlvBytes(r, 'provider reason'))
    else if (tag === 0x61 || tag === 0x60) readUserData(r, p)
    else tlvSkip(r, 'parameter')
  }
}

function readContexts(r: Reader, p: Presentation): void {
  while (r.left > 0 && !r.short && p.contexts.length < MAX_ITEMS) {
    const item = tlvOpen(r, 'context')
    const id = tlvTag(item) === 0x02 ? integerOf(tlvBytes(item, 'id')) : -1
    p.contexts.push({ id, abstract: tlvTag(item) === 0x06 ? oidOf(tlvBytes(item, 'abstract syntax')) : '', result: -1 })
  }
}

function readResults(r: Reader, p: Presentation): void {
  while (r.left > 0 && !r.short && p.contexts.length < MAX_ITEMS) {
    const item = tlvOpen(r, 'result')
    p.contexts.push({ id: -1, abstract: '', result: tlvTag(item) === 0x80 ? integerOf(tlvBytes(item, 'result')) : -1 })
  }
}

/** Fully encoded: values each under its context; simply encoded: one of the default context. */
function readUserData(r: Reader, p: Presentation): void {
  const isSimple = tlvTag(r) === 0x60
  const list = tlvOpen(r, 'user data')
  if (isSimple) {
    p.values.push({ context: -1, bytes: list.bytes.subarray(list.at, list.end) })
    return
  }
  // What the capture cut short is carried as far as it goes: its head names the service.
  while (list.left > 0 && p.values.length < MAX_ITEMS) {
    const item = tlvOpen(list, 'value')
    if (tlvTag(item) === 0x06) tlvSkip(item, 'transfer syntax')
    const context = tlvTag(item) === 0x02 ? integerOf(tlvBytes(item, 'context')) : -1
    const tag = tlvTag(item)
    if (tag !== 0xa0 && tag !== 0x81 && tag !== 0x82) {
      if (list.short) break
      continue
    }
    const data = tlvOpen(item, 'data')
    // The unused bits of an arbitrary encoding.
    const from = tag === 0x82 ? data.at + 1 : data.at
    p.values.push({ context, bytes: data.bytes.subarray(Math.min(from, data.end), data.end) })
    if (item.short) list.short = true
    if (list.short) break
  }
  if (list.short) r.short = true
}
