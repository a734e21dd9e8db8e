/** Diameter in the platform's words: which nodes serve which realm, who was let in, what one asks of the other. */
import { Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import { once } from '../once.ts'
import type { Sink } from '../protocol.ts'
import { APPLICATIONS, COMMANDS, EXPERIMENTAL_RESULTS, RESULTS } from './diameter.table.ts'
import { type Asked, type Attribute, CAPABILITIES, type Diameter, type DiameterState, readAttributes } from './diameter.ts'

const ATTRIBUTE = {
  userName: 1,
  password: 2,
  originHost: 264,
  firmware: 267,
  result: 268,
  product: 269,
  originRealm: 296,
  experimental: 297,
  experimentalResult: 298,
} as const
const COMMAND = { aa: 265, eap: 268 } as const
/** AA is a login here; elsewhere it authorizes media. */
const LOGIN_APPLICATIONS: readonly number[] = [1, 16_777_250, 16_777_264, 16_777_272]
/** Requests without an answer that are remembered. */
const MAX_ASKED = 256
const MORE_ROUNDS = 1001

export function observe(seen: SeenMessage<Diameter, DiameterState>, sink: Sink): void {
  const { message: m, from, state } = seen
  for (const name of m.anomalies) sink.anomaly(`diameter.${name}`)
  identify(m, seen, sink)
  if (m.isRequest) {
    const user = textOf(m.attributes, ATTRIBUTE.userName)
    const password = textOf(m.attributes, ATTRIBUTE.password)
    // RFC 7155 §4.3.1: nothing hides it but the transport.
    if (password !== '') sink.sayFrom(from, { kind: 'credential.exposed', user, mask: maskSecret(password), weakness: 'clear' })
    const { command, application, hopByHop } = m
    if (state.asked[from].size < MAX_ASKED) state.asked[from].set(hopByHop, { command, application, user })
    return
  }
  const asker = from === 'client' ? 'server' : 'client'
  const asked = state.asked[asker].get(m.hopByHop)
  if (asked === undefined || asked.command !== m.command) return
  state.asked[asker].delete(m.hopByHop)
  const { code, text } = resultOf(m)
  const ok = code === undefined ? undefined : code < 3000
  tell(asked, ok, ok === false ? text : '', sink)
  const isLogin = m.command === COMMAND.eap || (m.command === COMMAND.aa && LOGIN_APPLICATIONS.includes(m.application))
  if (!isLogin || code === undefined || code === MORE_ROUNDS) return
  const method = m.command === COMMAND.eap ? 'diameter EAP' : 'diameter'
  sink.sayFrom(asker, { kind: 'login.tried', user: asked.user, domain: '', method, ok: ok === true })
}

export function ended(state: DiameterState, sink: Sink): void {
  for (const waiting of [state.asked.client, state.asked.server]) {
    for (const asked of waiting.values()) tell(asked, undefined, '', sink)
    waiting.clear()
  }
}

function identify(m: Diameter, { from }: SeenMessage<Diameter, DiameterState>, sink: Sink): void {
  // Relays pass on what others say: only neighbours' own messages name them.
  if (m.application !== 0) return
  sink.hint(from, 'name', textOf(m.attributes, ATTRIBUTE.originHost), 0.9)
  sink.hint(from, 'domain', textOf(m.attributes, ATTRIBUTE.originRealm), 0.8)
  sink.hint(from, 'role', 'diameter node', 0.8)
  if (m.command !== CAPABILITIES) return
  sink.hint(from, 'software', textOf(m.attributes, ATTRIBUTE.product), 0.9)
  const firmware = numberOf(m.attributes, ATTRIBUTE.firmware)
  if (firmware !== undefined && firmware !== 0) sink.hint(from, 'firmware', String(firmware), 0.8)
}

function tell({ command, application }: Asked, ok: boolean | undefined, error: string, sink: Sink): void {
  const { name = `command ${command}`, access = 'unknown' } = COMMANDS[command] ?? {}
  once(sink, name, APPLICATIONS[application] ?? `application ${application}`, access, { ok, error })
}

function resultOf(m: Diameter): { code: number | undefined; text: string } {
  const code = numberOf(m.attributes, ATTRIBUTE.result)
  if (code !== undefined) return { code, text: RESULTS[code] ?? `result ${code}` }
  const group = find(m.attributes, ATTRIBUTE.experimental)
  if (group === undefined) return { code: undefined, text: '' }
  const inner: Attribute[] = []
  readAttributes(new Reader(group), inner)
  const own = numberOf(inner, ATTRIBUTE.experimentalResult)
  return { code: own, text: EXPERIMENTAL_RESULTS[own ?? 0] ?? `result ${own}` }
}

function find(attributes: readonly Attribute[], code: number): Uint8Array | undefined {
  return attributes.find((a) => a.code === code && a.vendor === 0)?.value
}

function textOf(attributes: readonly Attribute[], code: number): string {
  const value = find(attributes, code)
  return value === undefined ? '' : readable(withoutPadding(byteText(value)))
}

function numberOf(attributes: readonly Attribute[], code: number): number | undefined {
  const value = find(attributes, code)
  return value?.length === 4 ? new Reader(value).u32() : undefined
}
