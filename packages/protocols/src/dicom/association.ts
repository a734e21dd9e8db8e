/**
 * What two applications agree on before they talk (DICOM PS3.8 §9.3.2, §9.3.3, annex D; PS3.7 annex D.3):
 *
 *   | version u16 | 2 | called 16 | calling 16 | 32 | items: type u8, 0, length u16, value |   big-endian
 */
import type { Reader } from '@isthmus/wire'
import { byteText, withoutPadding } from '../byte-text.ts'

export type PresentationContext = {
  readonly id: number
  /** Of an answer: 0 accepted; -1 in a request. */
  readonly result: number
  readonly abstract: string
  readonly transfers: string[]
}

/** `type` as in USER_TYPES; the secret is masked by whoever tells of it. */
export type UserIdentity = { readonly type: number; readonly primary: string; readonly secondary: string }

export type Association = {
  readonly version: number
  readonly called: string
  readonly calling: string
  readonly application: string
  readonly contexts: readonly PresentationContext[]
  readonly maxLength: number
  /** Implementation class UID and version name. */
  readonly implementation: string
  readonly release: string
  readonly user: UserIdentity | undefined
}

/** Odd ids: no more fit a byte. */
const MAX_CONTEXTS = 128
const MAX_TRANSFERS = 64

type Draft = { -readonly [K in keyof Association]: Association[K] } & { contexts: PresentationContext[] }

export function readAssociation(r: Reader): Association {
  const version = r.u16('protocol version')
  r.skip(2, 'reserved')
  const called = title(r, 'called AE title')
  const calling = title(r, 'calling AE title')
  r.skip(32, 'reserved')
  const a: Draft = {
    version,
    called,
    calling,
    application: '',
    contexts: [],
    maxLength: 0,
    implementation: '',
    release: '',
    user: undefined,
  }
  while (r.left >= 4 && !r.short) {
    const type = r.u8('item type')
    r.skip(1, 'reserved')
    const item = r.sub(r.u16('item length'), 'item')
    if (type === 0x10) a.application = uid(item, 'application context')
    else if (type === 0x20 || type === 0x21) {
      if (a.contexts.length < MAX_CONTEXTS) a.contexts.push(readContext(item, type === 0x21))
    } else if (type === 0x50) readUser(item, a)
  }
  return a
}

const title = (r: Reader, label: string): string => withoutPadding(byteText(r.view(16, label))).trimStart()

/** Texts of even length are padded with a blank or NUL. */
function uid(r: Reader, label: string): string {
  const text = withoutPadding(byteText(r.view(r.left, label)))
  r.note(text)
  return text
}

function readContext(r: Reader, isAnswer: boolean): PresentationContext {
  const id = r.u8('presentation context id')
  r.skip(1, 'reserved')
  const result = r.u8('result')
  r.skip(1, 'reserved')
  let abstract = ''
  const transfers: string[] = []
  while (r.left >= 4 && !r.short) {
    const type = r.u8('item type')
    r.skip(1, 'reserved')
    const item = r.sub(r.u16('item length'), 'item')
    if (type === 0x30) abstract = uid(item, 'abstract syntax')
    else if (type === 0x40 && transfers.length < MAX_TRANSFERS) transfers.push(uid(item, 'transfer syntax'))
  }
  return { id, result: isAnswer ? result : -1, abstract, transfers }
}

function readUser(r: Reader, a: Draft): void {
  while (r.left >= 4 && !r.short) {
    const type = r.u8('item type')
    r.skip(1, 'reserved')
    const item = r.sub(r.u16('item length'), 'item')
    switch (type) {
      case 0x51:
        a.maxLength = item.u32('max PDU length')
        break
      case 0x52:
        a.implementation = uid(item, 'implementation class uid')
        break
      case 0x55:
        a.release = uid(item, 'implementation version')
        break
      case 0x58: {
        const kind = item.u8('user identity type')
        item.skip(1, 'response requested')
        const primary = byteText(item.view(item.u16('primary length'), 'primary field'))
        a.user = { type: kind, primary, secondary: byteText(item.view(item.u16('secondary length'), 'secondary field')) }
        break
      }
      default:
        item.view(item.left, 'negotiation')
    }
  }
}
