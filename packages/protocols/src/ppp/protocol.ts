/** PPP in the platform's words: who logs in with which method, which address a link gets. PPTP's GRE brings PPP of its own. */
import { type Carried, type Dissector, NEED_MORE, NOT_MINE, type SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { dissector, type Ppp, type PppState, PROTOCOL } from './ppp.ts'

/** RFC 1994 and Microsoft's two (RFC 2433, RFC 2759). */
const ALGORITHMS: Readonly<Record<number, string>> = { 5: 'CHAP MD5', 0x80: 'MS-CHAP', 0x81: 'MS-CHAPv2' }
const REQUEST = 1
const ACCEPTED = 2
const SUCCESS = 3
const FAILURE = 4

function observe({ message: m, from, state }: SeenMessage<Ppp, PppState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`ppp.${name}`)
  if (m.anomalies.length > 0) return
  if (m.algorithm !== 0) state.algorithm = m.algorithm
  const method = m.protocol === PROTOCOL.pap ? 'PAP' : (ALGORITHMS[state.algorithm] ?? 'CHAP')
  if (m.protocol === PROTOCOL.pap) {
    if (m.code === REQUEST) {
      state.user = readable(m.user)
      sink.say({ kind: 'credential.exposed', user: state.user, mask: maskSecret(readable(m.password)), weakness: 'clear' })
    } else sink.say({ kind: 'login.tried', user: state.user, domain: '', method, ok: m.code === ACCEPTED })
  } else if (m.protocol === PROTOCOL.chap) {
    if (m.code === ACCEPTED) state.user = readable(m.user)
    else if (m.code === REQUEST) sink.hint(from, 'name', readable(m.user), 0.5)
    else if (m.code === SUCCESS || m.code === FAILURE)
      sink.say({ kind: 'login.tried', user: state.user, domain: '', method, ok: m.code === SUCCESS })
  } else if (m.protocol === PROTOCOL.ipcp && m.code === ACCEPTED && m.address !== '') once(sink, 'address agreed', m.address, 'session')
  else if (m.protocol === PROTOCOL.lcp && m.code === 5) once(sink, 'link closed', '', 'session')
}

export const ppp: Protocol<Ppp, PppState> = { dissector, observe }

/** | flags u16, version 1 | 880b | length u16 | call u16 | sequence u32? | acknowledged u32? | PPP … |: what the engine did not step into. */
const greDissector: Dissector<{ inside: Uint8Array }> = {
  name: 'pptp-gre',
  ports: ['ip/47'],
  maxFrame: 65_535,
  frame(head) {
    if (head.left < 8) return NEED_MORE
    return (head.peek(1) & 7) === 1 && head.peek(2) === 0x88 && head.peek(3) === 0x0b ? head.left : NOT_MINE
  },
  parse(r) {
    const flags = r.u16('flags and version')
    r.u16('protocol')
    r.u16('length')
    r.u16('call')
    if (flags & 0x1000) r.u32('sequence')
    if (flags & 0x0080) r.u32('acknowledged')
    if (r.peek() === 0xff && r.peek(1) === 3) r.skip(2, 'address and control')
    return { inside: r.view(r.left, 'PPP') }
  },
  carries: ({ inside }): Carried | undefined => (inside.length === 0 ? undefined : { over: 'ppp', bytes: inside }),
}

export const pptpGre: Protocol<{ inside: Uint8Array }> = { dissector: greDissector, observe: () => undefined }
