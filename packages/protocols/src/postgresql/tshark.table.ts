import type { TsharkComparison } from '../testing/tshark.ts'
import { fieldOf, type Postgresql, type PostgresqlState } from './postgresql.ts'

const value = (name: string) => (m: Postgresql) => (m.type === 'E' || m.type === 'N' ? fieldOf(m, name) : undefined)

export const postgresqlFields: TsharkComparison<Postgresql, PostgresqlState> = {
  protocol: 'postgresql',
  filter: 'pgsql && !tls',
  captures: ['it/pgsql'],
  fields: {
    'pgsql.query': (m) => (m.type === 'Q' || m.type === 'P' ? m.text : undefined),
    'pgsql.authtype': (m) => (m.type === 'R' ? m.method : undefined),
    'pgsql.tag': (m) => (m.type === 'C' ? m.text : undefined),
    'pgsql.parameter_name': (m) => (m.type === 'startup' || m.type === 'S' ? m.parameters.map(([name]) => name) : undefined),
    'pgsql.parameter_value': (m) => (m.type === 'startup' || m.type === 'S' ? m.parameters.map(([, text]) => text) : undefined),
    'pgsql.code': value('C'),
    'pgsql.message': value('M'),
  },
}
