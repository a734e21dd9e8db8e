/**
 * What a controller's program reports by itself: ALARM_8 and NOTIFY.
 *
 *   | time 8, BCD | function u8 | objects u8 | 12 | length u8 | syntax u8 = 16 | values u8 | event u32 | signals u8 | state u8 | acknowledged u8 u8 | values … |
 */
import type { Sink } from '../protocol.ts'
import type { S7comm } from './s7comm.ts'

/** Sub-functions of the CPU functions. */
const ALARMS: Readonly<Record<number, string>> = { 5: 'alarm', 6: 'notification' }
const SYNTAX = 0x16

/** The first object of a message; which of its eight signals stand. */
export function alarmed({ sub, data }: S7comm, sink: Sink): void {
  const name = ALARMS[sub]
  if (name === undefined || data.length < 22 || data[12] !== SYNTAX) return
  let event = ''
  for (let i = 14; i < 18; i++) event += data[i]!.toString(16).padStart(2, '0')
  const signals = data[18]!
  const standing = [1, 2, 3, 4, 5, 6, 7, 8].filter((n) => (signals >> (n - 1)) & 1)
  const what = `${name} 0x${event}: ${standing.length === 0 ? 'no signal' : `signal ${standing.join(', ')}`}`
  sink.sayFrom('server', { kind: 'device.diagnosed', what, fault: false })
}
