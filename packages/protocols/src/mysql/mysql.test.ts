import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HANDED_OVER, NOT_MINE, Reader } from '@isthmus/wire'
import { readQuery } from '../sql.ts'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Mysql, MysqlState } from './mysql.ts'
import { mysql } from './protocol.ts'

const byte = (n: number) => n.toString(16).padStart(2, '0')
const raw = (text: string) => [...text].map((c) => byte(c.charCodeAt(0))).join('')
const z = (text: string) => `${raw(text)}00`
const sized = (text: string) => byte(text.length) + raw(text)
const packet = (sequence: number, ...parts: string[]) => {
  const body = parts.join('').replace(/ /g, '')
  const n = body.length / 2
  return [byte(n & 255), byte(n >> 8), '00', byte(sequence), body].join('')
}
const GREETING = `<${packet(0, '0a', z('8.0.36'), '01000000', '1111111111111111 00', 'ffff', 'ff', '0200', '0f80', '15', '00'.repeat(10), '22'.repeat(13), z('mysql_native_password'))}`
/** 4.1 protocol, secure connection, database, plugin and attributes. */
const login = (user: string, flags = '08821800') =>
  `>${packet(1, flags, '00000001', '21', '00'.repeat(23), z(user), '02 aaaa', z('plant'), z('mysql_native_password'), byte(1 + 12 + 1 + 6), sized('program_name'), sized('mixer1'))}`
const over = { serverPort: 3306 }
const ok = (sequence: number, rows = '00') => `<${packet(sequence, '00', rows, '00 0200 0000')}`
const EOF = 'fe 0000 0200'

test('a login with what the client says of itself, queries with their outcome, and the rows of the log', () => {
  const x = exchange(mysql, over, [
    GREETING,
    login('scada'),
    ok(2),
    `>${packet(0, '03', raw("update tank set level = 7 where name = 'north'"))}`,
    ok(1, '03'),
    `>${packet(0, '03', raw('select * from tank'))}`,
    `<${packet(1, '01')}`,
    `<${packet(2, raw('def'))}`,
    `<${packet(3, EOF)}`,
    `<${packet(4, sized('north'))}`,
    `<${packet(5, EOF)}`,
    `>${packet(0, '03', raw('drop table x'))}`,
    `<${packet(1, 'ff 7b04', raw('#42000'), raw('denied'))}`,
    `>${packet(0, '01')}`,
  ])
  x.end()
  assert.deepEqual(x.heard.hints, ['server software=MySQL 8.0.36', 'server role=database server', 'client software=mixer1'])
  assert.deepEqual(x.heard.said, [{ kind: 'login.tried', user: 'scada', domain: 'plant', method: 'mysql_native_password', ok: true }])
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object, o.access, o.ok]),
    [
      ['UPDATE', "update tank set level = ? where name = '…'", 'write', true],
      ['SELECT', 'select * from tank', 'read', true],
      ['DROP', 'drop table x', 'configure', false],
      ['quit', '', 'session', undefined],
    ],
  )
  assert.deepEqual(
    x.rows.rows.map((r) => r.cells),
    [
      ['login', 'scada', true, 0, undefined],
      ['query', "update tank set level = 7 where name = 'north'", true, 3, undefined],
      ['query', 'select * from tank', true, 0, undefined],
      ['query', 'drop table x', false, undefined, 'denied'],
      ['quit', '', undefined, undefined, undefined],
    ],
  )
})

test('a refused login; a method that sends the password in clear is told as a mask', () => {
  const x = exchange(mysql, over, [
    GREETING,
    login('root'),
    `<${packet(2, 'fe', z('mysql_clear_password'), '00')}`,
    `>${packet(3, z('hunter22'))}`,
    `<${packet(4, 'ff 1504', raw('#28000'), raw('Access denied'))}`,
  ])
  assert.deepEqual(x.heard.said, [
    { kind: 'credential.exposed', user: 'root', mask: 'h…2 (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'root', domain: 'plant', method: 'mysql_clear_password', ok: false },
  ])
})

test('a request for TLS hands the conversation over', () => {
  const x = exchange(mysql, over, [GREETING, `>${packet(1, '08aa1800', '00000001', '21', '00'.repeat(23))}`])
  assert.equal(x.messages[1]!.kind, 'tls')
  assert.equal(mysql.dissector.frame(new Reader(bytes('160301')), context<Mysql, MysqlState>('client', x.state, over)), HANDED_OVER)
})

test('attributes of a query stand before its text', () => {
  const flags = '0882180 8'.replace(' ', '')
  const query = packet(0, '03', '01 01', '00', '01', 'fd00', sized('a'), sized('xyz'), raw('select 1'))
  const x = exchange(mysql, over, [GREETING, login('u', flags), ok(2), `>${query}`])
  assert.equal(x.messages[3]!.argument, 'select 1')
})

test('the greeting decides on any port', () => {
  const probe = (hex: string, port: number) =>
    mysql.dissector.frame(new Reader(bytes(hex)), context<Mysql, MysqlState>('server', mysql.dissector.start!(), { serverPort: port }))
  assert.equal(probe(GREETING.slice(1), 4000), bytes(GREETING.slice(1)).length)
  for (const other of ['0a000000 0a 00', '47455420 2f20', `30000000 0a ${raw('abc')}00`, '160301020001'])
    assert.equal(probe(other, 4000), NOT_MINE, other)
})

test('queries are named by their verb and shown without values', () => {
  const query = readQuery("/* x */ insert into a values ('it''s', 12.5, 'unclosed")
  assert.deepEqual(query, { verb: 'INSERT', access: 'write', shown: "insert into a values ('…', ?, '…'" })
  assert.deepEqual(readQuery('???').verb, 'query')
})

test('lengths that lie are truncation', () => {
  const x = exchange(mysql, over, [GREETING, `>${packet(1, '08821800', '00000001', '21', '00'.repeat(23), z('u'), 'ff')}`])
  assert.deepEqual(x.heard.anomalies, ['mysql.truncated'])
})
