import type { Protocol } from '../protocol.ts'
import { cldap as connectionless, dissector, type LdapState } from './ldap.ts'
import type { Ldap } from './message.ts'
import { observe } from './observe.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const ldap: Protocol<Ldap, LdapState> = { dissector, service: 'ldap_tcp', observe, logs, zeek, zeekEnded }
export const cldap: Protocol<Ldap, LdapState> = { ...ldap, dissector: connectionless, service: 'ldap_udp' }
