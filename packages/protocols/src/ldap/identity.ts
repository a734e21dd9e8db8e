/** What a directory says of itself: its root entry (RFC 4512 §5.1, [MS-ADTS] §3.1.1.3.2) and the answer to a CLDAP ping (§6.3.1.9). */
import { Reader } from '@isthmus/wire'
import { byteText, readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { LEVELS } from './ldap.table.ts'
import type { Attribute } from './message.ts'

/** Opcodes of the extended answer, with and without a user of that name. */
const SAM_LOGON: readonly number[] = [23, 25]
const MAX_LABELS = 64
const MAX_NAME = 255

export function identifyServer(entry: readonly Attribute[], sink: Sink): void {
  const first = new Map(entry.map(({ name, values }) => [name.toLowerCase(), values[0]]))
  const text = (name: string): string => {
    const value = first.get(name)
    return value === undefined ? '' : readable(byteText(value.subarray(0, 512)))
  }
  sink.hint('server', 'name', text('dnshostname'), 1)
  sink.hint('server', 'domain', domainOf(text('defaultnamingcontext') || text('rootdomainnamingcontext')), 0.9)
  sink.hint('server', 'software', [text('vendorname'), text('vendorversion')].filter((t) => t !== '').join(' '), 0.9)
  const level = text('domaincontrollerfunctionality')
  if (level !== '') {
    sink.hint('server', 'os', LEVELS[level], 0.7)
    sink.hint('server', 'role', 'domain controller', 1)
  }
  const answer = first.get('netlogon')
  if (answer !== undefined) netlogon(answer, sink)
}

/** `DC=plant,DC=local` as `plant.local`. */
export function domainOf(name: string): string {
  return name
    .split(',')
    .map((part) => /^\s*DC=(.*)$/i.exec(part)?.[1] ?? '')
    .filter((part) => part !== '')
    .join('.')
}

/** NETLOGON_SAM_LOGON_RESPONSE_EX: forest, domain, host, NetBIOS domain and name, user, both sites, as names of DNS. */
function netlogon(bytes: Uint8Array, sink: Sink): void {
  const r = new Reader(bytes)
  if (!SAM_LOGON.includes(r.u16le())) return
  r.skip(2 + 4 + 16)
  const [, domain, host, shortDomain, shortName] = Array.from({ length: 5 }, () => dnsName(r))
  if (r.short) return
  sink.hint('server', 'role', 'domain controller', 1)
  sink.hint('server', 'domain', domain, 1)
  sink.hint('server', 'name', host, 1)
  sink.hint('server', 'domain', shortDomain, 0.8)
  sink.hint('server', 'name', shortName?.replace(/^\\+/, ''), 1)
}

/** RFC 1035 §4.1.4, pointers counting from the structure's start; only backwards, so that it ends. */
function dnsName(r: Reader): string {
  const labels: string[] = []
  let from = r
  let limit = r.at
  for (let n = 0, total = 0; n < MAX_LABELS && total < MAX_NAME; n++) {
    const length = from.u8()
    if (length === 0 || from.short) break
    if (length >= 0xc0) {
      const target = ((length & 0x3f) << 8) | from.u8()
      if (target >= limit) break
      limit = target
      from = new Reader(r.bytes, target, r.end)
      continue
    }
    total += length + 1
    labels.push(readable(byteText(from.view(length))))
  }
  if (from.short) r.short = true
  return labels.join('.')
}
