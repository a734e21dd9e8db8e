/** What every ICSNPP log repeats: who really sent the message, and ids that tie the rows of one message together. */
import { derivedId } from '@isthmus/model'
import type { Flow, Side } from '@isthmus/wire'
import type { Cell, Column } from './protocol.ts'

/** Zeek's `id` never changes sides; these columns name the sender of this very message. */
export const SENDER_COLUMNS: readonly Column[] = [
  ['is_orig', 'bool'],
  ['source_h', 'addr'],
  ['source_p', 'port'],
  ['destination_h', 'addr'],
  ['destination_p', 'port'],
]

/** The cells of `SENDER_COLUMNS`. */
export function senderCells(from: Side, flow: Flow): Cell[] {
  return from === 'client'
    ? [true, flow.clientIp, flow.clientPort, flow.serverIp, flow.serverPort]
    : [false, flow.serverIp, flow.serverPort, flow.clientIp, flow.clientPort]
}

/** An id in the alphabet and length of Zeek's own, derived from what it identifies. */
export function linkId(...parts: readonly (string | number)[]): string {
  return `C${derivedId('x', ...parts).replace('-', '0')}`
}

/** `0x0f` */
export function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}
