import type { TsharkComparison } from '../testing/tshark.ts'
import type { Tds, TdsState } from './tds.ts'

export const tdsFields: TsharkComparison<Tds, TdsState> = {
  protocol: 'tds',
  filter: 'tds.type',
  captures: ['it/tds/arkime__tds7.pcap'],
  fields: {
    'tds.type': (m) => m.type || undefined,
    'tds.channel': (m) => m.channel,
    'tds.packet_number': (m) => m.number,
    'tds.7login.clientname': (m) => m.login?.host,
    'tds.7login.username': (m) => m.login?.user,
    'tds.7login.appname': (m) => m.login?.application,
    'tds.7login.servername': (m) => m.login?.server,
    'tds.7login.libraryname': (m) => m.login?.library,
    'tds.7login.databasename': (m) => m.login?.database || undefined,
    'tds.query': (m) => (m.type === 1 ? m.text : undefined),
    'tds.error.number': (m) => m.tokens.flatMap((token) => (token.kind === 'error' ? [token.number] : [])),
  },
}
