/**
 * PTP version 1 (IEEE 1588-2002 annex D): another header, and the grandmaster in every sync and delay request.
 *
 *   | version u16 = 1 | network u16 | subdomain 16 | event or general u8 | technology u8 | uuid 6 | port u16 | sequence u16 | control u8 |
 *   | reserved u8 | flags u16 | 4 | body |
 */
import type { Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { TYPE } from './ptp.table.ts'
import type { Announce, Timestamp } from './ptp.ts'

export const HEADER_1 = 40
/** By control: sync, delay request, follow up, delay response, management. */
const LENGTHS: readonly number[] = [124, 124, 52, 60, 48]
const TYPES: readonly number[] = [TYPE.sync, TYPE.delayRequest, TYPE.followUp, TYPE.delayResponse, TYPE.management]

export type Version1 = {
  readonly type: number
  readonly subdomain: string
  readonly clock: string
  readonly port: number
  readonly sequence: number
  readonly flags: number
  readonly time: Timestamp
  readonly announce: Announce | undefined
  readonly requesting: string
}

/** Least bytes of the message at the cursor; 0 when too few are there to say, -1 when it is none. */
export function size1(head: Reader): number {
  if (head.left < HEADER_1) return head.peek(0) === 0 && head.peek(1) === 1 ? 0 : -1
  const control = head.peek(32)
  const kind = head.peek(20)
  // Events are sync and delay requests; the second half of the version is the network's.
  if (head.peek(0) !== 0 || head.peek(1) !== 1 || head.peek(2) !== 0 || head.peek(3) !== 1 || kind < 1 || kind > 2) return -1
  return control > 4 || (kind === 1) !== control < 2 ? -1 : LENGTHS[control]!
}

export function read1(r: Reader): Version1 {
  r.u16('version')
  r.u16('network version')
  const subdomain = r.text(16, 'subdomain')
  r.u8('event or general')
  r.u8('technology')
  const clock = hex(r, 6, 'clock')
  const port = r.u16('port')
  const sequence = r.u16('sequence')
  const control = r.u8('control')
  r.skip(1, 'reserved')
  const flags = r.u16('flags')
  r.skip(4, 'reserved')
  const isTimed = control < 4
  const followsSequence = control === 2
  if (followsSequence) r.skip(4, 'associated sequence')
  const time = isTimed ? { seconds: r.u32('seconds'), nanoseconds: r.u32('nanoseconds') } : { seconds: 0, nanoseconds: 0 }
  const announce = control === 0 ? grandmaster(r) : undefined
  if (control === 3) r.skip(2, 'technology')
  const requesting = control === 3 ? hex(r, 6, 'requesting clock') : ''
  return { type: TYPES[control] ?? TYPE.management, subdomain, clock, port, sequence, flags, time, announce, requesting }
}

/** What a sync says of the grandmaster, in the words of version 2: a stratum is its class. */
function grandmaster(r: Reader): Announce {
  r.u16('epoch')
  const utcOffset = r.i16('UTC offset')
  r.skip(2, 'technology')
  const uuid = hex(r, 6, 'grandmaster')
  r.u16('grandmaster port')
  r.u16('grandmaster sequence')
  r.skip(3, 'reserved')
  const clockClass = r.u8('grandmaster stratum')
  r.text(4, 'grandmaster identifier')
  r.skip(2, 'reserved')
  const variance = r.u16('grandmaster variance')
  r.skip(1, 'reserved')
  const isPreferred = r.u8('preferred') !== 0
  r.skip(1, 'reserved')
  r.u8('boundary clock')
  r.skip(3, 'reserved')
  r.u8('sync interval')
  r.skip(6, 'local variance')
  const stepsRemoved = r.u16('steps removed')
  return {
    utcOffset,
    priority1: isPreferred ? 1 : 0,
    clockClass,
    accuracy: -1,
    variance,
    priority2: -1,
    grandmaster: uuid,
    stepsRemoved,
    timeSource: -1,
  }
}

function hex(r: Reader, size: number, label: string): string {
  return hexText(r.view(size, label))
}
