/**
 * PROFINET real-time frames: process data every few milliseconds, alarms between them, and the carrier of DCP.
 *
 *   cyclic: | frame id u16 | data, at least 36 bytes … | cycle counter u16 | data status u8 | transfer status u8 |
 *   alarm:  | frame id u16 | RTA PDU (alarm.ts) |      DCP: | frame id u16 | DCP PDU |
 *
 * Spec: IEC 61158-6-10 §4.2 (frame ids), §4.7 (cyclic data), §4.8 (alarms).
 */
import { type Carried, type Context, type Dissector, NEED_MORE, type Side } from '@isthmus/wire'
import { type Alarm, readAlarm } from './alarm.ts'
import { type FrameKind, kindOf, nameOf } from './profinet-rt.table.ts'
import { Stream, Streams } from './stream.ts'

/** One is reused for the cyclic frames of a conversation. */
export type Rt = {
  frameId: number
  kind: FrameKind
  /** Undefined but for cyclic frames. */
  stream: Stream | undefined
  alarm: Alarm | undefined
  /** The whole frame, frame id included, where another protocol reads it. Borrowed. */
  inner: Uint8Array | undefined
  isTruncated: boolean
}

export type RtState = { readonly streams: Streams; readonly cyclic: Rt }

const TRAILER = 4
/** Ethernet's shortest frame, with its 802.1Q tag, leaves 42 bytes. */
const SHORTEST = 42
export const DCP = 'profinet-rt/dcp'

export const dissector: Dissector<Rt, RtState> = {
  name: 'profinet-rt',
  ports: ['eth/0x8892'],
  maxFrame: 65_535,
  frame: (head) => (head.left < 2 ? NEED_MORE : head.left),
  start: () => ({
    streams: new Streams(),
    cyclic: { frameId: 0, kind: 'cyclic', stream: undefined, alarm: undefined, inner: undefined, isTruncated: false },
  }),
  parse(r, ctx) {
    const { at, end, bytes } = r
    const frameId = r.u16('frame id')
    r.note(nameOf(frameId))
    const kind = kindOf(frameId)
    if (kind === 'cyclic') {
      const m = ctx.state.cyclic
      m.frameId = frameId
      m.isTruncated = end - at < SHORTEST
      const size = Math.max(0, end - r.at - TRAILER)
      const from = r.at
      r.skip(size, 'data')
      const cycle = r.u16('cycle counter')
      const dataStatus = r.u8('data status')
      const transferStatus = r.u8('transfer status')
      m.stream = m.isTruncated ? undefined : remember(ctx, frameId, bytes, from, size, cycle, dataStatus, transferStatus)
      return m
    }
    const alarm = kind === 'alarm' ? readAlarm(r) : undefined
    const isShort = r.short
    const rest = r.view(r.left, kind === 'alarm' ? 'padding' : 'content')
    const inner = kind === 'dcp' ? bytes.subarray(at, end) : undefined
    return { frameId, kind, stream: undefined, alarm, inner, isTruncated: isShort || (rest.length === 0 && kind === 'time') }
  },
  carries({ inner }): Carried | undefined {
    return inner === undefined ? undefined : { over: DCP, bytes: inner }
  },
}

function remember(
  { state, from }: Context<Rt, RtState>,
  frameId: number,
  bytes: Uint8Array,
  at: number,
  size: number,
  cycle: number,
  dataStatus: number,
  transferStatus: number,
): Stream {
  const key = keyOf(frameId, from)
  const known = state.streams.get(key)
  if (known === undefined) return state.streams.add(key, new Stream(frameId, cycle, dataStatus, transferStatus, bytes.slice(at, at + size)))
  known.take(bytes, at, size, cycle, dataStatus, transferStatus)
  return known
}

export function keyOf(frameId: number, from: Side): number {
  return from === 'client' ? frameId : frameId + 0x10000
}
