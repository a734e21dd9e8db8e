/**
 * SERCOS III: the master sends telegrams with commands for all slaves (MDT) and empty ones that they fill (AT), around a ring.
 *
 *   | channel, type, counter valid, 0, number 4 bits | new phase, counter 3 bits, phase 4 | check u32 | by phase … |   little-endian
 *   phase 0:    MDT: | version u32 |   AT: | counter u16 | addresses u16 … |
 *   1 and 2:    | service channels: control or status u16, info 4 | × 128 | device control or status u16, 0 u16 | × 128 |
 *   3 and 4:    | hot plug: address u16, control or status u16, info 4 | process data … |   hot plug in number 0 only
 *
 * A service channel moves four bytes a step: the master turns its handshake bit, the slave turns its own when it is done.
 * Spec: IEC 61158-4-19 §5 (telegrams), §6 (service channel).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { type Channel, type Slot, step } from './channel.ts'
import { PHASE, SLOTS, STATUS } from './sercos3.table.ts'

export type Sercos = {
  readonly isAnswer: boolean
  readonly number: number
  readonly phase: number
  /** The master announces another phase. */
  readonly isSwitching: boolean
  /** Phase 0: addresses of the slaves in the order of the ring. */
  readonly addresses: readonly number[]
  /** Phases 1 and 2: what was finished on service channels. */
  readonly done: readonly Channel[]
  /** Phases 1 and 2: status or control words that changed. */
  readonly words: readonly { readonly slot: number; readonly word: number }[]
  readonly hotPlug: number
  readonly data: Uint8Array | undefined
  readonly isTruncated: boolean
}

export type SercosState = {
  phase: number
  addresses: readonly number[]
  readonly slots: Map<number, Slot>
  /** Last word of each device: of its status, and negative of its control. */
  readonly words: Map<number, number>
  hotPlug: number
  /** When a telegram's data was told last, µs. */
  readonly toldAt: Map<number, number>
}

const SHORTEST = 6
const AT = 0x40
const RESERVED = 0x10
const MAX_TELEGRAMS = 4
const MAX_ADDRESS = 511
const NOBODY = 0xffff

export const dissector: Dissector<Sercos, SercosState> = {
  name: 'sercos3',
  ports: ['eth/0x88cd'],
  portOnly: true,
  maxFrame: 65_535,
  frame(head) {
    if (head.left < SHORTEST) return NEED_MORE
    const kind = head.peek(0)
    return (kind & RESERVED) !== 0 || (kind & 15) >= MAX_TELEGRAMS || (head.peek(1) & 15) > PHASE.operation ? NOT_MINE : head.left
  },
  start: () => ({ phase: -1, addresses: [], slots: new Map(), words: new Map(), hotPlug: 0, toldAt: new Map() }),
  parse(r, { state }) {
    const kind = r.u8('kind')
    const isAnswer = (kind & AT) !== 0
    r.note(isAnswer ? 'AT' : 'MDT')
    const number = kind & 15
    const second = r.u8('phase')
    const phase = second & 15
    r.u32('check')
    const m = { ...EMPTY, isAnswer, number, phase, isSwitching: second >= 0x80 }
    if (phase === PHASE.setUp) m.addresses = setUp(r, isAnswer)
    else if (phase < 3) startUp(r, m, state)
    else {
      if (number === 0) {
        m.hotPlug = r.u16le('hot plug address')
        r.u16le('hot plug control')
        r.view(4, 'hot plug info')
      }
      m.data = r.view(r.left, 'process data')
    }
    m.isTruncated = r.short
    r.view(r.left, 'padding')
    return m
  },
}

type Mutable = { -readonly [K in keyof Sercos]: Sercos[K] }

const EMPTY: Sercos = {
  isAnswer: false,
  number: 0,
  phase: 0,
  isSwitching: false,
  addresses: [],
  done: [],
  words: [],
  hotPlug: 0,
  data: undefined,
  isTruncated: false,
}

function setUp(r: Reader, isAnswer: boolean): number[] {
  const addresses: number[] = []
  if (!isAnswer) r.u32le('version')
  else {
    r.u16le('counter')
    while (r.left >= 2 && addresses.length < MAX_ADDRESS) {
      const word = r.u16le('address')
      if (word === NOBODY || word === 0) break
      addresses.push(word & MAX_ADDRESS)
    }
  }
  return addresses
}

function startUp(r: Reader, m: Mutable, state: SercosState): void {
  const channels = r.view(SLOTS * 6, 'service channels')
  const words = r.view(SLOTS * 4, 'devices')
  if (r.short) return
  const done: Channel[] = []
  const changed: { slot: number; word: number }[] = []
  for (let i = 0; i < SLOTS; i++) {
    const slot = m.number * SLOTS + i
    const finished = step(state.slots, slot, channels, i * 6, m.isAnswer)
    if (finished !== undefined) done.push(finished)
    const word = words[i * 4]! | (words[i * 4 + 1]! << 8)
    const key = m.isAnswer ? slot : -slot - 1
    // An answer that no slave has filled yet says nothing.
    if (m.isAnswer && (word & STATUS.valid) === 0) continue
    if ((state.words.get(key) ?? 0) === word) continue
    state.words.set(key, word)
    changed.push({ slot, word })
  }
  m.done = done
  m.words = changed
}
