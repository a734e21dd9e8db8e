/** Reports: of IEC 61850 (part 8-1 §17.3), of TASE.2 transfer sets, and of plain MMS. */
import type { Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import type { Body } from './body.ts'
import { controlOf, refused, terminated } from './control.ts'
import { type Data, ERROR } from './data.ts'
import { type MmsState, otherSide } from './state.ts'
import { tellValue } from './tags.ts'
import { isTase2Name, stateOf } from './tase2.ts'
import { readTag, tell } from './teller.ts'

/** Optional fields of a report, by bit of OptFlds: part 8-1 table 34. */
const OPTION = { sequence: 1, time: 2, reason: 3, dataSet: 4, reference: 5, overflow: 6, entry: 7, revision: 8, segmentation: 9 } as const

export function reported(from: Side, b: Body, at: number, state: MmsState, sink: Sink): void {
  if (b.list === 'RPT') return report61850(from, b, state, sink)
  if (b.variables.some(isTase2Name)) state.isTase2 = true
  const names = b.list === '' ? b.variables : (state.lists.get(b.list) ?? [])
  if (b.list === '') {
    if (lastError(b, at, state, sink)) return
    const act = controlOf(b.variables[0] ?? '')
    if (act !== undefined && b.variables.length === 1) return terminated(act, '', sink)
  }
  tellReport(from, b.list === '' ? (b.variables[0] ?? '') : b.list, sink)
  values(from, b.list, names, b.values, state, sink)
}

/** A refused or aborted control, told with or without the object it is about. */
function lastError(b: Body, at: number, state: MmsState, sink: Sink): boolean {
  if (!(b.variables[0] ?? '').endsWith('LastApplError') || b.values[0] === undefined) return false
  const cause = refused(b.values[0], at, state)
  const act = controlOf(b.variables[1] ?? '')
  if (act !== undefined) terminated(act, cause, sink)
  return true
}

function tellReport(from: Side, name: string, sink: Sink): void {
  tell(otherSide(from), `report ${name}`, sink, () => ({
    operation: 'report',
    object: readable(name),
    access: 'read',
    ok: true,
    error: '',
    part: undefined,
  }))
}

function values(from: Side, list: string, names: readonly string[], data: readonly Data[], state: MmsState, sink: Sink): void {
  for (let n = 0; n < data.length; n++) {
    const one = data[n]!
    if (one.kind === ERROR) continue
    const name = names[n] ?? `${list}[${n + 1}]`
    if (isTase2Name(name)) continue
    const point = state.isTase2 ? stateOf(one) : undefined
    if (point === undefined) tellValue(from, name, one, state, sink)
    else readTag(from, readable(name), point.value, point.type, point.quality, sink)
  }
}

/** RptID, OptFlds, then what the options say, the inclusion bits, and of each member that is included: reference, value, reason. */
function report61850(from: Side, b: Body, state: MmsState, sink: Sink): void {
  const { values: all } = b
  const options = String(all[1]?.value ?? '')
  const has = (bit: number): boolean => options[bit] === '1'
  let at = 2
  const take = (isThere: boolean): Data | undefined => (isThere ? all[at++] : undefined)
  take(has(OPTION.sequence))
  take(has(OPTION.time))
  const dataSet = String(take(has(OPTION.dataSet))?.value ?? '')
  const isOverflow = take(has(OPTION.overflow))?.value === true
  take(has(OPTION.entry))
  take(has(OPTION.revision))
  take(has(OPTION.segmentation))
  take(has(OPTION.segmentation))
  const id = String(all[0]?.value ?? '')
  tellReport(from, id === '' ? dataSet : id, sink)
  if (isOverflow) sink.sayFrom(from, { kind: 'device.diagnosed', what: `report ${readable(id)}: buffer overflow`, fault: true })
  const inclusion = String(all[at++]?.value ?? '')
  const included = [...inclusion].flatMap((bit, n) => (bit === '1' ? [n] : []))
  const references = has(OPTION.reference) ? all.slice(at, at + included.length).map((d) => String(d.value ?? '')) : []
  if (has(OPTION.reference)) at += included.length
  const members = state.lists.get(dataSet) ?? []
  const base = dataSet === '' ? id : dataSet
  included.forEach((n, i) => {
    const data = all[at + i]
    const name = references[i] ?? members[n] ?? `${base}[${n + 1}]`
    if (data !== undefined) tellValue(from, name, data, state, sink)
  })
}
