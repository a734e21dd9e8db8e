/**
 * VTP: Cisco switches take over each other's list of VLANs; the highest revision wins, whoever sends it.
 *
 *   | version u8 | code u8 | followers or sequence u8 | length u8, domain 32 | revision u32 |, summary: | updater 4 | time 12 | digest 16 |
 *   subset: | length u8 | status u8 | type u8 | name length u8 | VLAN u16 | MTU u16 | index u32 | name … | …   big-endian
 *
 * Spec: as publicly documented by Cisco ("Understanding VLAN Trunk Protocol"); SNAP 00-00-0c, type 0x2003.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { showIpv4 } from '../show-address.ts'

export type Vtp = {
  version: number
  code: number
  domain: string
  revision: number
  updater: string
  time: string
  vlans: { readonly id: number; readonly name: string }[]
  anomalies: ('truncated' | 'bad-length')[]
}
export type VtpState = { revision: number | undefined }

const CODES: Readonly<Record<number, string>> = { 1: 'summary', 2: 'subset', 3: 'request', 4: 'join' }
const MAX_VLANS = 512

const dissector: Dissector<Vtp, VtpState> = {
  name: 'vtp',
  ports: ['snap/0x00000c2003'],
  maxFrame: 65_535,
  sessionless: true,
  start: () => ({ revision: undefined }),
  frame: (head) =>
    head.left < 4 ? NEED_MORE : head.peek() < 1 || head.peek() > 3 || CODES[head.peek(1)] === undefined ? NOT_MINE : head.left,
  parse(r) {
    const m: Vtp = {
      version: r.u8('version'),
      code: r.u8('code'),
      domain: '',
      revision: 0,
      updater: '',
      time: '',
      vlans: [],
      anomalies: [],
    }
    r.note(CODES[m.code] ?? 'unknown')
    r.u8('followers or sequence')
    const length = r.u8('domain length')
    m.domain = readable(withoutPadding(byteText(r.view(32, 'domain').subarray(0, Math.min(length, 32)))))
    if (m.code === 1 || m.code === 2) m.revision = r.u32('revision')
    if (m.code === 1) {
      m.updater = showIpv4(r.view(4, 'updater'))
      m.time = byteText(r.view(12, 'time'))
      r.view(16, 'digest')
    } else if (m.code === 2) vlans(r, m)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function vlans(r: Reader, m: Vtp): void {
  while (r.left >= 12 && m.vlans.length < MAX_VLANS) {
    const length = r.u8('length')
    if (length < 12) {
      if (length !== 0) m.anomalies.push('bad-length')
      return
    }
    const body = r.sub(length - 1, 'VLAN')
    body.u8('status')
    body.u8('type')
    const nameLength = body.u8('name length')
    const id = body.u16('VLAN')
    body.u16('MTU')
    body.u32('index')
    m.vlans.push({ id, name: readable(byteText(body.view(Math.min(nameLength, body.left), 'name'))) })
    if (body.short) r.short = true
  }
}

function observe({ message: m, from, state }: SeenMessage<Vtp, VtpState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`vtp.${name}`)
  if (m.anomalies.length > 0) return
  sink.hint(from, 'type', 'switch', 0.7)
  if (m.domain !== '') sink.hint(from, 'description', `VTP domain ${m.domain}`, 0.7)
  once(sink, CODES[m.code]!, m.domain, 'session')
  for (const vlan of m.vlans) once(sink, 'VLAN announced', `${vlan.id} ${vlan.name}`, 'configure')
  if (m.code > 2) return
  if (state.revision !== undefined && state.revision !== m.revision) {
    sink.sayFrom(from, {
      kind: 'configuration.changed',
      what: `VLANs of VTP domain ${m.domain}`,
      value: `revision ${m.revision}`,
      ok: true,
    })
  }
  state.revision = m.revision
}

export const vtp: Protocol<Vtp, VtpState> = { dissector, observe }
