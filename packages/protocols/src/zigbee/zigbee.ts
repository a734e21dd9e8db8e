/**
 * Zigbee: radio frames of IEEE 802.15.4, as captured from the radio (EtherType 0x809a) or in a sniffer's ZEP packets over UDP 17754.
 *
 *   | "EX" | version u8 = 2 | type u8 | channel u8 | device u16 | mode u8 | quality u8 | time 8 | sequence u32 | 10 | length u8 | frame |
 *   version 1: | "EX" | 1 | channel u8 | device u16 | mode u8 | quality u8 | 7 | length u8 | frame |
 *
 * Spec: as publicly analysed (ZEP); IEEE 802.15.4-2006; Zigbee 05-3474; little-endian behind the header.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { FRAME, type Frame, readFrame } from './mac.ts'
import { readZcl, type Zcl } from './zcl.ts'

const HEADER_1 = 16
const HEADER_2 = 32
const ACK = 8
/** Check of the frame, or what the radio puts in its place. */
const CHECK = 2
const CLEAN: readonly string[] = []
const DEVICE_PROFILE = 0

export type Zigbee = {
  readonly version: number
  readonly channel: number
  readonly device: number
  readonly sequence: number
  readonly frame: Frame | undefined
  readonly zcl: Zcl | undefined
  /** Arguments of the device profile: address and long address of an announcement, duration of joining. */
  readonly announced: string
  readonly ieee: string
  readonly duration: number
  readonly anomalies: readonly string[]
}

export const dissector: Dissector<Zigbee> = {
  name: 'zigbee',
  ports: ['udp/17754', 'eth/0x809a'],
  maxFrame: HEADER_2 + 255,
  frame(head, { flow }) {
    if (flow.transport === 'ethernet') return isRadio(head) ? head.left : NOT_MINE
    if (head.left < 3) return head.left > 0 && head.peek(0) !== 0x45 ? NOT_MINE : NEED_MORE
    const version = head.peek(2)
    if (head.peek(0) !== 0x45 || head.peek(1) !== 0x58 || version < 1 || version > 2) return NOT_MINE
    if (version === 2 && head.peek(3) === 2) return ACK
    const size = version === 1 ? HEADER_1 : HEADER_2
    if (head.left < size) return NEED_MORE
    const length = size + (head.peek(size - 1) & 0x7f)
    return length === head.left ? length : length > head.left ? NEED_MORE : NOT_MINE
  },
  parse,
}

/** Not 6LoWPAN or another network in the same radio frames: a data frame begins with Zigbee's own header. */
function isRadio(head: Reader): boolean {
  if (head.left < 3) return false
  const frame = readFrame(new Reader(head.bytes, head.at, head.end))
  if (frame.kind === FRAME.data && !frame.isSecured) return frame.network !== undefined
  return frame.kind <= FRAME.command
}

function parse(r: Reader, { flow }: Context<Zigbee, undefined>): Zigbee {
  if (flow.transport === 'ethernet') {
    const isShort = r.left < 3
    return { version: 0, channel: -1, device: -1, sequence: -1, ...readRadio(r), ...(isShort ? { anomalies: ['truncated'] } : {}) }
  }
  r.skip(2, 'ZEP')
  const version = r.u8('version')
  const type = version === 2 ? r.u8('type') : 1
  if (type === 2) {
    const sequence = r.u32('sequence')
    return {
      version,
      channel: -1,
      device: -1,
      sequence,
      frame: undefined,
      zcl: undefined,
      ...NOTHING,
      anomalies: r.short ? ['truncated'] : CLEAN,
    }
  }
  const channel = r.u8('channel')
  const device = r.u16('device')
  r.skip(2, 'quality')
  let sequence = -1
  if (version === 2) {
    r.skip(8, 'time')
    sequence = r.u32('sequence')
    r.skip(10, 'reserved')
  } else r.skip(7, 'reserved')
  const length = r.u8('length') & 0x7f
  const radio = r.sub(length, 'frame')
  const body = radio.sub(Math.max(0, radio.left - CHECK), 'content')
  const said = readRadio(body)
  return { version, channel, device, sequence, ...said, ...(r.short ? { anomalies: ['truncated'] } : {}) }
}

/** A frame without its check. */
function readRadio(body: Reader): Pick<Zigbee, 'frame' | 'zcl' | 'announced' | 'ieee' | 'duration' | 'anomalies'> {
  const frame = readFrame(body)
  const support = frame.network?.support
  let zcl: Zcl | undefined
  let profile = NOTHING
  if (support?.payload !== undefined && support.payload.left > 0) {
    if (support.profile === DEVICE_PROFILE) profile = deviceProfile(support.payload, support.cluster)
    else if (isPublic(support.profile) && support.payload.left >= 3) zcl = readZcl(support.payload)
  }
  const isBad = body.short || support?.payload?.short === true
  return { frame, zcl, ...profile, anomalies: isBad && frame.kind !== FRAME.acknowledgement ? ['bad-frame'] : CLEAN }
}

/** Profiles that speak the cluster library: 0x0101 to 0x0109 and lights; a maker's own may hold anything. */
function isPublic(profile: number): boolean {
  return (profile >= 0x0101 && profile <= 0x0109) || profile === 0xc05e
}

const NOTHING = { announced: '', ieee: '', duration: -1 }

function deviceProfile(r: Reader, cluster: number): typeof NOTHING {
  r.u8('transaction')
  if (cluster === 0x0036) return { ...NOTHING, duration: r.u8('duration') }
  if (cluster !== 0x0013) return NOTHING
  const announced = `0x${r.u16le('address').toString(16).padStart(4, '0')}`
  let ieee = ''
  for (const byte of r.view(8, 'long address')) ieee = byte.toString(16).padStart(2, '0') + ieee
  return { announced, ieee, duration: -1 }
}
