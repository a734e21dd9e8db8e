/** PROFINET IO context management in the platform's words. A call speaks when it is answered, or when nothing will answer it any more. */
import type { Access } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { ROLES, VENDORS } from '../profinet-dcp/profinet-dcp.table.ts'
import { CHANNEL_ERRORS } from '../profinet-rt/profinet-rt.table.ts'
import type { Sink } from '../protocol.ts'
import { type Ar, type Block, type Control, commandText, type RecordHeader } from './blocks.ts'
import { objectIds } from './header.ts'
import { identify, partOf, tellModules } from './identify.ts'
import {
  AR_TYPES,
  BLOCKS,
  CALLS,
  DONE,
  INPUT_DATA,
  MAPPER_CALLS,
  OUTPUT_DATA,
  recordName,
  SEVERAL_RECORDS,
  statusText,
  TYPE,
} from './profinet-io-cm.table.ts'
import type { Cm, CmState } from './profinet-io-cm.ts'

const other = (side: Side): Side => (side === 'client' ? 'server' : 'client')

export function observe(seen: SeenMessage<Cm, CmState>, sink: Sink): void {
  const { message: m, from } = seen
  for (const name of m.anomalies) sink.anomaly(`profinet-io-cm.${name}`)
  const { type } = m.header
  if (type === TYPE.request && m.isWhole) introduce(m, from, sink)
  const isEnd = type === TYPE.fault || type === TYPE.reject || (type === TYPE.response && m.isWhole)
  if (!isEnd) return
  const asker = other(from)
  if (type === TYPE.response) learn(m, from, sink)
  settle(m.asked, m, asker, sink)
}

export function ended(state: CmState, sink: Sink): void {
  for (const question of state.open.values()) settle(question, undefined, question.from, sink)
  state.open.clear()
}

/** Who calls, and whom: the object of a call is the one that is called. */
function introduce(m: Cm, from: Side, sink: Sink): void {
  if (m.to === 'endpoint mapper') return
  const called = other(from)
  const ids = objectIds(m.header.object, m.header.isLittle)
  if (ids !== undefined) tellIds(ids.vendor, ids.device, called, sink)
  tellRole(m.to === 'device' ? 'IO device' : m.to === 'supervisor' ? 'IO supervisor' : 'IO controller', called, sink)
  for (const block of m.blocks) {
    if (block.kind === 'ar') initiator(block, from, sink)
    else if (block.kind === 'modules') tellModules(block, called, sink)
  }
}

function tellIds(vendor: number, device: number, about: Side, sink: Sink): void {
  const hex4 = (value: number): string => value.toString(16).padStart(4, '0')
  if (vendor === 0) return
  sink.hint(about, 'vendor', VENDORS[vendor], 0.95)
  sink.hint(about, 'family', `PROFINET vendor 0x${hex4(vendor)} device 0x${hex4(device)}`, 0.6)
}

function tellRole(role: string, about: Side, sink: Sink): void {
  sink.hint(about, 'role', role, 1)
  sink.hint(about, 'type', ROLES.find(([, name]) => name === role)?.[2], 0.7)
}

function initiator(block: Ar, from: Side, sink: Sink): void {
  if (block.isAnswer) return
  sink.hint(from, 'name', block.station, 1)
  const role = AR_TYPES[block.arType]
  if (role !== undefined) tellRole(role, from, sink)
}

/** What an answer says of the device, whoever asked. */
function learn(m: Cm, from: Side, sink: Sink): void {
  const { endpoint } = m
  if (endpoint !== undefined) {
    tellIds(endpoint.vendor, endpoint.device, from, sink)
    for (const attribute of ['model', 'orderCode', 'hardware', 'firmware'] as const) sink.hint(from, attribute, endpoint[attribute], 1)
  }
  for (const block of m.blocks) learnBlock(block, undefined, from, sink)
}

function learnBlock(block: Block, record: RecordHeader | undefined, from: Side, sink: Sink): void {
  if (block.kind === 'modules') tellModules(block, from, sink)
  else if (block.kind === 'identity' && record !== undefined) identify(block, record, from, sink)
  else if (block.kind === 'name') sink.hint(from, 'name', block.station, 1)
  else if (block.kind === 'diagnosis') {
    const channel = block.channel === 0x8000 ? '' : ` channel ${block.channel}`
    const what = `slot ${block.slot} subslot ${block.subslot}${channel}: ${block.error === 0 ? `format 0x${block.format.toString(16)}` : (CHANNEL_ERRORS[block.error] ?? `error ${block.error}`)}`
    sink.sayFrom(other(from), { kind: 'device.diagnosed', what, fault: true })
  } else if (block.kind === 'group') {
    for (const inner of block.blocks) learnBlock(inner, record, from, sink)
  } else if (block.kind === 'record') {
    for (const inner of block.blocks) learnBlock(inner, block, from, sink)
    if ((block.index === INPUT_DATA || block.index === OUTPUT_DATA) && block.data.length > 0) {
      sink.read(`${placeOf(block)} ${block.index === INPUT_DATA ? 'input' : 'output'}`, hexText(block.data), 'bytes')
    }
  }
}

/** One call and its outcome; the answer's own words go before the question's. */
function settle(asked: Cm | undefined, answer: Cm | undefined, asker: Side, sink: Sink): void {
  const call = asked ?? answer
  if (call === undefined) return
  const error = answer === undefined ? undefined : errorOf(answer)
  const { operation } = call.header
  if (call.to === 'endpoint mapper') {
    return say(MAPPER_CALLS[operation] ?? `operation ${operation}`, '', 'identify', error, asker, sink)
  }
  const [, name, access] = CALLS[operation] ?? ['', `operation ${operation}`, 'unknown' as Access]
  const blocks = [...(asked?.blocks ?? []), ...(answer?.blocks ?? [])]
  const records = recordsOf(blocks)
  const controls = blocks.filter((block): block is Control => block.kind === 'control')
  if (records.length > 0) return settleRecords(records, answer, error, asker, sink)
  if (controls.length > 0) {
    return say(controlText(controls[0]!), '', access, error, asker, sink)
  }
  const station = blocks.find((block): block is Ar => block.kind === 'ar' && !block.isAnswer)?.station ?? ''
  say(name, station === '' ? '' : `as ${station}`, access, error, asker, sink)
}

/** An answer's command is only `done`: its block says of what. */
function controlText({ command, type }: Control): string {
  return commandText(command & ~DONE) || (BLOCKS[type] ?? 'control').replace(/ request$/, '')
}

/** The records of a call with those of a list in place of the list. */
function recordsOf(blocks: readonly Block[]): RecordHeader[] {
  const records: RecordHeader[] = []
  for (const block of blocks) {
    if (block.kind !== 'record') continue
    if (block.index !== SEVERAL_RECORDS) records.push(block)
    else records.push(...recordsOf(block.blocks))
  }
  return records
}

function settleRecords(records: readonly RecordHeader[], answer: Cm | undefined, error: string | undefined, asker: Side, sink: Sink): void {
  const answers = new Map(records.filter(({ isAnswer }) => isAnswer).map((record) => [keyOf(record), record]))
  const questions = records.filter(({ isAnswer }) => !isAnswer)
  for (const record of questions.length > 0 ? questions : answers.values()) {
    const own = answers.get(keyOf(record))
    const failed = own !== undefined && own.status > 0 ? statusText(own.status) : error
    const isIdentity = (record.index >= 0xaff0 && record.index <= 0xafff) || record.index === 0xf840 || (record.index & 0xffff) === 0x8001
    say(
      record.isWrite ? 'write record' : 'read record',
      `${placeOf(record)} ${recordName(record.index)}`,
      record.isWrite ? 'configure' : isIdentity ? 'identify' : 'read',
      failed,
      asker,
      sink,
    )
    if (record.isWrite && !record.isAnswer) {
      const ok = answer === undefined || failed === undefined ? undefined : failed === ''
      sink.sayFrom(asker, {
        kind: 'configuration.changed',
        what: `${placeOf(record)} ${recordName(record.index)}`,
        value: shownValue(record),
        ok,
      })
    }
  }
}

const keyOf = (record: RecordHeader): string => `${record.api}/${record.slot}/${record.subslot}/${record.index}`

function placeOf(record: RecordHeader): string {
  return partOf(record.slot, record.subslot) ?? 'device'
}

function shownValue(record: RecordHeader): string {
  const named = record.blocks.find((block) => block.kind === 'identity')
  if (named?.kind === 'identity')
    return Object.values(named.fields)
      .filter((text) => text !== '')
      .join(', ')
  return `${record.length} bytes ${hexText(record.data)}`
}

function errorOf(answer: Cm): string {
  const { status, header } = answer
  if (header.type === TYPE.fault || header.type === TYPE.reject) return `call refused 0x${(status ?? 0).toString(16)}`
  return statusText(status ?? 0)
}

function say(operation: string, object: string, access: Access, error: string | undefined, asker: Side, sink: Sink): void {
  const done = { operation, object, access, ok: error === undefined ? undefined : error === '', error: error ?? '', part: undefined }
  if (asker === 'server') return sink.sayFrom('server', { kind: 'operation.done', ...done })
  const key = `${operation}/${object}/${error}`
  if (!sink.again(key)) sink.operation(key, done)
}
