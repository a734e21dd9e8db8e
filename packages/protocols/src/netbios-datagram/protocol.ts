/**
 * NetBIOS datagrams: Windows hosts announce their names and systems to the browser of their network.
 *
 *   | type u8 | flags u8 | id u16 | source ip | source port u16 | length u16 | offset u16 | source name | destination name | SMB … |
 *
 * Spec: RFC 1002 §4.4 (datagrams, big-endian); [MS-MAIL] §2.2.1 (mailslots in SMB transactions), [MS-BRWS] §2.2 (announcements).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, readable } from '../byte-text.ts'
import { netbiosName } from '../dns/name.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { showIpv4 } from '../show-address.ts'

export type NetbiosDatagram = {
  sourceIp: string
  sourceName: string
  destinationName: string
  mailslot: string
  /** Of the browser protocol: what is announced, and of whom. */
  command: string
  announced: string
  os: string
  comment: string
  anomalies: 'truncated'[]
}

const COMMANDS: Readonly<Record<number, string>> = {
  1: 'host announcement',
  2: 'announcement request',
  8: 'election request',
  9: 'backup list request',
  10: 'backup list response',
  11: 'become backup browser',
  12: 'domain announcement',
  13: 'master announcement',
  14: 'reset browser',
  15: 'local master announcement',
}
/** Windows by the version numbers that announcements carry. */
const SYSTEMS: Readonly<Record<string, string>> = {
  '4.0': 'Windows NT 4.0',
  '5.0': 'Windows 2000',
  '5.1': 'Windows XP',
  '5.2': 'Windows Server 2003',
  '6.0': 'Windows Vista or Server 2008',
  '6.1': 'Windows 7 or Server 2008 R2',
  '6.2': 'Windows 8 or Server 2012',
  '6.3': 'Windows 8.1 or Server 2012 R2',
  '10.0': 'Windows 10 or later',
}
const NAME_BYTES = 34
/** An error says its code and no more; below it are datagrams, above it queries for one name. */
const ERROR = 0x13
const ERROR_BYTES = 11
const BROWSE = '\\MAILSLOT\\BROWSE'

const dissector: Dissector<NetbiosDatagram> = {
  name: 'netbios-datagram',
  ports: ['udp/138'],
  maxFrame: 65_535,
  frame(head) {
    const all = head.left
    if (all < ERROR_BYTES) return NEED_MORE
    const type = head.peek()
    if (type < 0x10 || type > 0x16 || head.peek(1) > 0x0f) return NOT_MINE
    if (type === ERROR) return all === ERROR_BYTES ? all : NOT_MINE
    // A name of 32 letters comes next; without it any two bytes would do.
    const name = type < ERROR ? 14 : 10
    return all > name && head.peek(name) === 0x20 ? all : NOT_MINE
  },
  parse(r) {
    const m: NetbiosDatagram = {
      sourceIp: '',
      sourceName: '',
      destinationName: '',
      mailslot: '',
      command: '',
      announced: '',
      os: '',
      comment: '',
      anomalies: [],
    }
    const type = r.u8('type')
    r.u8('flags')
    r.u16('id')
    m.sourceIp = showIpv4(r.view(4, 'source address'))
    r.u16('source port')
    if (type <= 0x12) {
      const length = r.u16('length')
      r.u16('offset')
      if (length > r.left) r.short = true
      m.sourceName = name(r, 'source name')
      m.destinationName = name(r, 'destination name')
      if (r.peek() === 0xff) transaction(r, m)
    }
    if (r.short) m.anomalies.push('truncated')
    r.view(r.left, 'rest')
    return m
  },
}

function name(r: Reader, label: string): string {
  const encoded = r.view(NAME_BYTES, label)
  const decoded = netbiosName(byteText(encoded.subarray(1, 33)))?.name ?? ''
  r.note(decoded)
  return decoded
}

/** [MS-CIFS] §2.2.4.33: the words say where in the message the data lies; the name of the mailslot comes before it. */
function transaction(r: Reader, m: NetbiosDatagram): void {
  const start = r.at
  r.view(4, 'protocol')
  if (r.u8('command') !== 0x25) return
  r.skip(27, 'header')
  if (r.u8('word count') < 17) return
  r.skip(22, 'counts, flags, timeout')
  const length = r.u16le('data length')
  const offset = r.u16le('data offset')
  r.skip(8, 'setup')
  r.u16le('byte count')
  m.mailslot = r.cstring(64, 'mailslot')
  if (m.mailslot.toUpperCase() !== BROWSE || start + offset < r.at) return
  r.skip(start + offset - r.at, 'padding')
  browser(r.sub(Math.min(length, r.left), 'announcement'), m)
}

function browser(r: Reader, m: NetbiosDatagram): void {
  const code = r.u8('command')
  m.command = COMMANDS[code] ?? `command ${code}`
  r.note(m.command)
  if (code === 1 || code === 12 || code === 15) {
    r.skip(5, 'count, period')
    m.announced = readable(byteText(r.view(16, 'name')).replace(/\0.*$/s, ''))
    const major = r.u8('major version')
    const minor = r.u8('minor version')
    // A domain announcement's version is its sender's, of which nothing else is said.
    if (code !== 12) m.os = SYSTEMS[`${major}.${minor}`] ?? ''
    r.skip(8, 'server type, browser version, signature')
    m.comment = readable(r.cstring(256, 'comment'))
  } else if (code === 2) {
    r.u8('flags')
    m.announced = readable(r.cstring(16, 'name'))
  } else if (code === 8) {
    r.skip(13, 'version, criteria, uptime, reserved')
    m.announced = readable(r.cstring(16, 'name'))
  } else if (code === 13) m.announced = readable(r.cstring(16, 'name'))
  if (r.short) m.anomalies.push('truncated')
}

function observe(seen: SeenMessage<NetbiosDatagram>, sink: Sink): void {
  const { message: m, from } = seen
  for (const name of m.anomalies) sink.anomaly(`netbios-datagram.${name}`)
  if (m.command === 'domain announcement') {
    sink.hint(from, 'domain', m.announced, 0.8)
    return
  }
  // Forwarded datagrams come from another host than the one they name.
  const own = from === 'client' ? seen.flow.clientIp : seen.flow.serverIp
  if (m.sourceIp !== own) return
  sink.hint(from, 'name', m.announced || m.sourceName, 0.95)
  sink.hint(from, 'os', m.os, 0.6)
  sink.hint(from, 'description', m.comment, 0.8)
}

export const netbiosDatagram: Protocol<NetbiosDatagram> = { dissector, observe }
