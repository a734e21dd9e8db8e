import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HANDED_OVER, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Postgresql, PostgresqlState } from './postgresql.ts'
import { postgresql } from './protocol.ts'

const raw = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const z = (text: string) => `${raw(text)}00`
const u32 = (n: number) => n.toString(16).padStart(8, '0')
const message = (type: string, body: string) => raw(type) + u32(4 + body.replace(/ /g, '').length / 2) + body.replace(/ /g, '')
const first = (body: string) => u32(4 + body.replace(/ /g, '').length / 2) + body
const STARTUP = `>${first(`00030000${z('user')}${z('scada')}${z('database')}${z('plant')}${z('application_name')}${z('historian 4')}00`)}`
const READY = `<${message('Z', raw('I'))}`
const over = { serverPort: 5432 }

test('a login, a query and an error, with their rows', () => {
  const x = exchange(postgresql, over, [
    `>${first('04d2162f')}`,
    `<${raw('N')}`,
    STARTUP,
    `<${message('R', u32(3))}`,
    `>${message('p', z('s3cret12'))}`,
    `<${message('R', u32(0))}`,
    `<${message('S', z('server_version') + z('16.2'))}`,
    READY,
    `>${message('Q', z("select level from tank where id = 'n1'"))}`,
    `<${message('T', '0001')}`,
    `<${message('D', '0001 00000001 37')}`,
    `<${message('C', z('SELECT 1'))}`,
    READY,
    `>${message('Q', z('drop table tank'))}`,
    `<${message('E', `${raw('S')}${z('ERROR')}${raw('C')}${z('42501')}${raw('M')}${z('must be owner')}00`)}`,
    READY,
    `>${message('X', '')}`,
  ])
  x.end()
  assert.deepEqual(x.heard.hints, ['client software=historian 4', 'server role=database server', 'server software=PostgreSQL 16.2'])
  assert.deepEqual(x.heard.said, [
    { kind: 'credential.exposed', user: 'scada', mask: 's…2 (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'scada', domain: 'plant', method: 'postgresql CleartextPassword', ok: true },
  ])
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object, o.access, o.ok, o.error]),
    [
      ['SELECT', "select level from tank where id = '…'", 'read', true, ''],
      ['DROP', 'drop table tank', 'configure', false, '42501 must be owner'],
    ],
  )
  assert.deepEqual(
    x.rows.rows.map((r) => r.cells.slice(3)),
    [
      ['ssl_request', undefined, 'ssl_reply', 'N', false, undefined],
      ['startup', undefined, 'auth_ok', 'CleartextPassword', true, undefined],
      ['simple_query', "select level from tank where id = 'n1'", undefined, undefined, true, 1],
      ['simple_query', 'drop table tank', 'error', 'SeverityLocalized=ERROR,Code=42501,Message=must be owner', false, undefined],
      ['terminate', undefined, undefined, undefined, undefined, undefined],
    ],
  )
})

test('a refused login and an agreed encryption', () => {
  const x = exchange(postgresql, over, [STARTUP, `<${message('E', `${raw('C')}${z('28P01')}00`)}`])
  assert.deepEqual(x.heard.said, [{ kind: 'login.tried', user: 'scada', domain: 'plant', method: 'postgresql', ok: false }])
  const tls = exchange(postgresql, over, [`>${first('04d2162f')}`, `<${raw('S')}`])
  const ctx = context<Postgresql, PostgresqlState>('client', tls.state, over)
  assert.equal(postgresql.dissector.frame(new Reader(bytes('160301')), ctx), HANDED_OVER)
})

test('the first message decides on any port', () => {
  const probe = (hex: string) =>
    postgresql.dissector.frame(
      new Reader(bytes(hex)),
      context<Postgresql, PostgresqlState>('client', postgresql.dissector.start!(), { serverPort: 6000 }),
    )
  assert.deepEqual([probe(STARTUP.slice(1)), probe('00000008 04d2162f'), probe('0000')], [bytes(STARTUP).length, 8, NEED_MORE])
  for (const other of ['00000008 00000000', '47455420 2f204854', '5100000010 73656c656374', '00000010 00030000 ff'])
    assert.equal(probe(other), NOT_MINE, other)
})

test('lengths that lie are truncation', () => {
  const state = postgresql.dissector.start!()
  const ctx = context<Postgresql, PostgresqlState>('server', state, over)
  const m = postgresql.dissector.parse(new Reader(bytes(`45 0000ffff 53 ${raw('ERR')}`)), ctx)
  assert.deepEqual([m.type, m.anomalies], ['E', ['truncated']])
})
