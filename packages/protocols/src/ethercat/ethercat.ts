/**
 * EtherCAT: one frame passes through all devices of a segment and comes back; each reads and writes its part as it goes by.
 *
 *   | length 11 bits, reserved, type 4 bits (1) | datagrams … |   little-endian
 *   datagram: | command u8 | index u8 | address: device u16 and offset u16, or logical u32 |
 *             | length 11 bits, 3 reserved, circulating, more | interrupt u16 | data … | working counter u16 |
 *
 * The working counter is zero on the way out; every device that takes part raises it. Spec: IEC 61158-4-12 §5; ETG.1000-4.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { isAtPort } from '../own-port.ts'
import { COMMAND, COMMANDS, REGISTER, registerName } from './ethercat.table.ts'
import { type Mail, readMail } from './mailbox.ts'

export type Datagram = {
  readonly command: number
  readonly index: number
  /** Position or station address, and offset within the device; zero for logical commands. */
  readonly device: number
  readonly offset: number
  /** Address in the common memory; zero for the other commands. */
  readonly logical: number
  readonly data: Uint8Array
  workingCounter: number
  mail: Mail | undefined
}

export type EtherCat = {
  readonly datagrams: readonly Datagram[]
  /** Some device took part: the frame is on its way back. */
  readonly isBack: boolean
  readonly isTruncated: boolean
}

export type EtherCatState = {
  /** Devices' states as last told, by station address; the broadcast's under -1. */
  readonly states: Map<number, number>
  /** When an address of the common memory was told last, µs. */
  readonly toldAt: Map<number, number>
  /** A frame on its way out was seen from here. */
  hasLeft: boolean
}

const PORT = 34_980
const HEADER = 2
const DATAGRAM_HEADER = 10
const DATAGRAMS = 1
/** Behind the data; bits of the length's word. */
const COUNTER = 2
const RESERVED = 0x3800
const MORE = 0x8000
/** A frame holds at most 125 empty ones. */
const MAX_DATAGRAMS = 128

export const dissector: Dissector<EtherCat, EtherCatState> = {
  name: 'ethercat',
  ports: ['eth/0x88a4', 'udp/34980'],
  maxFrame: 65_535,
  frame(head, { flow }) {
    const all = head.left
    if (all < HEADER + DATAGRAM_HEADER) return NEED_MORE
    const word = head.peek(0) | (head.peek(1) << 8)
    if (word >> 12 !== DATAGRAMS || head.peek(2) > COMMAND.frmw) return NOT_MINE
    const length = HEADER + (word & 0x07ff)
    if (flow.transport === 'udp' && !isAtPort(flow, PORT)) return length === all && isChain(head) ? all : NOT_MINE
    // Padding belongs to the frame.
    return length > all ? length : all
  },
  start: () => ({ states: new Map(), toldAt: new Map(), hasLeft: false }),
  parse(r) {
    const length = r.u16le('length and type') & 0x07ff
    const body = r.sub(length, 'datagrams')
    const datagrams: Datagram[] = []
    let isBack = false
    let hasMore = true
    while (hasMore && body.left > 0 && datagrams.length < MAX_DATAGRAMS) {
      hasMore = readDatagram(body, datagrams)
      if (datagrams.at(-1)!.workingCounter > 0) isBack = true
    }
    const isTruncated = r.short || body.short
    r.view(r.left, 'padding')
    return { datagrams, isBack, isTruncated }
  },
}

/** Datagrams of their own lengths, each but the last with the bit that announces the next, fill the frame; reserved bits are clear. */
function isChain(head: Reader): boolean {
  let at = HEADER
  for (let n = 0; n < MAX_DATAGRAMS && at + DATAGRAM_HEADER <= head.left; n++) {
    const word = head.peek(at + 6) | (head.peek(at + 7) << 8)
    if (head.peek(at) > COMMAND.frmw || (word & RESERVED) !== 0) return false
    at += DATAGRAM_HEADER + (word & 0x07ff) + COUNTER
    if ((word & MORE) === 0) return at === head.left
  }
  return false
}

/** True when another one follows. */
function readDatagram(r: Reader, into: Datagram[]): boolean {
  const command = r.u8('command')
  r.note(COMMANDS[command]?.[1] ?? 'unknown')
  const index = r.u8('index')
  const isLogical = command >= COMMAND.lrd && command <= COMMAND.lrw
  const logical = isLogical ? r.u32le('logical address') : 0
  const device = isLogical ? 0 : r.u16le('device')
  const offset = isLogical ? 0 : r.u16le('offset')
  if (!isLogical) r.note(registerName(offset))
  const word = r.u16le('length and more')
  r.u16le('interrupt')
  const data = r.view(word & 0x07ff, 'data')
  const workingCounter = r.u16le('working counter')
  const mail = !isLogical && offset >= REGISTER.memory && !r.short ? readMail(data) : undefined
  into.push({ command, index, device, offset, logical, data, workingCounter, mail })
  return word >= 0x8000 && !r.short
}
