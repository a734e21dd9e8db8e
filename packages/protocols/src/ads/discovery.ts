/**
 * TwinCAT's discovery and routes on UDP 48899: who is there, and who may speak to it from now on.
 *
 *   | 03 66 14 71 | invoke id u32 | service u32, top bit in answers | net id 6 | port u16 | tags u32 | tag u16, length u16, data … |
 *
 * Little-endian. Not published by its maker: as publicly analysed, and as the tools of the ADS libraries speak it.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { SERVICES } from './ads.table.ts'
import { readNetId } from './ads.ts'

export type AdsDiscovery = {
  readonly service: number
  readonly isAnswer: boolean
  readonly invoke: number
  readonly netId: string
  readonly port: number
  /** -1 where none is told. */
  status: number
  computer: string
  route: string
  routeNetId: string
  user: string
  password: string
  version: string
  os: string
  anomalies: readonly string[]
}

const HEAD = 24
const MAX_TAGS = 32
const CLEAN: readonly string[] = []

export const discoveryDissector: Dissector<AdsDiscovery> = {
  name: 'ads-discovery',
  ports: ['udp/48899'],
  maxFrame: 4096,
  frame(head) {
    if (head.peek() !== 0x03 || head.peek(1) !== 0x66 || head.peek(2) !== 0x14 || head.peek(3) !== 0x71) return NOT_MINE
    return head.left < HEAD ? NEED_MORE : head.left
  },
  key: (head) => (head.peek(4) | (head.peek(5) << 8) | (head.peek(6) << 16)) * 256 + head.peek(8),
  parse,
  side: (head) => ((head.peek(11) & 0x80) === 0 ? 'client' : 'server'),
}

function parse(r: Reader): AdsDiscovery {
  r.u32le('magic')
  const invoke = r.u32le('invoke id')
  const service = r.u32le('service')
  r.note(SERVICES[service & 0xffff]?.[0] ?? 'unknown')
  const m: AdsDiscovery = {
    service: service & 0xffff,
    isAnswer: service >= 0x8000_0000,
    invoke,
    netId: readNetId(r, 'net id'),
    port: r.u16le('port'),
    status: -1,
    computer: '',
    route: '',
    routeNetId: '',
    user: '',
    password: '',
    version: '',
    os: '',
    anomalies: CLEAN,
  }
  const tags = r.u32le('tags')
  for (let i = 0; i < tags && i < MAX_TAGS && r.left >= 4; i++) readTag(r, m)
  if (r.short) m.anomalies = ['truncated']
  return m
}

function readTag(r: Reader, m: AdsDiscovery): void {
  const tag = r.u16le('tag')
  const length = r.u16le('tag length')
  const part = r.sub(length, 'tag data')
  switch (tag) {
    case 1:
      m.status = part.u32le('status')
      return
    case 2:
      m.password = part.cstring(length, 'password')
      return
    case 3: {
      const [major, minor] = [part.u8('major version'), part.u8('minor version')]
      m.version = `${major}.${minor}.${part.u16le('build')}`
      return
    }
    case 4:
      m.os = readOs(part)
      return
    case 5:
      m.computer = part.cstring(length, 'computer')
      return
    case 7:
      m.routeNetId = readNetId(part, 'route net id')
      return
    case 12:
      m.route = part.cstring(length, 'route')
      return
    case 13:
      m.user = part.cstring(length, 'user')
      return
    default:
      part.view(part.left, `tag ${tag}`)
  }
}

/** OSVERSIONINFO of Windows; platform 3 is Windows CE. */
function readOs(r: Reader): string {
  r.u32le('size')
  const major = r.u32le('OS major version')
  const minor = r.u32le('OS minor version')
  const build = r.u32le('OS build')
  const platform = r.u32le('OS platform')
  const extra = readable(r.cstring(r.left, 'service pack'))
  if (platform === 3) return `Windows CE ${major}.${minor}`
  if (platform === 2) return `Windows NT ${major}.${minor} build ${build}${extra === '' ? '' : ` ${extra}`}`
  return extra !== '' ? extra : `platform ${platform} ${major}.${minor}`
}

function observe({ message: m, asked }: SeenMessage<AdsDiscovery>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`ads-discovery.${name}`)
  if (!m.isAnswer) {
    // A secret is exposed by being sent, whatever becomes of it.
    if (m.password !== '') sink.say({ kind: 'credential.exposed', user: readable(m.user), mask: maskSecret(m.password), weakness: 'clear' })
    sink.hint('client', 'name', readable(m.computer), 0.6)
    return
  }
  const ok = m.status <= 0
  const [operation, access] = SERVICES[m.service] ?? [`service ${m.service}`, 'unknown' as const]
  const object = asked === undefined ? '' : readable(asked.route)
  const key = `${m.service}/${object}/${m.status}`
  if (!sink.again(key))
    sink.operation(key, { operation, object, access, ok, error: ok ? '' : `error 0x${m.status.toString(16)}`, part: undefined })
  sink.hint('server', 'name', readable(m.computer), 1)
  if (m.version !== '') {
    sink.hint('server', 'vendor', 'Beckhoff', 0.8)
    sink.hint('server', 'software', `TwinCAT ${m.version}`, 1)
  }
  sink.hint('server', 'os', m.os, 1)
  if (asked === undefined || m.service !== 6) return
  const user = readable(asked.user)
  sink.say({ kind: 'login.tried', user, domain: '', method: 'ADS route', ok })
  sink.say({ kind: 'configuration.changed', what: 'route', value: `${object} ${asked.routeNetId}`, ok })
}

export const adsDiscovery: Protocol<AdsDiscovery> = { dissector: discoveryDissector, observe }
