/** ICSNPP's synchrophasor logs: a row a frame, a row a station of a frame, and one a connection. */
import { derivedId } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import type { Cell, PutRow } from '../protocol.ts'
import type { Config, Station } from './config.ts'
import type { Block } from './data.ts'
import { COMMANDS, FRAME, FRAME_NAMES } from './synchrophasor.table.ts'
import { blocksOf, type Summary, type Synchrophasor, type SynchrophasorState } from './synchrophasor.ts'

export { logs } from './logs.table.ts'

type Seen = SeenMessage<Synchrophasor, SynchrophasorState>

export function zeek(seen: Seen, put: PutRow): void {
  const { message: m, state, flow } = seen
  if (m.anomalies.includes('truncated')) return
  const summary = (state.summary ??= begin(seen.at))
  summary.versions.add(m.version)
  summary.streams.add(m.stream)
  summary.least = summary.least === 0 ? m.size : Math.min(summary.least, m.size)
  summary.most = Math.max(summary.most, m.size)
  summary.total += m.size
  summary.frames++
  const proto = flow.transport
  const head = [proto, FRAME_NAMES[m.type], m.size, undefined]
  const id = (prefix: string): string => `${prefix}${derivedId('f', flow.uid, summary.frames).slice(2, 13)}`
  if (m.type === FRAME.command) {
    summary.history += COMMANDS[m.command]?.initial ?? 'u'
    put('synchrophasor_cmd', [...head, COMMANDS[m.command]?.logged ?? 'unknown', wordsOf(m.body.subarray(2))])
  } else if (m.type === FRAME.header) put('synchrophasor_hdr', [...head, byteText(m.body)])
  else if (m.type === FRAME.data) {
    summary.dataFrames++
    putData(m, state.configs.get(m.stream), head, proto, id('d'), put)
  } else if (m.config !== undefined) {
    summary.rates.add(m.config.rate)
    putConfig(m, m.config, head, proto, id('c'), put)
  }
}

export function zeekEnded({ state, flow }: SeenMessage<Synchrophasor | undefined, SynchrophasorState>, put: PutRow): void {
  const s = state.summary
  if (s === undefined) return
  const sizes = [s.history, s.least, s.most, s.total, s.dataFrames]
  put('synchrophasor', [flow.transport, [...s.versions], [...s.streams], ...sizes, [...s.rates]], s.at)
}

function begin(at: number): Summary {
  const sets = { versions: new Set<number>(), streams: new Set<number>(), rates: new Set<number>() }
  return { at, ...sets, history: '', least: 0, most: 0, total: 0, dataFrames: 0, frames: 0 }
}

function wordsOf(bytes: Uint8Array): number[] {
  const words: number[] = []
  for (let at = 0; at + 2 <= bytes.length; at += 2) words.push((bytes[at]! << 8) | bytes[at + 1]!)
  return words
}

/** Seconds; the fraction counts only where the time base is known. */
function timeOf(m: Synchrophasor, base: number | undefined): number {
  return m.second + (base === undefined ? 0 : m.fraction / base)
}

function putConfig(m: Synchrophasor, c: Config, head: readonly Cell[], proto: string, id: string, put: PutRow): void {
  put('synchrophasor_cfg', [...head, c.continuation, c.expected, c.stations.length, c.rate, id])
  const start = [proto, FRAME_NAMES[m.type], timeOf(m, c.timeBase), id]
  for (const [n, station] of c.stations.entries()) {
    put('synchrophasor_cfg_detail', [...start, n, ...stationCells(station, m.type === FRAME.config3)])
  }
}

function stationCells(s: Station, is3: boolean): Cell[] {
  const { phasorScales: scales, analogScales: analogs } = s
  // ICSNPP counts bits of a conversion word from the other end than the standard does.
  const turned = (unit: number, factor: number): number => ((unit << 24) | (factor & 0xff_ffff)) >>> 0
  const word = (n: number): number => turned(scales[n]!.unit, scales[n]!.factor)
  const flag = (bit: number): boolean[] => scales.map((scale) => ((scale.flags >> bit) & 1) !== 0)
  const phasors = scales.map((_, n) => n)
  return [
    s.serviceClass,
    s.name,
    s.id,
    s.globalId,
    ...[0, 1, 2, 3].map((bit) => ((s.format >> bit) & 1) !== 0),
    s.phasors.length,
    s.analogs.length,
    s.digitalWords,
    s.phasors,
    s.analogs,
    s.digitals,
    phasors.map((n) => (is3 ? 0 : word(n) & 0xff)),
    phasors.map((n) => (is3 ? 0 : word(n) >>> 8)),
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15].map(flag),
    scales.map((scale) => scale.type & 7),
    scales.map((scale) => ((scale.type >> 3) & 1) !== 0),
    scales.map((scale) => scale.user),
    scales.map((scale) => scale.scale),
    scales.map((scale) => scale.angle),
    analogs.map((a) => (is3 ? 0 : turned(a.unit, a.factor) & 0xff)),
    analogs.map((a) => (is3 ? 0 : turned(a.unit, a.factor) >>> 8)),
    analogs.map((a) => a.scale),
    analogs.map((a) => a.offset),
    s.masks.map(([normal]) => normal),
    s.masks.map(([, valid]) => valid),
    s.latitude,
    s.longitude,
    s.elevation,
    s.window,
    s.groupDelay,
    s.nominal,
    s.changes,
  ]
}

/** Stations as ICSNPP counts them: what the configuration does not cover is a status word each; -1 where one is cut. */
function countStations(length: number, config: Config | undefined): number {
  let left = length
  let count = 0
  for (const { size } of config?.stations ?? []) {
    if (left === 0) break
    if (left < size) return -1
    left -= size
    count++
  }
  return left % 2 === 0 ? count + left / 2 : -1
}

function putData(m: Synchrophasor, config: Config | undefined, head: readonly Cell[], proto: string, id: string, put: PutRow): void {
  const { by } = m
  const actual = countStations(m.body.length, config)
  if (actual < 0) return
  put('synchrophasor_data', [...head, config?.expected ?? 0, actual, id])
  if (by === undefined) return
  const start = [proto, FRAME_NAMES[m.type], timeOf(m, by.timeBase), id]
  for (const [n, block] of blocksOf(m).entries()) {
    put('synchrophasor_data_detail', [...start, n, ...blockCells(by.stations[n]!, block)])
  }
}

function blockCells(s: Station, { status, phasors, frequency, change, analogs, digitals }: Block): Cell[] {
  const bit = (n: number): boolean => ((status >> n) & 1) !== 0
  const isPolar = (s.format & 1) !== 0
  const first = phasors.filter((_, n) => n % 2 === 0)
  const second = phasors.filter((_, n) => n % 2 === 1)
  const none = first.map(() => 0)
  return [
    status & 15,
    (status >> 4) & 3,
    (status >> 6) & 7,
    ...[9, 10, 11, 12, 13].map(bit),
    status >> 14,
    ...(isPolar ? [none, none, first, second] : [first, second, none, none]),
    frequency,
    change,
    analogs,
    digitals,
  ]
}
