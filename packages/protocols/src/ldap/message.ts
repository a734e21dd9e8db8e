/** One LDAP message: who binds, what is searched, found and changed, and how it ended (RFC 4511 §4). */
import type { Reader } from '@isthmus/wire'
import { berInteger, berOpen, berText, berView, TAG } from '../asn1/ber.ts'
import { byteText } from '../byte-text.ts'
import { readFilter } from './filter.ts'
import { AUTH, CHANGES, OP, OPS } from './ldap.table.ts'

export type Attribute = { readonly name: string; readonly values: readonly Uint8Array[] }
export type Change = { readonly how: string; readonly name: string; readonly values: readonly Uint8Array[] }

export type Ldap = {
  id: number
  /** Number of the operation; -1 when the bytes hold none. */
  op: number
  name: string
  isRequest: boolean
  version: number
  /** Whom it is about: the name bound as, the entry, the base of a search. */
  object: string
  /** Of a bind: 0 simple, 3 SASL, 9 to 11 Microsoft's own. */
  auth: number
  password: string
  mechanism: string
  /** Security token of a bind or its answer, copied. */
  token: Uint8Array | undefined
  result: number | undefined
  diagnostic: string
  scope: number
  deref: number
  filter: string
  attributes: string[]
  entry: Attribute[]
  changes: Change[]
  /** Name of an extended operation. */
  extended: string
  anomalies: ('truncated' | 'unknown-operation' | 'encrypted')[]
}

/** Attributes, changes and values kept of one message. */
const MAX_ITEMS = 256

export function emptyMessage(): Ldap {
  return {
    id: 0,
    op: -1,
    name: 'unknown',
    isRequest: false,
    version: 0,
    object: '',
    auth: -1,
    password: '',
    mechanism: '',
    token: undefined,
    result: undefined,
    diagnostic: '',
    scope: -1,
    deref: -1,
    filter: '',
    attributes: [],
    entry: [],
    changes: [],
    extended: '',
    anomalies: [],
  }
}

export function readMessage(r: Reader): Ldap {
  const m = emptyMessage()
  const body = berOpen(r, 'message')
  m.id = berInteger(body, 'message id')
  m.op = body.left > 0 ? body.peek() & 0x1f : -1
  const known = OPS[m.op]
  m.name = known?.name ?? 'unknown'
  m.isRequest = known?.isRequest === true
  if (known === undefined && body.left > 0) m.anomalies.push('unknown-operation')
  if (m.op === OP.deleteRequest) m.object = berText(body, 'delete')
  else if (m.op === OP.abandonRequest) m.object = String(berInteger(body, 'abandon'))
  else if (body.left > 0) {
    const op = berOpen(body, m.name)
    operation(op, m)
    if (op.left > 0) op.view(op.left, 'rest')
    if (op.short) body.short = true
  } else body.short = true
  if (body.left > 0) body.view(body.left, 'controls')
  if (body.short || r.short) m.anomalies.push('truncated')
  return m
}

function operation(r: Reader, m: Ldap): void {
  switch (m.op) {
    case OP.bindRequest:
      return bind(r, m)
    case OP.searchRequest:
      return search(r, m)
    case OP.searchEntry:
      m.object = berText(r, 'entry')
      return attributes(berOpen(r, 'attributes'), (name, values) => m.entry.push({ name, values }))
    case OP.modifyRequest:
      return modify(r, m)
    case OP.addRequest:
      m.object = berText(r, 'entry')
      return attributes(berOpen(r, 'attributes'), (name, values) => m.changes.push({ how: 'add', name, values }))
    case OP.modifyDnRequest:
      m.object = berText(r, 'entry')
      m.changes.push({ how: 'rename', name: berText(r, 'new name'), values: [] })
      return
    case OP.compareRequest: {
      m.object = berText(r, 'entry')
      const assertion = berOpen(r, 'assertion')
      m.filter = `(${berText(assertion, 'attribute')}=${berText(assertion, 'value')})`
      return
    }
    case OP.extendedRequest:
      m.extended = berText(r, 'name')
      return
    case OP.searchReference:
    case OP.intermediateResponse:
    case OP.unbindRequest:
      return
    default:
      return result(r, m)
  }
}

function bind(r: Reader, m: Ldap): void {
  m.version = berInteger(r, 'version')
  m.object = berText(r, 'name')
  if (r.left === 0) return
  m.auth = r.peek() & 0x1f
  if (m.auth === AUTH.simple) m.password = berText(r, 'password')
  else if (m.auth === AUTH.sasl) {
    const sasl = berOpen(r, 'SASL')
    m.mechanism = berText(sasl, 'mechanism')
    if (sasl.left > 0) m.token = berView(sasl, 'credentials').slice()
  } else m.token = berView(r, 'credentials').slice()
}

function search(r: Reader, m: Ldap): void {
  m.object = berText(r, 'base')
  m.scope = berInteger(r, 'scope')
  m.deref = berInteger(r, 'aliases')
  berInteger(r, 'size limit')
  berInteger(r, 'time limit')
  berView(r, 'types only')
  m.filter = readFilter(r)
  if (r.left === 0) return
  const list = berOpen(r, 'attributes')
  while (list.left > 0 && !list.short && m.attributes.length < MAX_ITEMS) m.attributes.push(berText(list, 'attribute'))
}

function modify(r: Reader, m: Ldap): void {
  m.object = berText(r, 'entry')
  const list = berOpen(r, 'changes')
  while (list.left > 0 && !list.short && m.changes.length < MAX_ITEMS) {
    const change = berOpen(list, 'change')
    const how = CHANGES[berInteger(change, 'kind')] ?? 'unknown'
    const attribute = berOpen(change, 'attribute')
    m.changes.push({ how, name: berText(attribute, 'name'), values: values(attribute) })
    if (attribute.short || change.short) list.short = true
  }
  if (list.short) r.short = true
}

function attributes(list: Reader, found: (name: string, values: Uint8Array[]) => void): void {
  for (let i = 0; i < MAX_ITEMS && list.left > 0 && !list.short; i++) {
    const one = berOpen(list, 'attribute')
    const name = berText(one, 'name')
    found(name, values(one))
    if (one.short) list.short = true
  }
}

function values(r: Reader): Uint8Array[] {
  const found: Uint8Array[] = []
  if (r.left === 0) return found
  const set = berOpen(r, 'values')
  while (set.left > 0 && !set.short && found.length < MAX_ITEMS) found.push(berView(set, 'value'))
  if (set.short) r.short = true
  return found
}

const NTLMSSP = 'NTLMSSP\0'
const isNtlm = (bytes: Uint8Array): boolean => bytes.length > NTLMSSP.length && byteText(bytes.subarray(0, NTLMSSP.length)) === NTLMSSP

function result(r: Reader, m: Ldap): void {
  if (r.peek() !== TAG.enumerated) return
  m.result = berInteger(r, 'result')
  const matched = berView(r, 'matched name')
  // Windows answers NTLM outside SASL here (MS-ADTS §5.1.1.1.3).
  if (m.op === OP.bindResponse && isNtlm(matched)) m.token = matched.slice()
  else m.object = byteText(matched)
  m.diagnostic = berText(r, 'diagnostic message')
  while (r.left > 0 && !r.short) {
    const kind = r.peek() & 0x1f
    // [7] of a bind's answer: what the server says in return; [10] of an extended one: its name.
    if (kind === 7 && m.op === OP.bindResponse) m.token = berView(r, 'server credentials').slice()
    else if (kind === 10) m.extended = berText(r, 'name')
    else berView(r, kind === 3 ? 'referral' : 'value')
  }
}
