/** Modbus RTU over TCP or UDP, as serial servers pass it on: the serial frame as it is, checksum included. */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { isAtOneOf } from '../own-port.ts'
import { judge, type Modbus, type ModbusState, readPdu, start } from './modbus.ts'
import { isWhole, openingLength, rtuLength } from './rtu-frame.ts'

const PORTS: readonly number[] = [502, 4001]

export const rtuDissector: Dissector<Modbus, ModbusState> = {
  name: 'modbus-rtu',
  ports: ['tcp/502', 'tcp/4001', 'udp/502'],
  maxFrame: 260,
  start,
  frame(head, ctx) {
    if (!ctx.state.begun && !isAtOneOf(ctx.flow, PORTS)) return settled(openingLength(head, ctx.from))
    const length = rtuLength(head, ctx.flow.directionKnown ? ctx.from : undefined)
    return settled(length)
  },
  side(head) {
    if (rtuLength(head, 'client') > 0) return rtuLength(head, 'server') > 0 ? undefined : 'client'
    return rtuLength(head, 'server') > 0 ? 'server' : undefined
  },
  // One question at a time: a bus has no transactions.
  key: (head) => head.peek(0),
  parse(r: Reader, ctx: Context<Modbus, ModbusState>): Modbus {
    const isComplete = r.left >= 4 && isWhole(r, r.left)
    const body = r.sub(Math.max(0, r.left - 2), 'frame')
    const m = readPdu(body, ctx, 0)
    r.u16le('CRC')
    if (!isComplete) body.short = true
    return judge(m, body, 0, ctx)
  },
}

const settled = (length: number): number => (length === 0 ? NEED_MORE : length < 0 ? NOT_MINE : length)
