/**
 * BGP 4: routers of different networks tell each other where addresses are reached.
 *
 *   | ff × 16 | length u16 | type u8 | body … |; open: | version u8 | AS u16 | hold u16 | id 4 | length u8, parameters … |;
 *   update: | length u16, withdrawn … | length u16, attributes … | prefixes … |; notification: | code u8 | subcode u8 | data … |   big-endian
 *
 * Spec: RFC 4271 §4; RFC 5492 (capabilities), RFC 6793 (long AS numbers), RFC 9003 (farewells), RFC 4760 (other families).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { showIpv4 } from '../show-address.ts'

export type Bgp = {
  type: number
  as: number
  router: string
  holdTime: number
  /** Of the capability that names the host. */
  host: string
  domain: string
  hasRole: boolean
  withdrawn: string[]
  announced: string[]
  /** The AS that a route starts from; 0 when none is told. */
  origin: number
  nextHop: string
  code: number
  subcode: number
  text: string
  anomalies: ('truncated' | 'bad-prefix')[]
}
export type BgpState = { as: Record<'client' | 'server', number>; isUp: boolean }

export const TYPES: Readonly<Record<number, string>> = { 1: 'open', 2: 'update', 3: 'notification', 4: 'keepalive', 5: 'route refresh' }
const HEAD = 19
const MAX_MESSAGE = 65_535
const MIN_LENGTH: Readonly<Record<number, number>> = { 1: 29, 2: 23, 3: 21, 4: 19, 5: 23 }
const MAX_PREFIXES = 2048
const AS_TRANS = 23456

export const dissector: Dissector<Bgp, BgpState> = {
  name: 'bgp',
  ports: ['tcp/179'],
  maxFrame: MAX_MESSAGE,
  start: () => ({ as: { client: 0, server: 0 }, isUp: false }),
  frame(head) {
    for (let i = 0; i < Math.min(16, head.left); i++) if (head.peek(i) !== 0xff) return NOT_MINE
    if (head.left < HEAD) return NEED_MORE
    const length = (head.peek(16) << 8) | head.peek(17)
    const least = MIN_LENGTH[head.peek(18)]
    return least === undefined || length < least ? NOT_MINE : length
  },
  parse(r, { state, from }) {
    r.view(16, 'marker')
    r.u16('length')
    const m = empty(r.u8('type'))
    r.note(TYPES[m.type] ?? 'unknown')
    if (m.type === 1) {
      open(r, m)
      state.as[from] = m.as
    } else if (m.type === 2) update(r, m)
    else if (m.type === 3) notification(r, m)
    else r.view(r.left, 'content')
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  resync(bytes) {
    for (let at = 1; at + HEAD <= bytes.length; at++) {
      if (bytes[at] === 0xff && bytes.subarray(at, at + 16).every((b) => b === 0xff) && TYPES[bytes[at + 18]!] !== undefined) return at
    }
    return -1
  },
}

function empty(type: number): Bgp {
  return {
    type,
    as: 0,
    router: '',
    holdTime: 0,
    host: '',
    domain: '',
    hasRole: false,
    withdrawn: [],
    announced: [],
    origin: 0,
    nextHop: '',
    code: 0,
    subcode: 0,
    text: '',
    anomalies: [],
  }
}

function open(r: Reader, m: Bgp): void {
  r.u8('version')
  m.as = r.u16('AS')
  m.holdTime = r.u16('hold time')
  m.router = showIpv4(r.view(4, 'router id'))
  const parameters = r.sub(r.u8('parameters length'), 'parameters')
  while (parameters.left >= 2) {
    const type = parameters.u8('parameter')
    const body = parameters.sub(parameters.u8('length'), `parameter ${type}`)
    while (type === 2 && body.left >= 2) capability(body, m)
  }
}

function capability(r: Reader, m: Bgp): void {
  const code = r.u8('capability')
  const body = r.sub(r.u8('length'), `capability ${code}`)
  if (code === 65) {
    const long = body.u32('AS')
    if (m.as === AS_TRANS || m.as === 0) m.as = long
  } else if (code === 9) m.hasRole = true
  else if (code === 73) {
    m.host = byteText(body.view(body.u8('host length'), 'host'))
    m.domain = byteText(body.view(body.u8('domain length'), 'domain'))
  }
}

function update(r: Reader, m: Bgp): void {
  prefixes(r.sub(r.u16('withdrawn length'), 'withdrawn'), m.withdrawn, m)
  const attributes = r.sub(r.u16('attributes length'), 'attributes')
  while (attributes.left >= 3) {
    const flags = attributes.u8('flags')
    const type = attributes.u8('attribute')
    const length = flags & 0x10 ? attributes.u16('length') : attributes.u8('length')
    const body = attributes.sub(length, `attribute ${type}`)
    if (type === 2) m.origin = origin(body)
    else if (type === 3) m.nextHop = showIpv4(body.view(4, 'next hop'))
  }
  if (attributes.short) r.short = true
  prefixes(r, m.announced, m)
}

/** The last AS of the path. Two and four byte numbers are told apart by what fits the length. */
function origin(r: Reader): number {
  let last = 0
  while (r.left >= 2) {
    r.u8('segment type')
    const count = r.u8('count')
    if (count === 0) break
    const isLong = count * 4 <= r.left && !(count * 2 === r.left)
    for (let i = 0; i < count && r.left >= (isLong ? 4 : 2); i++) last = isLong ? r.u32('AS') : r.u16('AS')
  }
  return last
}

function prefixes(r: Reader, into: string[], m: Bgp): void {
  while (r.left > 0 && into.length < MAX_PREFIXES) {
    const bits = r.u8('prefix length')
    if (bits > 32) {
      m.anomalies.push('bad-prefix')
      return
    }
    const bytes = new Uint8Array(4)
    bytes.set(r.view(Math.ceil(bits / 8), 'prefix'))
    into.push(`${showIpv4(bytes)}/${bits}`)
  }
}

function notification(r: Reader, m: Bgp): void {
  m.code = r.u8('code')
  m.subcode = r.u8('subcode')
  // RFC 9003: an administrator may say why.
  if (m.code === 6 && (m.subcode === 2 || m.subcode === 4) && r.left > 0) m.text = byteText(r.view(r.u8('length'), 'reason'))
  r.view(r.left, 'data')
}
