/**
 * One slave's service channel, step by step:
 *
 *   control: | 0 handshake, 1 write, 2 last, 3 to 5 element |   status: | 0 handshake, 1 busy, 2 error, 3 valid |
 *
 * Element 1 opens a parameter; the others are read or written four bytes a step, the last one marked by the master.
 */
import { ELEMENT } from './sercos3.table.ts'

export type Channel = {
  readonly slot: number
  /** Identification number: instance, element, then S or P, set and number. */
  readonly parameter: number
  readonly element: number
  readonly isWrite: boolean
  /** Zero where it went well. */
  readonly error: number
  readonly data: Uint8Array
}

/** What is known of a slave's channel between two steps. */
export type Slot = {
  parameter: number
  /** The master's control byte of the last step. */
  control: number
  /** It has no answer yet. */
  isWaiting: boolean
  /** The master's handshake as last seen; -1 before the first. */
  handshake: number
  length: number
  readonly data: Uint8Array
}

const HANDSHAKE = 1
const WRITE = 2
const BUSY = 2
const LAST = 4
const ERROR = 4
const VALID = 8
/** Element and direction: steps that have both belong together. */
const SAME = 0x3a
const UNKNOWN = 0xffff
/** Of longer ones (lists) the beginning is kept. */
const KEPT = 128

/** Undefined as long as nothing is finished. */
export function step(slots: Map<number, Slot>, number: number, b: Uint8Array, at: number, isAnswer: boolean): Channel | undefined {
  const word = b[at]!
  const slot = slots.get(number)
  if (isAnswer) return slot === undefined || !slot.isWaiting ? undefined : answer(slot, number, word, b, at + 2)
  const element = (word >> 3) & 7
  if (element === 0) {
    if (slot !== undefined) slot.isWaiting = false
    return undefined
  }
  if (slot === undefined) slots.set(number, ask(newSlot(), word, element, b, at + 2))
  else if ((word & HANDSHAKE) !== slot.handshake) ask(slot, word, element, b, at + 2)
  return undefined
}

const newSlot = (): Slot => ({ parameter: -1, control: 0, isWaiting: false, handshake: -1, length: 0, data: new Uint8Array(KEPT) })

function ask(slot: Slot, word: number, element: number, b: Uint8Array, at: number): Slot {
  // Another element, or the other direction: what was begun is not continued.
  if ((slot.control & SAME) !== (word & SAME)) slot.length = 0
  slot.control = word
  slot.isWaiting = true
  slot.handshake = word & HANDSHAKE
  if ((word & WRITE) === 0) return slot
  if (element === ELEMENT.open) slot.parameter = (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0
  else keep(slot, b, at)
  return slot
}

function keep(slot: Slot, b: Uint8Array, at: number): void {
  for (let i = 0; i < 4 && slot.length < KEPT; i++) slot.data[slot.length++] = b[at + i]!
}

function answer(slot: Slot, number: number, word: number, b: Uint8Array, at: number): Channel | undefined {
  if ((word & VALID) === 0 || (word & BUSY) !== 0 || (word & HANDSHAKE) !== slot.handshake) return undefined
  const { control } = slot
  const isWrite = (control & WRITE) !== 0
  const error = (word & ERROR) !== 0 ? b[at]! | (b[at + 1]! << 8) || UNKNOWN : 0
  slot.isWaiting = false
  if (error === 0 && !isWrite) keep(slot, b, at)
  if (error === 0 && (control & LAST) === 0) return undefined
  const data = slot.data.slice(0, slot.length)
  slot.length = 0
  return { slot: number, parameter: slot.parameter, element: (control >> 3) & 7, isWrite, error, data }
}
