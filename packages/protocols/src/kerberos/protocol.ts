import type { SeenMessage } from '@isthmus/wire'
import type { Protocol, PutRow } from '../protocol.ts'
import { logs as tlsLogs } from '../tls/zeek.ts'
import { dissector } from './kerberos.ts'
import { endKerberos, KERBEROS_LOG, logKerberos } from './log.ts'
import type { Kerberos } from './message.ts'
import { observe } from './observe.ts'

export const kerberos: Protocol<Kerberos> = {
  dissector,
  service: { tcp: 'krb_tcp', udp: 'krb' },
  observe,
  logs: { kerberos: KERBEROS_LOG, x509: tlsLogs.x509! },
  zeek,
  zeekEnded,
}

function zeek(seen: SeenMessage<Kerberos>, put: PutRow): void {
  logKerberos(seen.message, seen.flow, seen.from, seen.at, put)
}

function zeekEnded(seen: SeenMessage<Kerberos | undefined>, put: PutRow): void {
  endKerberos(seen.flow, put)
}
