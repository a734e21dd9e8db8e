/** files.log's rows of files that pass block by block, as ICSNPP tells them: a read ends with its last block, a write with silence. */
import { derivedId, type Micros } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import { PassingFile } from '../mime/passing-file.ts'
import type { PutRow } from '../protocol.ts'
import { putFile } from '../zeek-files.ts'
import { within } from './access.ts'
import { PDU } from './bacnet.table.ts'
import type { Bacnet } from './bacnet.ts'
import type { Dialogue } from './dialogue.ts'
import { fileOf } from './files.ts'

type Passing = { readonly file: PassingFile; readonly from: Side; readonly at: Micros; lastAt: Micros }
type Passings = Map<string, Passing>

/** Files that may be on their way in one conversation: the oldest is forgotten. */
const MAX_PASSING = 32
const READ = 6
const WRITE = 7
const BOOLEAN = 1
const OCTETS = 6

export function fileRow({ message: m, from, state, flow, at }: SeenMessage<Bacnet, Dialogue>, put: PutRow): void {
  const isRead = m.pdu === PDU.complexAck && m.service === READ && m.asked !== undefined
  if (!isRead && !(m.pdu === PDU.confirmed && m.service === WRITE)) return
  const files = (state.log ??= new Map()) as Passings
  const key = `${from} ${m.service} ${fileOf(isRead ? m.asked! : m)}`
  const passing = files.get(key) ?? { file: new PassingFile(), from, at, lastAt: at }
  passing.lastAt = at
  for (const form of [0, 1])
    for (const { kind, isContext, number, data } of within(m.tags, form))
      if (kind === 'value' && !isContext && number === OCTETS) passing.file.update(data)
  const [end] = m.tags
  if (isRead && end?.number === BOOLEAN && !end.isContext && end.length === 1) {
    files.delete(key)
    putRow(key, passing, false, flow, put)
    return
  }
  if (files.size >= MAX_PASSING && !files.has(key)) files.delete(files.keys().next().value!)
  files.set(key, passing)
}

export function filesEnded({ state, flow }: SeenMessage<Bacnet | undefined, Dialogue>, put: PutRow): void {
  for (const [key, passing] of (state.log as Passings | undefined) ?? []) putRow(key, passing, true, flow, put)
  state.log = undefined
}

function putRow(key: string, passing: Passing, timedOut: boolean, flow: SeenMessage<Bacnet, Dialogue>['flow'], put: PutRow): void {
  const id = derivedId('F', flow.uid, `BACNET ${key} ${passing.at}`).replace('-', '')
  putFile({ ...passing, id, flow, source: 'BACNET', name: undefined, total: undefined, timedOut }, put)
}
