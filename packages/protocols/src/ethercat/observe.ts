/**
 * EtherCAT in the platform's words. What the master asks is told on the way out; what devices say, on the way back. The two
 * directions are two flows: the first device marks the frames that return in their source address.
 */
import type { Endpoint } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { shownBytes } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { COMMAND, COMMANDS, ERROR_FLAG, REGISTER, registerName, STATE_CODES, STATES } from './ethercat.table.ts'
import type { Datagram, EtherCat, EtherCatState } from './ethercat.ts'
import { identified } from './identity.ts'
import { answered, asked } from './services.ts'

type Seen = SeenMessage<EtherCat, EtherCatState>

/** As often as a memory image may be told, and as it must be told without a change, µs. */
const TELL_US = 1_000_000
const MAX_SHOWN = 64
/** Devices of one segment: addresses have 16 bits, segments some hundred devices. */
const MAX_DEVICES = 4096
const EVERYBODY = -1
/** Also what INIT and PREOP make together. */
const BOOT = 3
/** What has words of its own, rather than those of a register. */
const TOLD_APART: readonly number[] = [REGISTER.stateRequest, REGISTER.stationAddress, REGISTER.stationAlias]

export function observe(seen: Seen, sink: Sink): void {
  const { message: m } = seen
  if (m.isTruncated) sink.anomaly('ethercat.truncated')
  if (!m.isBack) seen.state.hasLeft = true
  for (const d of m.datagrams) {
    if (d.command === COMMAND.nop) continue
    if (d.command >= COMMAND.lrd && d.command <= COMMAND.lrw) memory(d, m.isBack, seen, sink)
    else if (m.isBack) back(d, seen, sink)
    else out(d, sink)
  }
}

/** Position counts from the master; a station address is given at start-up. */
export function partOf(d: Datagram): string | undefined {
  if (d.command >= COMMAND.brd && d.command <= COMMAND.brw) return undefined
  if (d.command === COMMAND.fprd || d.command === COMMAND.fpwr || d.command === COMMAND.fprw || d.command === COMMAND.frmw)
    return `station ${d.device}`
  return `position ${-d.device & 0xffff}`
}

function out(d: Datagram, sink: Sink): void {
  const [, short, writes] = COMMANDS[d.command] ?? ['', `command ${d.command}`, false, false]
  const part = partOf(d)
  if (d.mail !== undefined) asked(d.mail, part, sink)
  const key = `${d.command}/${d.device}/${d.offset}`
  if (!(writes && TOLD_APART.includes(d.offset)) && !sink.again(key)) {
    const access =
      d.offset >= REGISTER.memory
        ? writes
          ? 'write'
          : 'read'
        : d.offset < REGISTER.stationAddress
          ? 'identify'
          : writes
            ? 'configure'
            : 'read'
    const object = `${registerName(d.offset)} 0x${d.offset.toString(16).padStart(4, '0')}`
    sink.operation(key, { operation: `${short} ${writes ? 'write' : 'read'}`, object, access, ok: undefined, error: '', part })
  }
  if (writes) wrote(d, part, sink)
}

function wrote({ offset, data }: Datagram, part: string | undefined, sink: Sink): void {
  const word = data.length >= 2 ? data[0]! | (data[1]! << 8) : (data[0] ?? 0)
  const who = part ?? 'all stations'
  if (offset === REGISTER.stateRequest) {
    const state = word & 15
    if (STATES[state] === undefined || sink.again(`state ${who} ${word}`)) return
    sink.operation(`state ${who} ${word}`, {
      operation: 'request state',
      object: STATES[state]!,
      access: 'control',
      ok: undefined,
      error: '',
      part,
    })
    sink.say({ kind: 'mode.changed', mode: modeOf(state), by: 'command', detail: `${who} ${STATES[state]}`, ok: undefined })
  } else if (offset === REGISTER.stationAddress || offset === REGISTER.stationAlias) {
    const what = offset === REGISTER.stationAddress ? 'station address' : 'station alias'
    if (!sink.again(`${what} ${who} ${word}`)) {
      sink.operation(`${what} ${who} ${word}`, {
        operation: 'set',
        object: `${what} ${word}`,
        access: 'configure',
        ok: undefined,
        error: '',
        part,
      })
      sink.say({ kind: 'configuration.changed', what: `${who} ${what}`, value: `${word}`, ok: undefined })
    }
  } else if (offset === REGISTER.reset && data[0] === 0x52) {
    // The letters R, E, S in three frames reset the chip; the first is enough to be told.
    sink.say({ kind: 'device.restarted', how: `reset of ${who}`, ok: undefined })
  } else if (offset === REGISTER.eeprom && (word & 0x0701) === 0x0201 && data.length >= 6) {
    const address = data[2]! | (data[3]! << 8) | (data[4]! << 16) | (data[5]! << 24)
    sink.say({ kind: 'configuration.changed', what: `${who} EEPROM word ${address >>> 0}`, value: '', ok: undefined })
  }
}

function modeOf(state: number): 'run' | 'program' | 'stop' {
  return state === 8 ? 'run' : state === 3 ? 'program' : 'stop'
}

function back(d: Datagram, { state, flow }: Seen, sink: Sink): void {
  if (d.workingCounter === 0) return
  const host = masterOf(flow.clientMac, state)
  const isStation = d.command === COMMAND.fprd || d.command === COMMAND.fprw
  const part = partOf(d)
  // The device that answers is no end of the frame: it is told as a part behind the master.
  if (d.mail !== undefined && isStation) answered(d.mail, part, host, sink)
  if (d.offset === REGISTER.state && d.data.length >= 2 && (isStation || d.command === COMMAND.brd)) {
    states(d.data[0]! | (d.data[1]! << 8), isStation ? d.device : EVERYBODY, part, state, sink)
  } else if (isStation && d.offset === REGISTER.stateCode && d.data.length >= 2) {
    const code = d.data[0]! | (d.data[1]! << 8)
    if (code !== 0)
      sink.say({ kind: 'device.diagnosed', what: `${part}: ${STATE_CODES[code] ?? `state code 0x${code.toString(16)}`}`, fault: true })
  } else if (isStation && d.offset === REGISTER.eeprom && d.data.length >= 10) eeprom(d.data, part, host, sink)
  else if (isStation && d.offset === REGISTER.information && d.data.length >= 10) {
    const [chip, revision, low, high] = d.data
    sink.hint('client', 'hardware', `EtherCAT chip type ${chip} revision ${revision} build ${low! | (high! << 8)}`, 0.8, part, host)
  }
}

/**
 * The first device sets bit 1 of the source address, so that frames that come back are told from those that leave. Where a
 * master's own address has that bit, both kinds share one flow.
 */
function masterOf(mac: string, { hasLeft }: EtherCatState): Endpoint | undefined {
  const first = Number.parseInt(mac.slice(0, 2), 16)
  if (hasLeft || (first & 2) === 0) return undefined
  return { ip: undefined, mac: (first & ~2).toString(16).padStart(2, '0') + mac.slice(2), port: undefined }
}

function states(value: number, device: number, part: string | undefined, memory: EtherCatState, sink: Sink): void {
  const before = memory.states.get(device)
  const name = STATES[value & 15]
  // The broadcast's answer is the states of all, one over the other: several at once are no state.
  if (before === value || name === undefined || (device === EVERYBODY && (value & 15) === BOOT)) return
  if (memory.states.size >= MAX_DEVICES) memory.states.clear()
  memory.states.set(device, value)
  const who = part ?? 'all stations'
  sink.say({ kind: 'mode.changed', mode: modeOf(value & 15), by: 'report', detail: `${who} ${name}`, ok: undefined })
  if ((value & ERROR_FLAG) !== 0) sink.say({ kind: 'device.diagnosed', what: `${who}: error in ${name}`, fault: true })
}

/** Control and status u16, address u32, data: two words or four. */
function eeprom(b: Uint8Array, part: string | undefined, host: Endpoint | undefined, sink: Sink): void {
  const status = b[0]! | (b[1]! << 8)
  // Busy, or an error: the data is not of this address.
  if ((status & 0xf800) !== 0 || (status & 0x0100) !== 0) return
  const address = (b[2]! | (b[3]! << 8) | (b[4]! << 16) | (b[5]! << 24)) >>> 0
  for (let at = 6, word = address; at + 4 <= b.length; at += 4, word += 2) {
    const value = (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0
    identified(word, value, part, host, sink)
  }
}

/** The segment's common memory: process data, as an image. Inputs are told on the way back, outputs on the way out. */
function memory(d: Datagram, isBack: boolean, { at, state }: Seen, sink: Sink): void {
  const [, short, writes] = COMMANDS[d.command]!
  const tag = `memory 0x${d.logical.toString(16).padStart(8, '0')}`
  if (!isBack && !sink.again(d.logical * 4 + d.command - COMMAND.lrd)) {
    const operation = {
      operation: `${short} ${writes ? 'write' : 'read'}`,
      object: tag,
      access: writes ? 'write' : 'read',
      ok: undefined,
      error: '',
      part: undefined,
    } as const
    sink.operation(d.logical * 4 + d.command - COMMAND.lrd, operation)
  }
  if (isBack === (d.command === COMMAND.lwr)) return
  if (d.command === COMMAND.lrw ? !isBack : false) return
  const told = state.toldAt.get(d.logical)
  if (told !== undefined && at - told < TELL_US && at >= told) return
  if (told === undefined && state.toldAt.size >= MAX_DEVICES) return
  state.toldAt.set(d.logical, at)
  if (d.command === COMMAND.lwr) sink.wrote(tag, shownBytes(d.data, MAX_SHOWN), 'bytes', undefined)
  else sink.read(tag, shownBytes(d.data, MAX_SHOWN), 'bytes', undefined, d.workingCounter > 0 ? 'good' : 'bad')
}
