/**
 * Sigma's generic log sources over our observations, where the wire says the same. Fields of hosts and of products' own verdicts are
 * refused by name. Names: Sigma taxonomy appendix 2.1.
 */
import type { Observation } from '@isthmus/model'
import type { ForeignField, ForeignLog } from './foreign-log.ts'

type Of<K extends Observation['kind']> = Extract<Observation, { kind: K }>

function told<K extends Observation['kind']>(from: string, as: (o: Of<K>) => unknown): ForeignField {
  return { from, as: as as (o: Observation) => unknown }
}

const ENDS = { src_ip: 'client.ip', src_port: 'client.port', dst_ip: 'server.ip', dst_port: 'server.port' } as const
const stem = (path: string): string => path.replace(/[?#].*$/s, '')
const query = (path: string): string | undefined => /\?([^#]*)/s.exec(path)?.[1]
const extension = (path: string): string | undefined => /\.([^./]+)$/.exec(stem(path))?.[1]
const whole = (host: string, path: string): string => (/^[a-z]+:\/\//i.test(path) ? path : `http://${host}${path}`)

const WIRE = 'the wire shows connections, not what a product decided about them'
const HOST = 'the wire does not show which program speaks'

const web = {
  ...ENDS,
  'c-ip': 'client.ip',
  's-ip': 'server.ip',
  's-port': 'server.port',
  'cs-method': 'method',
  'cs-host': 'host',
  'sc-status': 'status',
  'cs-uri-stem': told<'web.requested'>('path', ({ path }) => stem(path)),
} as const

export const GENERIC_LOGS: Readonly<Record<string, ForeignLog>> = {
  dns: {
    views: [
      {
        kinds: ['name.resolved'],
        fields: { ...ENDS, query: 'name', QueryName: 'name', record_type: 'type', answer: 'answers' },
      },
    ],
  },
  proxy: {
    protocols: ['http'],
    views: [
      {
        kinds: ['web.requested'],
        fields: {
          ...web,
          'c-uri': told<'web.requested'>('path', ({ host, path }) => [path, whole(host, path)]),
          'c-uri-stem': told<'web.requested'>('path', ({ path }) => stem(path)),
          'c-uri-query': told<'web.requested'>('path', ({ path }) => query(path)),
          'c-uri-extension': told<'web.requested'>('path', ({ path }) => extension(path)),
          'c-useragent': 'agent',
          'r-dns': 'host',
        },
      },
    ],
  },
  webserver: {
    protocols: ['http'],
    views: [
      {
        kinds: ['web.requested'],
        fields: {
          ...web,
          // Rules write the whole address into this field.
          'cs-uri-query': told<'web.requested'>('path', ({ path }) => [path, query(path) ?? '']),
          'cs-uri': 'path',
          'cs-user-agent': 'agent',
        },
      },
    ],
  },
  firewall: {
    views: [
      {
        kinds: ['session.updated'],
        holds: (o) => o.kind === 'session.updated' && o.state !== 'open',
        fields: { ...ENDS, protocol: 'transport' },
      },
    ],
    lacks: { action: WIRE, blocked: WIRE, rule: WIRE },
  },
  network_connection: {
    views: [
      {
        kinds: ['session.updated'],
        holds: (o) => o.kind === 'session.updated' && o.state !== 'open',
        fields: {
          SourceIp: 'client.ip',
          SourcePort: 'client.port',
          DestinationIp: 'server.ip',
          DestinationPort: 'server.port',
          Protocol: 'transport',
        },
      },
    ],
    lacks: {
      Image: HOST,
      ProcessId: HOST,
      User: HOST,
      Initiated: 'the wire does not know on which of the two hosts the rule was meant to run',
    },
  },
}
