/** The head of a message: its first line and its fields (RFC 9112 §3 to §5). */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

export type Head = {
  kind: 'request' | 'response'
  method: string
  uri: string
  status: number
  reason: string
  /** `1.1`; 0.9 when a request names none. */
  version: string
  /** Names in lower case, in order; values as bytes. */
  fields: (readonly [name: string, value: string])[]
}

/** Fields kept of one head; a head's size is bounded as well. */
const MAX_FIELDS = 256
/** RFC 9110 §5.6.2: a token. */
const METHOD = /^[!#$%&'*+\-.^\w`|~]{1,32}(?=[ \t])/
const VERSION = /[ \t]HTTP\/(\d+\.\d+)/i
const RESPONSE = /^HTTP\/(\d+(?:\.\d+)?)[ \t]*(\d{0,3})[ \t]*(.*)$/s

export function readHead(r: Reader, isRequest: boolean): Head {
  const line = readLine(r, isRequest ? 'request line' : 'status line')
  const head: Head = { kind: isRequest ? 'request' : 'response', method: '', uri: '', status: 0, reason: '', version: '', fields: [] }
  if (isRequest) requestLine(line, head)
  else statusLine(line, head)
  readFields(r, head.fields)
  return head
}

/** Targets of broken clients hold blanks: the first version behind one separates. Some name no target. */
function requestLine(line: string, head: Head): void {
  const method = METHOD.exec(line)?.[0]
  if (method === undefined) return
  head.method = method
  const rest = line.slice(method.length)
  const version = VERSION.exec(rest)
  head.uri = rest.slice(0, version?.index).trim()
  head.version = version?.[1] ?? '0.9'
}

function statusLine(line: string, head: Head): void {
  const m = RESPONSE.exec(line)
  if (m === null) return
  head.version = m[1]!
  head.status = Number(m[2])
  head.reason = m[3]!
}

export function readFields(r: Reader, fields: (readonly [name: string, value: string])[]): void {
  while (r.left > 0 && fields.length < MAX_FIELDS) {
    const line = readLine(r, 'field')
    if (line === '') return
    const last = fields.at(-1)
    // RFC 9112 §5.2: a line that begins with white space continues the one before.
    if (last !== undefined && (line[0] === ' ' || line[0] === '\t')) {
      fields[fields.length - 1] = [last[0], `${last[1]} ${line.trim()}`]
      continue
    }
    const colon = line.indexOf(':')
    if (colon > 0) fields.push([line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()])
  }
}

function readLine(r: Reader, label: string): string {
  const { bytes, at, end } = r
  let stop = bytes.indexOf(10, at)
  if (stop < 0 || stop >= end) stop = end
  const text = byteText(r.view(stop - at, label))
  if (stop < end) r.at = stop + 1
  return text.endsWith('\r') ? text.slice(0, -1) : text
}

export function field(head: Head, name: string): string | undefined {
  const { fields } = head
  for (let i = 0; i < fields.length; i++) if (fields[i]![0] === name) return fields[i]![1]
  return undefined
}
