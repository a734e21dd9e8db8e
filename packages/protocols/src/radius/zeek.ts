/** Zeek's radius.log: a row a login, written with its outcome or when the conversation ends. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import { showIpv4 } from '../show-address.ts'
import { refuted, sure, unsure } from '../zeek-service.ts'
import { normalMac } from './observe.ts'
import { ATTRIBUTE, CODE } from './radius.table.ts'
import { attributeOf, type Radius, type RadiusState } from './radius.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  radius: {
    columns: [
      ['username', 'string'],
      ['mac', 'string'],
      ['framed_addr', 'addr'],
      ['tunnel_client', 'string'],
      ['connect_info', 'string'],
      ['reply_msg', 'string'],
      ['result', 'string'],
      ['ttl', 'interval'],
    ],
  },
}

type Text = string | undefined
type Row = { at: Micros; user?: Text; mac?: Text; framed?: Text; tunnel?: Text; connect?: Text; reply?: Text }

/** The only port Zeek looks at, and there at every message. */
const PORT = 1812
const LOGINS: readonly number[] = [CODE.accessRequest, CODE.accessAccept, CODE.accessReject, CODE.accessChallenge]

export function zeek(seen: SeenMessage<Radius, RadiusState>, put: PutRow): void {
  const { message: m, state, at, flow } = seen
  if (flow.serverPort !== PORT && !LOGINS.includes(m.code)) {
    if (state.row === undefined) unsure(flow, 'radius')
    return
  }
  // What cannot be read ends Zeek's interest in the conversation.
  if (m.anomalies.includes('bad-attribute') || m.anomalies.includes('truncated')) state.isBroken = true
  if (state.isBroken) return refuted(flow, 'radius')
  sure(flow, 'radius')
  const row = (state.row ??= { at }) as Row
  if (m.code === CODE.accessRequest) {
    row.user ??= text(m, ATTRIBUTE.userName)
    const station = text(m, ATTRIBUTE.callingStation)
    if (station !== undefined) row.mac ??= normalMac(station)
    row.tunnel ??= text(m, ATTRIBUTE.tunnelClient)
    row.connect ??= text(m, ATTRIBUTE.connectInfo)
  } else if (m.code === CODE.accessChallenge) {
    const framed = attributeOf(m, ATTRIBUTE.framedIp)
    if (framed !== undefined) row.framed ??= showIpv4(framed)
    row.reply ??= text(m, ATTRIBUTE.replyMessage)
  } else if (m.code === CODE.accessAccept || m.code === CODE.accessReject) {
    const took = at - row.at
    write(row, m.code === CODE.accessAccept ? 'success' : 'failed', took === 0 ? undefined : took / 1e6, put)
    state.row = undefined
  }
}

export function zeekEnded(seen: SeenMessage<Radius | undefined, RadiusState>, put: PutRow): void {
  const row = seen.state.row as Row | undefined
  if (row !== undefined) write(row, 'unknown', undefined, put)
}

function text(m: Radius, type: number): string | undefined {
  const value = attributeOf(m, type)
  return value === undefined ? undefined : byteText(value)
}

function write(row: Row, result: string, took: number | undefined, put: PutRow): void {
  put('radius', [row.user, row.mac, row.framed, row.tunnel, row.connect, row.reply, result, took], row.at)
}
