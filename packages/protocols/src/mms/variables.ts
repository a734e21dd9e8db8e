/** Reads and writes of variables: what each means by its functional constraint (IEC 61850-7-2 §10) or its TASE.2 name. */
import type { Access } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { controlled, controlOf } from './control.ts'
import { type Data, ERROR, firstLeaf, KIND } from './data.ts'
import { DATA_ERRORS } from './mms.table.ts'
import type { Mms } from './mms.ts'
import { failureOf, objectOf } from './observe.ts'
import { type MmsState, otherSide } from './state.ts'
import { tellValue } from './tags.ts'
import { isTase2Name, stateOf, versionOf } from './tase2.ts'
import { readTag, tell, wroteTag } from './teller.ts'

/** Constraints of settings: writing one changes how the device works, not the process. */
const CONFIGURING: Readonly<Record<string, string>> = { CF: 'configuration', DC: 'description', EX: 'definition' }
const SETTING = new Set(['SP', 'SG', 'SE'])
/** Control blocks of reports, logs, GOOSE and sampled values. */
const BLOCKS: Readonly<Record<string, string>> = {
  RP: 'report control block',
  BR: 'report control block',
  LG: 'log control block',
  GO: 'goose control block',
  GS: 'gsse control block',
  MS: 'sampled value control block',
  US: 'sampled value control block',
}
const SELECT = '_SBO'
const SETTING_GROUP: Readonly<Record<string, string>> = {
  ActSG: 'active setting group',
  EditSG: 'edited setting group',
  CnfEdit: 'edited settings confirmed',
}

/** `LD/LN$FC$…` → FC; '' for any other name. */
export function constraintOf(name: string): string {
  const at = name.indexOf('$')
  return at > 0 && name[at + 3] === '$' ? name.slice(at + 1, at + 3) : at > 0 && name.length === at + 3 ? name.slice(at + 1) : ''
}

const namesOf = (q: Mms, state: MmsState): readonly string[] =>
  q.body.list === '' ? q.body.variables : (state.lists.get(q.body.list) ?? [])

export function readVariables(
  side: Side,
  q: Mms,
  a: Mms | undefined,
  ok: boolean | undefined,
  error: string,
  state: MmsState,
  sink: Sink,
): void {
  const { variables } = q.body
  if (variables.some(isTase2Name)) meetTase2(otherSide(side), state, sink)
  // Reading SBO is how a control is selected: an empty answer is a refusal.
  const select = variables.length === 1 ? controlOf(variables[0]!) : undefined
  if (select?.act === 'select') {
    const value = a?.body.values[0]
    const isSelected = value === undefined ? ok : value.kind !== ERROR && value.value !== ''
    return controlled(side, select, undefined, isSelected, value?.kind === ERROR ? Number(value.value) : 3, state, sink)
  }
  const failure = error !== '' ? error : failureOf(a)
  if (state.isTase2 && variables.length === 1 && variables[0]!.endsWith(SELECT))
    return selectDevice(side, variables[0]!, a, ok, failure, sink)
  const isGood = ok === undefined ? undefined : failure === ''
  const key = isGood === true ? q.signature : `${q.signature} ${isGood} ${failure}`
  tell(side, key, sink, () => ({ operation: 'read', object: objectOf(q), access: 'read', ok: isGood, error: failure, part: undefined }))
  if (a === undefined || ok !== true) return
  if (side === 'client' && sink.sameBytes(q.signature, a.body.bytes)) return
  const names = namesOf(q, state)
  const owner = otherSide(side)
  for (let n = 0; n < a.body.values.length; n++) {
    const data = a.body.values[n]!
    const name = names[n] ?? (q.body.list === '' ? '' : `${q.body.list}[${n + 1}]`)
    if (data.kind === ERROR || name === '') continue
    if (isTase2Name(name)) tellTase2(owner, name, data, sink)
    else {
      const point = state.isTase2 ? stateOf(data) : undefined
      if (point === undefined) tellValue(owner, name, data, state, sink)
      else readTag(owner, readable(name), point.value, point.type, point.quality, sink)
    }
  }
}

export function wroteVariables(
  side: Side,
  q: Mms,
  a: Mms | undefined,
  ok: boolean | undefined,
  error: string,
  state: MmsState,
  sink: Sink,
): void {
  const names = namesOf(q, state)
  const { values } = q.body
  for (let n = 0; n < values.length; n++) {
    const name = names[n] ?? `${q.body.list}[${n + 1}]`
    const result = a?.body.values[n]
    const isDone = ok === true && result !== undefined ? result.kind !== ERROR : ok
    const code = result?.kind === ERROR ? Number(result.value) : -1
    const act = controlOf(name)
    if (act !== undefined) controlled(side, act, values[n], isDone, code, state, sink)
    else wroteOne(side, name, values[n]!, isDone, code >= 0 ? (DATA_ERRORS[code] ?? `error ${code}`) : error, state, sink)
  }
}

function wroteOne(side: Side, name: string, data: Data, ok: boolean | undefined, error: string, state: MmsState, sink: Sink): void {
  const constraint = constraintOf(name)
  const shown = readable(name)
  const isBlock = BLOCKS[constraint] !== undefined
  const isTransfer = isTransferSet(name, data, state)
  const isSetting = isBlock || isTransfer || CONFIGURING[constraint] !== undefined || SETTING.has(constraint)
  const access: Access = isSetting ? 'configure' : 'write'
  tell(side, `write ${name} ${ok} ${error}`, sink, () => ({
    operation: isBlock ? `write ${BLOCKS[constraint]}` : isTransfer ? 'write transfer set' : 'write',
    object: shown,
    access,
    ok,
    error: ok === false ? error : '',
    part: undefined,
  }))
  const leaf = data.value === undefined ? undefined : data
  const last = name.slice(name.lastIndexOf('$') + 1)
  const group = constraint === 'SP' && name.includes('$SGCB$') ? SETTING_GROUP[last] : undefined
  const value = showValue(data)
  const changed = (what: string): void => sink.sayFrom(side, { kind: 'configuration.changed', what, value, ok })
  if (group !== undefined) return changed(`${group} of ${shown.split('/')[0]}`)
  if (isTransfer) return changed(`transfer set ${shown}`)
  if (constraint === 'SV' && last === 'subEna') {
    const action = leaf?.value === true ? 'force' : 'unforce'
    return sink.sayFrom(side, { kind: 'tag.forced', tag: shown.slice(0, shown.lastIndexOf('$')), action, ok })
  }
  if (constraint === 'BL' || last === 'blkEna') {
    return sink.sayFrom(side, { kind: 'tag.forced', tag: shown, action: leaf?.value === true ? 'disable' : 'enable', ok })
  }
  if (isBlock || CONFIGURING[constraint] !== undefined) return changed(shown)
  if (leaf?.value !== undefined) wroteTag(side, shown, leaf.value, leaf.type, ok, sink)
  else wroteParts(side, shown, data, ok, sink, 0)
}

/** Structures by number: their type is the server's, and seldom asked for. */
function wroteParts(side: Side, tag: string, data: Data, ok: boolean | undefined, sink: Sink, depth: number): void {
  for (let n = 0; n < Math.min(64, data.parts.length); n++) {
    const part = data.parts[n]!
    if (part.value !== undefined) wroteTag(side, `${tag}[${n + 1}]`, part.value, part.type, ok, sink)
    else if (depth < 4) wroteParts(side, `${tag}[${n + 1}]`, part, ok, sink, depth + 1)
  }
}

function showValue(data: Data): string {
  if (data.value !== undefined) return readable(String(data.value)).slice(0, 128)
  const leaf = firstLeaf(data)
  return leaf === undefined ? '' : `${String(leaf.value).slice(0, 64)}, … ${data.parts.length} members`
}

/** TASE.2 transfer sets are structures of a data set's name, times and conditions (IEC 60870-6-503 §8.1.5). */
function isTransferSet(name: string, data: Data, state: MmsState): boolean {
  return state.isTase2 && data.kind === KIND.structure && data.parts.length >= 10 && name.includes('/')
}

/** Peers share points: both are control centres. */
function meetTase2(owner: Side, state: MmsState, sink: Sink): void {
  state.isTase2 = true
  sink.hint(owner, 'role', 'TASE.2 server', 0.9)
  sink.hint(otherSide(owner), 'role', 'TASE.2 client', 0.9)
  for (const side of ['client', 'server'] as const) sink.hint(side, 'type', 'scada-server', 0.8)
}

/** A device is selected by reading its check-back name (IEC 60870-6-503 §8.1.4). */
function selectDevice(side: Side, name: string, a: Mms | undefined, ok: boolean | undefined, failure: string, sink: Sink): void {
  const isGood = ok === undefined ? undefined : failure === ''
  tell(side, `select ${name} ${isGood} ${failure}`, sink, () => ({
    operation: 'select',
    object: readable(name.slice(0, -SELECT.length)),
    access: 'control',
    ok: isGood,
    error: failure,
    part: undefined,
  }))
  const answer = a?.body.values[0]?.value
  if (isGood === true && answer !== undefined) readTag(otherSide(side), readable(name), answer, 'check-back', undefined, sink)
}

function tellTase2(owner: Side, name: string, data: Data, sink: Sink): void {
  const item = name.slice(name.indexOf('/') + 1)
  const domain = name.includes('/') ? readable(name.slice(0, name.indexOf('/'))) : undefined
  if (item === 'TASE2_Version') sink.hint(owner, 'software', `TASE.2 ${versionOf(data)}`, 0.9)
  else if (item === 'Bilateral_Table_ID') {
    sink.hint(owner, 'role', 'bilateral table', 0.8, domain)
    readTag(owner, readable(name), readable(String(data.value ?? '')), 'string', undefined, sink)
  } else if (data.value !== undefined) readTag(owner, readable(name), data.value, data.type, undefined, sink)
}
