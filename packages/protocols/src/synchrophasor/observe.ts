/** Synchrophasors in the platform's words: who measures what, its values once a second, and every change of a status word. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import type { Config, Station } from './config.ts'
import { analogOf, angleOf, type Block, changeOf, frequencyOf, magnitudeOf, STATUS } from './data.ts'
import { ANSWERS, COMMANDS, DATA_ERRORS, FRAME, TRIGGERS } from './synchrophasor.table.ts'
import { blocksOf, type Synchrophasor, type SynchrophasorState } from './synchrophasor.ts'

type Seen = SeenMessage<Synchrophasor, SynchrophasorState>

/** Values of a stream are told this often: sooner would be dropped by the tags' own limit. */
const INTERVAL_US = 1_000_000
/** The lower half of the time quality: 15 is a clock that cannot be trusted (table 3). */
const CLOCK_FAILED = 15

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, from, asked, state } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`synchrophasor.${m.anomalies[i]}`)
  if (m.type === FRAME.command) return commanded(m, state, sink)
  if (m.type === FRAME.data) return measured(m, seen.at, state, sink)
  const command = ANSWERS[m.type]
  if (command === undefined) return
  if (from === 'server' && asked !== undefined && state.open.delete(command)) tell(asked, true, sink)
  if (m.type === FRAME.header) sink.hint('server', 'description', readable(textOf(m.body)), 0.9)
  else if (m.config?.isWhole === true) introduce(m, m.config, sink)
}

export function ended(state: SynchrophasorState, sink: Sink): void {
  for (const command of state.open) tellCommand(command, undefined, undefined, sink)
  state.open.clear()
}

const textOf = (bytes: Uint8Array): string =>
  String.fromCharCode(...bytes.subarray(0, 256))
    .replaceAll('\0', ' ')
    .trim()

function commanded(m: Synchrophasor, state: SynchrophasorState, sink: Sink): void {
  const command = COMMANDS[m.command]
  // Switching data on or off is answered by data alone.
  if (command?.access === 'identify') state.open.add(m.command)
  else tell(m, undefined, sink)
}

function tell(m: Synchrophasor, ok: boolean | undefined, sink: Sink): void {
  tellCommand(m.command, m.stream, ok, sink)
}

function tellCommand(code: number, stream: number | undefined, ok: boolean | undefined, sink: Sink): void {
  const key = `${code} ${stream} ${ok}`
  if (sink.again(key)) return
  const command = COMMANDS[code]
  sink.operation(key, {
    operation: command?.name ?? `command 0x${code.toString(16)}`,
    object: stream === undefined ? '' : `stream ${stream}`,
    access: command?.access ?? 'control',
    ok,
    error: '',
    part: undefined,
  })
}

const nameOf = (s: Station): string => (s.name === '' ? `station ${s.id}` : readable(s.name))

function introduce(m: Synchrophasor, config: Config, sink: Sink): void {
  const { stations } = config
  const isOne = stations.length === 1
  sink.hint('server', 'type', 'ied', 0.6)
  sink.hint('server', 'role', isOne ? 'phasor measurement unit' : 'phasor data concentrator', 0.8)
  sink.hint('client', 'role', 'phasor data concentrator', 0.6)
  for (const s of stations) {
    const name = nameOf(s)
    const part = isOne ? undefined : name
    sink.hint('server', 'name', name, isOne ? 0.9 : 0.8, part)
    if (!isOne) sink.hint('server', 'role', 'phasor measurement unit', 0.8, part)
    // Infinity is a place that nobody configured (table 11).
    if (config.frame === FRAME.config3 && Number.isFinite(s.latitude) && Number.isFinite(s.longitude)) {
      sink.hint('server', 'location', `${s.latitude}, ${s.longitude}`, 0.9, part)
    }
    const key = `configuration ${m.stream} ${s.id}`
    const counted = new Uint8Array([s.changes >> 8, s.changes & 0xff])
    if (!sink.again(key)) {
      sink.operation(key, { operation: 'report configuration', object: name, access: 'identify', ok: true, error: '', part })
      sink.sameBytes(key, counted)
    } else if (!sink.sameBytes(key, counted)) {
      sink.sayFrom('server', { kind: 'configuration.changed', what: `${name} configuration`, value: `change ${s.changes}`, ok: undefined })
    }
  }
}

function measured(m: Synchrophasor, at: number, state: SynchrophasorState, sink: Sink): void {
  const key = `data ${m.stream}`
  if (!sink.again(key)) {
    sink.operation(key, { operation: 'report data', object: `stream ${m.stream}`, access: 'read', ok: true, error: '', part: undefined })
  }
  if (m.by === undefined) return
  const told = toldOf(m, state)
  const changed = statusesChanged(m, told)
  const clock = m.quality & 15
  if (clock === CLOCK_FAILED && told.quality !== CLOCK_FAILED) {
    sink.sayFrom('server', { kind: 'device.diagnosed', what: `stream ${m.stream}: clock not reliable`, fault: true })
  }
  told.quality = clock
  const elapsed = at - told.at
  if (!changed && elapsed >= 0 && elapsed < INTERVAL_US) return
  told.at = at
  const blocks = blocksOf(m)
  for (let n = 0; n < blocks.length; n++) {
    const station = m.by.stations[n]!
    const before = told.statuses[n] ?? 0
    const { status } = blocks[n]!
    told.statuses[n] = status
    if (status !== before) diagnose(nameOf(station), status, before, sink)
    tellValues(station, blocks[n]!, m.by.stations.length === 1 ? undefined : nameOf(station), sink)
  }
}

type ToldStream = { at: number; statuses: number[]; digitals: number[]; quality: number }

function toldOf(m: Synchrophasor, state: SynchrophasorState): ToldStream {
  let told = state.told.get(m.stream)
  if (told === undefined) {
    if (state.told.size >= 64) state.told.delete(state.told.keys().next().value!)
    told = { at: Number.NEGATIVE_INFINITY, statuses: [], digitals: [], quality: 0 }
    state.told.set(m.stream, told)
  }
  return told
}

/** Looks at status and digital words only: most frames change neither. */
function statusesChanged(m: Synchrophasor, told: ToldStream): boolean {
  const { body } = m
  let at = 0
  let word = 0
  let isChanged = false
  for (let n = 0; n < m.by!.stations.length; n++) {
    const s = m.by!.stations[n]!
    if (((body[at]! << 8) | body[at + 1]!) !== (told.statuses[n] ?? 0)) isChanged = true
    at += s.size
    for (let i = 0; i < s.digitalWords; i++, word++) {
      const from = at - 2 * (s.digitalWords - i)
      const value = (body[from]! << 8) | body[from + 1]!
      if (told.digitals[word] !== value) isChanged = true
      told.digitals[word] = value
    }
  }
  return isChanged
}

function diagnose(name: string, now: number, before: number, sink: Sink): void {
  const rose = (bits: number): boolean => (now & bits) !== 0 && (before & bits) === 0
  const say = (what: string, fault: boolean): void => sink.sayFrom('server', { kind: 'device.diagnosed', what: `${name}: ${what}`, fault })
  if (rose(STATUS.error)) say(DATA_ERRORS[now >> 14]!, (now & STATUS.error) !== 0x8000)
  if ((now & STATUS.error) === 0x8000 && (before & STATUS.error) !== 0x8000) {
    sink.sayFrom('server', { kind: 'mode.changed', mode: 'test', by: 'report', detail: name, ok: undefined })
  }
  if (rose(STATUS.unsynchronised)) say('not synchronised', true)
  if (rose(STATUS.trigger)) say(`triggered: ${TRIGGERS[now & 15] ?? `reason ${now & 15}`}`, false)
  if (rose(STATUS.change)) say('configuration about to change', false)
}

function tellValues(s: Station, block: Block, part: string | undefined, sink: Sink): void {
  const { status } = block
  const quality = (status & STATUS.error) !== 0 ? 'bad' : (status & (STATUS.unsynchronised | STATUS.modified)) !== 0 ? 'uncertain' : 'good'
  const read = (tag: string, value: number | boolean, type: string): void => sink.read(tag, value, type, part, quality)
  for (let n = 0; n < s.phasors.length; n++) {
    const name = s.phasors[n] === '' ? `phasor ${n + 1}` : readable(s.phasors[n]!)
    read(`${name} magnitude`, magnitudeOf(s, block, n), 'float32')
    read(`${name} angle`, angleOf(s, block, n), 'float32')
  }
  read('frequency', frequencyOf(s, block), 'float32')
  read('rate of change of frequency', changeOf(s, block), 'float32')
  for (let n = 0; n < s.analogs.length; n++) {
    read(s.analogs[n] === '' ? `analog ${n + 1}` : readable(s.analogs[n]!), analogOf(s, block, n), 'float32')
  }
  for (let word = 0; word < block.digitals.length; word++) {
    const [, valid] = s.masks[word] ?? [0, 0]
    // Many leave the mask at zero and mean all of them.
    const inputs = valid === 0 ? 0xffff : valid
    for (let bit = 0; bit < 16; bit++) {
      if ((inputs & (1 << bit)) === 0) continue
      const name = s.digitals[word * 16 + bit] ?? ''
      read(name === '' ? `digital ${word + 1}.${bit}` : readable(name), (block.digitals[word]! & (1 << bit)) !== 0, 'bool')
    }
  }
}
