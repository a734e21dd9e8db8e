/** What the session pages show, worked out without a browser. */
import type { Session } from '../../api/types.ts'

export const STATE_MEANS: Readonly<Record<Session['state'], string>> = {
  tried: 'asked, never answered',
  open: 'still going on',
  closed: 'ended in order',
  rejected: 'refused by the server',
  reset: 'broken off',
  expired: 'went silent',
}

export function lengthMs(session: Pick<Session, 'startedAt' | 'lastAt'>): number {
  return Math.max(0, Date.parse(session.lastAt) - Date.parse(session.startedAt))
}

export function totalBytes(session: Pick<Session, 'clientWireBytes' | 'serverWireBytes'>): number {
  return session.clientWireBytes + session.serverWireBytes
}

/** Mean rate over the session's life; undefined for one that is shorter than a second, whose rate says nothing. */
export function bytesPerSecond(session: Session): number | undefined {
  const ms = lengthMs(session)
  return ms < 1000 ? undefined : (totalBytes(session) / ms) * 1000
}

const HISTORY: Readonly<Record<string, string>> = {
  s: 'SYN',
  h: 'SYN and ACK',
  a: 'ACK',
  d: 'data',
  f: 'FIN',
  r: 'RST',
  c: 'bad checksum',
  g: 'gap',
  t: 'retransmission',
  w: 'closed window',
  i: 'inconsistent flags',
  q: 'several flags',
}

/** Zeek's history letters one by one: capitals are the client's, small letters the server's, ^ a turned direction. */
export function historyWords(history: string): readonly string[] {
  return [...history].map((letter) => {
    if (letter === '^') return 'direction turned'
    const what = HISTORY[letter.toLowerCase()]
    return what === undefined ? letter : `${what} from the ${letter === letter.toUpperCase() ? 'client' : 'server'}`
  })
}
