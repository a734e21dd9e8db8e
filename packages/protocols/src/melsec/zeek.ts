/** The log of the zeek-parser-CCLinkTSNSLMP package: frames of CC-Link IE TSN, counted by kind for a minute. */
import type { SeenMessage } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import type { Melsec, MelsecState } from './melsec.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  'cclink-ie-tsn-slmp': {
    columns: [
      ['protocol', 'string'],
      ['flame_type', 'string'],
      ['pdu_type', 'string'],
      ['cmd', 'string'],
      ['number', 'int'],
      ['ts_end', 'time'],
    ],
  },
}

/** By command and subcommand. */
const KINDS: Readonly<Record<number, string>> = {
  0x0e90_0000: 'NetworkConfigMain',
  0x0e90_0001: 'NetworkConfigTslt',
  0x0e94_0000: 'Notification',
  0x0e91_0000: 'MasterConfig',
  0x0e92_0000: 'SlaveConfig',
  0x0e93_0000: 'CyclicConfigMain',
  0x0e93_0001: 'CyclicConfigTrnSubPayload',
  0x0e93_0002: 'CyclicConfigRcvSubPayload',
  0x0e93_0003: 'CyclicConfigRcvSrcInfo',
}
const WINDOW_US = 60_000_000

export function zeek({ message: m, state, at }: SeenMessage<Melsec, MelsecState>, put: PutRow): void {
  if (m.frame !== 'TSN') return
  const kind = KINDS[m.command * 0x1_0000 + m.subcommand]
  if (kind === undefined || (m.isAnswer && m.command === 0x0e93)) return
  const rows = (state.rows ??= new Map())
  const name = `${m.isAnswer ? 'Res' : 'Req'}${kind}`
  let row = rows.get(name)
  if (row !== undefined && at - row.from >= WINDOW_US) {
    putRow(row, put)
    row = undefined
  }
  if (row === undefined) rows.set(name, { from: at, to: at, n: 1, name, kind: `slmp-${kind[0]!.toLowerCase()}${kind.slice(1)}` })
  else {
    row.n++
    row.to = at
  }
}

export function zeekEnded({ state }: SeenMessage<Melsec | undefined, MelsecState>, put: PutRow): void {
  for (const row of state.rows?.values() ?? []) putRow(row, put)
  state.rows?.clear()
}

function putRow(row: { from: number; to: number; n: number; name: string; kind: string }, put: PutRow): void {
  put('cclink-ie-tsn-slmp', ['cclink_ie_tsn', 'ip', row.kind, row.name, row.n, row.to / 1e6], row.from)
}
