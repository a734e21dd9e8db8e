/** What became of a session, in our words and in Zeek's conn_state. */
import type { SessionUpdated } from '@isthmus/model'
import type { FlowRecord } from '@isthmus/wire'

export function connState(flow: FlowRecord): string {
  if (flow.tcp !== undefined) return flow.tcp.connState
  const asked = flow.up.packets > 0
  const answered = flow.down.packets > 0
  return asked && answered ? 'SF' : asked ? 'S0' : 'SHR'
}

const STATES: Readonly<Record<string, SessionUpdated['state']>> = {
  S0: 'tried',
  SH: 'tried',
  REJ: 'rejected',
  RSTO: 'reset',
  RSTR: 'reset',
  RSTOS0: 'reset',
  RSTRH: 'reset',
  SF: 'closed',
  S2: 'open',
  S3: 'open',
}

export function sessionState(flow: FlowRecord, isOver: boolean): SessionUpdated['state'] {
  if (flow.tcp === undefined) return isOver ? (flow.down.packets > 0 || flow.transport === 'ethernet' ? 'closed' : 'tried') : 'open'
  const state = STATES[flow.tcp.connState] ?? 'open'
  return isOver && state === 'open' ? 'expired' : state
}
