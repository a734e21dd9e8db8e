/** For tests of one protocol: whole messages in turn through `frame`, `key`, `parse` and `observe`, answers paired with questions. */
import type { AssetAttribute, TagValue } from '@isthmus/model'
import { type Flow, Reader, type SeenMessage, type Side } from '@isthmus/wire'
import type { Protocol } from '../protocol.ts'
import { bytes, flow, Recorder, Rows } from './recorder.ts'

/** A recorder that also keeps the values: `holding 107=5`, `holding 107:=5 ok`. */
export class Listener extends Recorder {
  readonly values: string[] = []

  override read(tag: string, value: TagValue, dataType = '', part?: string): void {
    this.values.push(`${part === undefined ? '' : `${part} `}${tag}=${value} ${dataType}`)
  }

  override wrote(tag: string, value: TagValue, dataType = '', ok?: boolean, part?: string): void {
    const outcome = ok === undefined ? 'unanswered' : ok ? 'ok' : 'refused'
    this.values.push(`${part === undefined ? '' : `${part} `}${tag}:=${value} ${dataType} ${outcome}`)
  }

  override hint(about: Side, attribute: AssetAttribute, value: string | undefined, confidence: number, part?: string): void {
    const line = `${about} ${part === undefined ? '' : `${part} `}${attribute}=${value}`
    if (!this.hints.includes(line)) super.hint(about, attribute, value, confidence, part)
  }
}

export type Exchange<M, S> = {
  readonly messages: M[]
  readonly heard: Listener
  readonly rows: Rows
  readonly state: S
  /** What the messages carry for other protocols, as `over: bytes`. */
  readonly carried: { over: string; bytes: Uint8Array; more: boolean; channel: string | number }[]
  /** Ends the conversation. */
  end(): void
}

/** `lines` are whole messages in hex, `>` from the client, `<` from the server; `times` when each came, µs. */
export function exchange<M, S>(
  protocol: Protocol<M, S>,
  over: Partial<Flow>,
  lines: readonly string[],
  times: readonly number[] = [],
): Exchange<M, S> {
  const { dissector } = protocol
  const state = dissector.start?.() as S
  const heard = new Listener()
  const rows = new Rows()
  const messages: M[] = []
  const carried: Exchange<M, S>['carried'] = []
  const open = new Map<number | string, M>()
  const all = flow(over)
  let last: SeenMessage<M, S> | undefined
  for (const [i, line] of lines.entries()) {
    const from: Side = line.startsWith('>') ? 'client' : 'server'
    const pdu = bytes(line.slice(1))
    const ctx = { from, asked: undefined as M | undefined, state, flow: all }
    const length = dissector.frame(new Reader(pdu), ctx)
    if (length !== pdu.length) throw new Error(`frame says ${length} of ${pdu.length}: ${line}`)
    const key = dissector.key?.(new Reader(pdu), ctx)
    if (from === 'server' && key !== undefined) {
      ctx.asked = open.get(key)
    }
    const message = dissector.parse(new Reader(pdu), ctx)
    if (key !== undefined) {
      if (from === 'client') open.set(key, message)
      else if (!dissector.staysOpen?.(message)) open.delete(key)
    }
    messages.push(message)
    const inner = dissector.carries?.(message, ctx)
    for (const one of inner === undefined ? [] : Array.isArray(inner) ? inner : [inner]) {
      carried.push({ over: one.over, bytes: one.bytes, more: one.more ?? false, channel: one.channel ?? '' })
    }
    const { asked } = ctx
    last = {
      from,
      message,
      asked,
      askedAt: undefined,
      state,
      flow: all,
      at: times[i] ?? 1,
      firstPacket: 1,
      lastPacket: 1,
      fromByte: 0,
      toByte: 0,
      length,
    }
    protocol.observe(last, heard)
    protocol.zeek?.(last, rows.put)
  }
  const end = (): void => {
    protocol.ended?.(state, heard)
    if (last !== undefined) protocol.zeekEnded?.(last, rows.put)
  }
  return { messages, heard, rows, state, carried, end }
}
