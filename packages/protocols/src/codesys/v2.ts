/**
 * CODESYS V2: controllers on TCP 1200 and 2455 tell system and product to whoever asks.
 *
 *   | BB BB | length u32, in the controller's byte order | service u8 | … |  answer to 01: system at 64, its version at 96, product at 128
 *
 * Not published by its maker: as publicly analysed (Redpoint's codesys-v2-discover).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import type { Protocol, Sink } from '../protocol.ts'

export type CodesysV2 = {
  readonly isBigEndian: boolean
  readonly service: number
  /** Of an answer to service 1. */
  readonly system: string
  readonly version: string
  readonly product: string
  readonly anomalies: readonly string[]
}

const HEAD = 6
const MAX_FRAME = 1 << 16
const IDENTIFY = 1
const CLEAN: readonly string[] = []

const little = (head: Reader): number => (head.peek(2) | (head.peek(3) << 8) | (head.peek(4) << 16) | (head.peek(5) << 24)) >>> 0
const big = (head: Reader): number => ((head.peek(2) << 24) | (head.peek(3) << 16) | (head.peek(4) << 8) | head.peek(5)) >>> 0

export const v2Dissector: Dissector<CodesysV2> = {
  name: 'codesys-v2',
  ports: ['tcp/1200', 'tcp/2455'],
  maxFrame: HEAD + MAX_FRAME,
  frame(head) {
    for (let i = 0; i < 2 && i < head.left; i++) if (head.peek(i) !== 0xbb) return NOT_MINE
    if (head.left < HEAD + 1) return NEED_MORE
    const length = Math.min(little(head), big(head))
    return length >= 1 && length <= MAX_FRAME ? HEAD + length : NOT_MINE
  },
  key: () => 0,
  parse,
}

function parse(r: Reader, ctx: Context<CodesysV2, undefined>): CodesysV2 {
  const start = r.at
  const isBigEndian = big(r) <= little(r)
  r.u16('magic')
  if (isBigEndian) r.u32('length')
  else r.u32le('length')
  const service = r.left > 0 && ctx.from === 'client' ? r.u8('service') : (ctx.asked?.service ?? -1)
  const textAt = (at: number, label: string): string => {
    if (start + at < r.at || start + at >= r.end) return ''
    r.skip(start + at - r.at, 'unknown')
    return r.cstring(Math.min(32, r.left), label)
  }
  const tells = ctx.from === 'server' && service === IDENTIFY
  const system = tells ? textAt(64, 'system') : ''
  const version = tells ? textAt(96, 'system version') : ''
  const product = tells ? textAt(128, 'product') : ''
  const isShort = r.short
  if (r.left > 0) r.view(r.left, 'data')
  return { isBigEndian, service, system, version, product, anomalies: isShort ? ['truncated'] : CLEAN }
}

function observe({ message: m, from, asked }: SeenMessage<CodesysV2>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`codesys-v2.${name}`)
  if (from === 'client' || asked === undefined) return
  const isIdentify = asked.service === IDENTIFY
  const operation = isIdentify ? 'read identification' : `service 0x${asked.service.toString(16).padStart(2, '0')}`
  if (!sink.again(operation))
    sink.operation(operation, { operation, object: '', access: isIdentify ? 'identify' : 'unknown', ok: true, error: '', part: undefined })
  if (m.system !== '') sink.hint('server', 'os', `${m.system} ${m.version}`.trim(), 0.9)
  if (m.product !== '') {
    sink.hint('server', 'model', m.product, 0.9)
    sink.hint('server', 'type', 'plc', 0.8)
    sink.hint('server', 'software', 'CODESYS V2 runtime', 0.9)
  }
}

export const codesysV2: Protocol<CodesysV2> = { dissector: v2Dissector, observe }
